"""What verification finds: a difference between what is stored and what the rules say."""

from dataclasses import dataclass

from kiosk.scoring.problems import Problem


@dataclass(frozen=True)
class Difference:
    """`household_code` is empty when the village as a whole is meant; `entry_number` is null for no entry."""

    household_code: str
    entry_number: int | None
    problem: Problem


def difference(household: str, number: int | None, sentence: str, **values: object) -> Difference:
    return Difference(household, number, Problem("", sentence, values))
