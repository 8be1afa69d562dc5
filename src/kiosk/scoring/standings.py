"""Totals, ranks and annual averages: pure functions of points and the roll (scoring.md, 4, 6, 10 to 14)."""

from collections.abc import Iterable, Mapping, Sequence
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


_NOTHING = Sums()


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


def standings(roll: Sequence[Household], sums: Mapping[int, Sums], base: Decimal = ZERO) -> list[Standing]:
    """Rank the households on the roll by base points plus the sums of their entries."""
    parts = {household.id: sums.get(household.id, _NOTHING) for household in roll}
    totals = {key: base + part.member + part.household for key, part in parts.items()}
    return [
        Standing(rank, household, parts[household.id].member, parts[household.id].household, base)
        for rank, household in ranks(roll, totals)
    ]


def annual(
    roll: Sequence[Household], quarters: Sequence[Mapping[int, Decimal]], divisor: str = "quarters_on_roll"
) -> list[Annual]:
    """Average each household's quarterly totals over the ended quarters in which it was on the roll.

    Each of `quarters` holds the totals of one, by household id, with at most two digits after the point;
    `divisor` is `quarters_on_roll` or `four`.
    """
    totals = {
        household.id: [quarter[household.id] for quarter in quarters if household.id in quarter]
        for household in roll
    }
    figures = {key: _twelfths(points, divisor) for key, points in totals.items()}
    return [
        Annual(rank, household, Fraction(figures[household.id], 1200), len(totals[household.id]))
        for rank, household in ranks(roll, figures)
    ]


Figure = TypeVar("Figure", Decimal, int)


def ranks(households: Iterable[Household], figures: Mapping[int, Figure]) -> list[tuple[int, Household]]:
    """Highest figure first, by household id; equal ones share a rank and the next skips (1, 2, 2, 4)."""
    ordered = sorted(households, key=lambda household: (-figures[household.id], household.code))
    result: list[tuple[int, Household]] = []
    for place, household in enumerate(ordered, start=1):
        tied = result and figures[result[-1][1].id] == figures[household.id]
        result.append((result[-1][0] if tied else place, household))
    return result


def _twelfths(totals: Sequence[Decimal], divisor: str) -> int:
    """The exact average in twelfths of a hundredth: whole for one to four quarters, and quick to compare."""
    parts = 4 if divisor == "four" else len(totals)
    return int(sum(totals, ZERO) * 100) * 12 // parts if parts else 0
