"""The lines of the screen in the square. Pure.

Positive first: whoever earned nothing yet is not listed, and what was lost today is nobody else's business.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kiosk.scoring.awards import ZERO
from kiosk.scoring.history import Deed
from kiosk.scoring.standings import Annual, Household, Standing

Moves = Mapping[int, tuple[int | None, Decimal]]


@dataclass(frozen=True)
class Teller:
    """How this village names a household in public, and the language in which deeds are told."""

    name: Callable[[Household], str]
    lang: str


@dataclass(frozen=True)
class Row:
    """A household's line. `gained` is what today brought, `up` by how many places it rose."""

    rank: int
    household_id: int
    name: str
    group: str
    total: Decimal
    gained: Decimal = ZERO
    up: int = 0
    running: Decimal | None = None


@dataclass(frozen=True)
class DeedRow:
    """A good deed. A member appears by relation only, never by name: it may be a child."""

    name: str
    relation: str
    title: str
    points: Decimal


def earned(place: Standing) -> Decimal:
    return place.member_points + place.household_points


def earners(places: Iterable[Standing]) -> list[Standing]:
    """The households that have earned something, in their order."""
    return [place for place in places if earned(place) > 0]


def rows(places: Iterable[Standing], moved: Moves, teller: Teller) -> list[Row]:
    """Lines with what changed today, from (rank before, points of today) by household id."""
    return [_row(place, *moved.get(place.household.id, (None, ZERO)), teller) for place in places]


def changed_rows(places: Iterable[Standing], moved: Moves, teller: Teller) -> list[Row]:
    """Only those that gained today, the most first."""
    changed = [row for row in rows(earners(places), moved, teller) if row.gained]
    return sorted(changed, key=lambda row: (-row.gained, -row.up, row.rank))


def month_rows(places: Sequence[Standing], quarter: Iterable[Standing], teller: Teller) -> list[Row]:
    """The month's own points, beside the quarter's running total (scoring.md, 12)."""
    running = {place.household.id: place.total for place in quarter}
    return [
        Row(
            place.rank,
            place.household.id,
            teller.name(place.household),
            place.household.group,
            place.total,
            running=running.get(place.household.id),
        )
        for place in places
    ]


def year_rows(places: Iterable[Annual], teller: Teller) -> list[Row]:
    return [
        Row(place.rank, place.household.id, teller.name(place.household), place.household.group, place.figure)
        for place in places
    ]


def deed_rows(deeds: Iterable[Deed], roll: Iterable[Standing], teller: Teller) -> list[DeedRow]:
    """Deeds under their household's public name, or its code where it is no longer on the roll."""
    names = {place.household.id: teller.name(place.household) for place in roll}
    return [
        DeedRow(
            names.get(deed.household_id, deed.household_code),
            deed.member_relation or "",
            deed.title_en if teller.lang == "en" and deed.title_en else deed.title,
            deed.points,
        )
        for deed in deeds
    ]


def _row(place: Standing, before: int | None, points: Decimal, teller: Teller) -> Row:
    household = place.household
    gained = max(points, ZERO)
    up = max(0, before - place.rank) if before and gained else 0
    return Row(
        place.rank, household.id, teller.name(household), household.group, place.total, gained=gained, up=up
    )
