"""A quarter's questions about fairness and the counts beside them, for the leading group alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from kiosk.fairness.cases import Person, Quarter, people_of, read_quarter
from kiosk.fairness.comparing import Comparison, compare
from kiosk.fairness.measures import MEASURES, Measure
from kiosk.fairness.places import Pair, Undeclared, pairs, undeclared
from kiosk.fairness.tallies import Mean, Recorded, Reviewed, means, recorded, reviewed
from kiosk.roster.readings import keys_of
from kiosk.scoring.periods import Period
from kiosk.scoring.roll import on_roll


@dataclass(frozen=True)
class Report:
    """People stand in alphabetical order everywhere: nothing here is a league table."""

    quarter: Quarter
    compared: Sequence[tuple[Measure, Sequence[Comparison]]]
    recorders: Sequence[Recorded]
    reviewers: Sequence[Reviewed]
    means: Sequence[Mean]
    pairs: Sequence[Pair]
    undeclared: Sequence[Undeclared]

    @property
    def questions(self) -> list[Comparison]:
        return [one for _, all_of in self.compared for one in all_of if one.asks]

    @property
    def tested(self) -> int:
        """How many comparisons had enough events."""
        return sum(one.enough for _, all_of in self.compared for one in all_of)

    @property
    def by_chance(self) -> float:
        """At most how many questions come about by chance alone, in a quarter like this."""
        return sum(one.level for _, all_of in self.compared for one in all_of if one.enough)


@dataclass(frozen=True)
class Gathered:
    """All that the questions are asked of; `homes` counts the households of each group."""

    quarter: Quarter
    people: Sequence[Person]
    homes: Mapping[str, int]
    undeclared: Sequence[Undeclared]


def gather(connection: Connection, village_id: int, period: Period, now: datetime) -> Gathered:
    """Read what is needed, and no more, so that nobody waits for the arithmetic; `now` gives the zone."""
    people = alphabetical(people_of(connection, village_id))
    homes = Counter(home.group for home in on_roll(connection, village_id, min(period.last, now.date())))
    quarter = read_quarter(connection, village_id, period, now.tzinfo)
    return Gathered(quarter, people, homes, undeclared(connection, village_id, people))


def report(facts: Gathered) -> Report:
    """Ask everything of everybody."""
    cases, people = facts.quarter.cases, facts.people
    return Report(
        quarter=facts.quarter,
        compared=[(measure, compare(cases, people, measure)) for measure in MEASURES],
        recorders=recorded(cases, people),
        reviewers=reviewed(cases, people),
        means=means(cases, people),
        pairs=pairs(cases, people, facts.homes),
        undeclared=facts.undeclared,
    )


def alphabetical(people: Sequence[Person]) -> list[Person]:
    """By how their names are read."""
    return sorted(people, key=lambda person: (keys_of(person.name).partition(" ")[0], person.name, person.id))
