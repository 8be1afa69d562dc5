"""Totals, ranks and annual averages: pure functions of points and the roll (scoring.md, 4, 6, 10 to 14)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeVar

from kiosk.scoring.awards import ZERO


@dataclass(frozen=True)
class Household:
    """A household on the roll. `head` is the full name: public pages decide what of it to show."""

    id: int
    code: str
    head: str
    head_minor: bool
    group: str


@dataclass(frozen=True)
class Sums:
    """What a period's entries add up to: of the members' events, and of the household's own."""

    member: Decimal = ZERO
    household: Decimal = ZERO


@dataclass(frozen=True)
class Standing:
    """A household's place in a month or quarter. A month has no base points."""

    rank: int
    household: Household
    member_points: Decimal
    household_points: Decimal
    base_points: Decimal

    @property
    def total(self) -> Decimal:
        return self.base_points + self.member_points + self.household_points


@dataclass(frozen=True)
class Annual:
    """A household's place in a year, by the exact average over `quarters` quarters."""

    rank: int
    household: Household
    average: Fraction
    quarters: int

    @property
    def figure(self) -> Decimal:
        """The average as shown: rounded half up to two decimals."""
        hundredths = abs(self.average) * 100
        rounded = Decimal((2 * hundredths.numerator + hundredths.denominator) // (2 * hundredths.denominator))
        return (-rounded if self.average < 0 and rounded else rounded).scaleb(-2)


def standings(roll: Iterable[Household], sums: Mapping[int, Sums], base: Decimal = ZERO) -> list[Standing]:
    """Rank the households on the roll by base points plus the sums of their entries."""
    totals = {household: sums.get(household.id, Sums()) for household in roll}
    ranked = ranks(totals, lambda household: base + totals[household].member + totals[household].household)
    return [
        Standing(rank, household, totals[household].member, totals[household].household, base)
        for rank, household in ranked
    ]


def annual(
    roll: Iterable[Household], quarters: Sequence[Iterable[Standing]], divisor: str = "quarters_on_roll"
) -> list[Annual]:
    """Average each household's quarterly totals over the ended quarters in which it was on the roll.

    `divisor` is `quarters_on_roll` or `four`.
    """
    totals: dict[int, list[Decimal]] = {}
    for quarter in quarters:
        for standing in quarter:
            totals.setdefault(standing.household.id, []).append(standing.total)
    averages = {household: _average(totals.get(household.id, []), divisor) for household in roll}
    return [
        Annual(rank, household, averages[household], len(totals.get(household.id, [])))
        for rank, household in ranks(averages, averages.__getitem__)
    ]


Figure = TypeVar("Figure", Decimal, Fraction)


def ranks(
    households: Iterable[Household], figure: Callable[[Household], Figure]
) -> list[tuple[int, Household]]:
    """Highest first; equal figures share a rank and the next one skips (1, 2, 2, 4); ties by code."""
    ordered = sorted(households, key=lambda household: (-figure(household), household.code))
    result: list[tuple[int, Household]] = []
    for place, household in enumerate(ordered, start=1):
        tied = result and figure(result[-1][1]) == figure(household)
        result.append((result[-1][0] if tied else place, household))
    return result


def _average(totals: Sequence[Decimal], divisor: str) -> Fraction:
    parts = 4 if divisor == "four" else len(totals)
    return Fraction(sum(totals, ZERO)) / parts if parts else Fraction(0)
