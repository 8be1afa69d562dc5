"""Reads what the loudspeaker's text about a quarter is made of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select

from kiosk.office.broadcast import Facts
from kiosk.roster.villages import Village
from kiosk.scoring import boards, rulebooks, settlement
from kiosk.scoring.awards import ZERO
from kiosk.scoring.deeds import Deed, deeds
from kiosk.scoring.history import may_be_told
from kiosk.scoring.periods import Period
from kiosk.scoring.tables import entry, event

_CANDIDATES = 20


@dataclass(frozen=True)
class _Good:
    event_id: int
    household_id: int
    item: str


def read_facts(connection: Connection, village: Village, quarter: Period, now: datetime) -> Facts:
    """Everything for the script; `now` is in the village's zone."""
    today = now.date()
    places = boards.standings(connection, village.id, quarter, today)
    good = _good(connection, village.id, quarter)
    on_roll = {place.household.id for place in places}
    book = rulebooks.in_force(connection, today).book if rulebooks.newest(connection) else None
    return Facts(
        village=village.name,
        quarter=quarter,
        today=today,
        places=places,
        deeds=_best(
            connection, village.id, good, {place.household.id for place in places if place.rank <= 3}
        ),
        good=len(good),
        taking_part=len(on_roll & {one.household_id for one in good}),
        public_names=village.public_names,
        state=settlement.state(connection, village.id, quarter, now),
        notice_days=book.notice_days if book else 7,
        answer_days=book.answer_days if book else 7,
        contact=village.contact,
    )


def _good(connection: Connection, village_id: int, quarter: Period) -> list[_Good]:
    """What gave points to the quarter and still does, the most points first, then the newest."""
    gained = func.sum(entry.c.points)
    found = (
        select(entry.c.event_id, event.c.household_id, event.c.item, gained.label("gained"))
        .join(event, event.c.id == entry.c.event_id)
        .where(entry.c.village_id == village_id, boards.months_of(quarter))
        .group_by(entry.c.event_id, event.c.household_id, event.c.item, event.c.occurred_on, event.c.points)
        .having(gained > ZERO)
        .having(event.c.points > ZERO)
        .order_by(gained.desc(), event.c.occurred_on.desc(), entry.c.event_id.desc())
    )
    return [_Good(row.event_id, row.household_id, row.item) for row in connection.execute(found)]


def _best(connection: Connection, village_id: int, good: Sequence[_Good], leading: set[int]) -> list[Deed]:
    """Of the good ones a few of different households and items; those who do not lead anyway come first."""
    chosen = [*_different(good, leading), *_different(good, set())][:_CANDIDATES]
    ids = list(dict.fromkeys(one.event_id for one in chosen))
    known = {deed.event_id: deed for deed in deeds(connection, village_id, event.c.id.in_(ids))}
    told = [known[key] for key in ids if may_be_told(known[key].title)]
    return list(_once(told))


def _different(good: Sequence[_Good], without: set[int]) -> Iterator[_Good]:
    """The first of every item, each of another household."""
    homes, items = set(without), set[str]()
    for one in good:
        if one.household_id not in homes and one.item not in items:
            homes.add(one.household_id)
            items.add(one.item)
            yield one


def _once(told: Sequence[Deed]) -> Iterator[Deed]:
    """No household and no item twice."""
    seen: set[Any] = set()
    for deed in told:
        if not seen & {deed.household_id, deed.item}:
            seen |= {deed.household_id, deed.item}
            yield deed
