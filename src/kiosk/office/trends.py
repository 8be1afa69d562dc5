"""The village over its last periods: points by category, who takes part, who has been silent for how long."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Select, select

from kiosk.office.figures import category_of
from kiosk.office.places import Place
from kiosk.scoring import boards, rulebooks
from kiosk.scoring.awards import ZERO
from kiosk.scoring.periods import Period
from kiosk.scoring.tables import entry, event, rulebook

_MOST = {"month": 12, "quarter": 8, "year": 4}


@dataclass(frozen=True)
class Trend:
    """For each of `periods`, oldest first: points by category, households with a good deed, with any event.

    `items` are those that counted in any of them.
    """

    periods: Sequence[Period]
    categories: Mapping[str, Sequence[Decimal]]
    acting: Sequence[set[int]]
    heard: Sequence[set[int]]
    items: set[str]

    @property
    def totals(self) -> list[Decimal]:
        if not self.categories:
            return [ZERO for _ in self.periods]
        return [sum(points, ZERO) for points in zip(*self.categories.values(), strict=True)]


@dataclass(frozen=True)
class Silent:
    """A household without an event for so many periods in a row; `more` if nobody looked further back."""

    place: Place
    periods: int
    more: bool


def last_periods(connection: Connection, village_id: int, period: Period) -> list[Period]:
    """The period and those before it, oldest first: at most eight quarters, none before the first entry."""
    first = boards.first_period(connection, village_id, period.kind) or period
    found = [period]
    while len(found) < _MOST[period.kind] and first < found[0]:
        found.insert(0, found[0].before())
    return found


def trend(connection: Connection, village_id: int, periods: Sequence[Period]) -> Trend:
    """What landed in each of these periods, which are of one kind and follow each other."""
    where = {month: place for place, period in enumerate(periods) for month in _months(period)}
    categories: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO] * len(periods))
    named: dict[tuple[str, str], str] = {}  # by digest of the rulebook and item: asked once for each
    awarded: dict[tuple[int, int], tuple[int, bool]] = {}
    taken_back = set()
    for row in connection.execute(_landed(village_id, periods)):
        event_id, household_id, month, points, cause, item, rulebook_id, claimed, digest = row
        place = where[month]
        if (digest, item) not in named:
            book = rulebooks.book_of(connection, rulebook_id, digest)
            named[digest, item] = category_of(book.item(item))
        categories[named[digest, item]][place] += points
        if cause == "award":
            awarded[place, event_id] = household_id, claimed > ZERO
        elif cause == "reversal":
            taken_back.add((place, event_id))
    acting: list[set[int]] = [set() for _ in periods]
    heard: list[set[int]] = [set() for _ in periods]
    for place, event_id in awarded.keys() - taken_back:
        household_id, good = awarded[place, event_id]
        heard[place].add(household_id)
        if good:
            acting[place].add(household_id)
    return Trend(periods, dict(categories), acting, heard, {item for _, item in named})


def silent_for(silent: Sequence[Place], seen: Trend, since: Mapping[int, date]) -> list[Silent]:
    """How many periods in a row, up to the last one, these households have had no event.

    `since` says from when they lived here, if not always: nobody is silent before that. Longest first.
    """
    found = []
    for place in silent:
        key = place.household.id
        heard = [number for number, households in enumerate(seen.heard) if key in households]
        moved_in = since.get(key, date.min)
        lived = [number for number, period in enumerate(seen.periods) if period.end > moved_in]
        begin = max([*(number + 1 for number in heard), *lived[:1]], default=len(seen.periods) - 1)
        more = not heard and begin == 0 and len(seen.periods) == _MOST[seen.periods[0].kind]
        found.append(Silent(place, len(seen.periods) - begin, more))
    return sorted(found, key=lambda one: (-one.periods, one.place.household.code))


def _months(period: Period) -> range:
    return range(period.start, period.last_month + 1)


def _landed(village_id: int, periods: Sequence[Period]) -> Select[Any]:
    return (
        select(
            *(entry.c[name] for name in ("event_id", "household_id", "month", "points", "cause")),
            *(event.c[name] for name in ("item", "rulebook_id")),
            event.c.points.label("claimed"),
            rulebook.c.digest,
        )
        .join(event, event.c.id == entry.c.event_id)
        .join(rulebook, rulebook.c.id == event.c.rulebook_id)
        .where(
            entry.c.village_id == village_id, entry.c.month.between(periods[0].start, periods[-1].last_month)
        )
    )
