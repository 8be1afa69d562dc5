"""Reading deeds: of a household, of a recorder, awaiting a decision, good ones, all of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, and_, func, or_, select

from kiosk.scoring.awards import ZERO
from kiosk.scoring.boards import months_of
from kiosk.scoring.deeds import Deed, deeds
from kiosk.scoring.deeds import deed as one_deed
from kiosk.scoring.periods import Period
from kiosk.scoring.tables import decision, entry, event, household, note, waiting

__all__ = ["Deed"]

LATELY = timedelta(days=14)
_A_YEAR = timedelta(days=366)
_KEPT_QUIET = ("线索", "举报")


def deed(connection: Connection, village_id: int, event_id: int) -> Deed | None:
    """One deed of the village, if there is such an event."""
    return one_deed(connection, village_id, event_id)


def of_household(connection: Connection, village_id: int, household_id: int, period: Period) -> list[Deed]:
    """What happened in the period or was posted to it, newest first; `points` are those of the period."""
    of_this = event.c.household_id == household_id
    posted = select(entry.c.event_id).where(
        entry.c.village_id == village_id, entry.c.household_id == household_id, months_of(period)
    )
    when = or_(event.c.occurred_on.between(period.first, period.last), event.c.id.in_(posted))
    return list(deeds(connection, village_id, and_(of_this, when), period))


def newest_of_household(connection: Connection, village_id: int, household_id: int, limit: int) -> list[Deed]:
    """What was recorded for a household, newest first."""
    mine = (event.c.village_id == village_id) & (event.c.household_id == household_id)
    ids = select(event.c.id).where(mine).order_by(event.c.recorded_at.desc(), event.c.id.desc()).limit(limit)
    return list(deeds(connection, village_id, event.c.id.in_(list(connection.scalars(ids)))))


def late_and_waiting(connection: Connection, village_id: int, household_id: int) -> list[Deed]:
    """A household's late entries that await a decision: they will count on the day they are approved."""
    ids = select(waiting.c.event_id).where(waiting.c.village_id == village_id, waiting.c.month.is_(None))
    of_this = (event.c.household_id == household_id) & event.c.id.in_(ids)
    return list(deeds(connection, village_id, of_this))


def of_recorder(
    connection: Connection, village_id: int, account_id: int, since: datetime, until: datetime | None = None
) -> list[Deed]:
    """What this person recorded from that moment on, newest first; `until` is exclusive."""
    mine = (event.c.recorder_id == account_id) & (event.c.recorded_at >= since)
    return list(deeds(connection, village_id, mine & (event.c.recorded_at < until) if until else mine))


def rejected_of(connection: Connection, village_id: int, account_id: int, now: datetime) -> list[Deed]:
    """What this person recorded before today and was rejected LATELY, the latest decision first."""
    lately = select(decision.c.id).where(decision.c.event_id == event.c.id)
    rejected = lately.where(decision.c.verdict == "rejected", decision.c.decided_at >= now - LATELY).exists()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    mine = (event.c.recorder_id == account_id) & (event.c.recorded_at >= now - _A_YEAR)
    found = deeds(connection, village_id, mine & rejected & (event.c.recorded_at < today))
    return sorted(found, key=lambda deed: deed.decided_at or now, reverse=True)


def awaiting(connection: Connection, village_id: int) -> list[Deed]:
    """What awaits a decision, oldest first."""
    ids = select(waiting.c.event_id).where(waiting.c.village_id == village_id)
    return list(deeds(connection, village_id, event.c.id.in_(ids)))[::-1]


def of_numbers(connection: Connection, village_id: int, event_ids: Sequence[int]) -> list[Deed]:
    """The deeds with these numbers, oldest first."""
    return list(deeds(connection, village_id, event.c.id.in_(event_ids)))[::-1]


def good_since(connection: Connection, village_id: int, since: datetime, limit: int) -> list[Deed]:
    """Deeds that earned points and still count, newest first: done and approved from that moment on.

    `since` is in the village's zone; a register brought in today does not make old deeds new.
    """
    gained = (
        select(entry.c.event_id)
        .where(entry.c.village_id == village_id, entry.c.posted_at >= since)
        .where(entry.c.counted_on >= since.date())
        .where(entry.c.cause == "award", entry.c.points > ZERO)
        .order_by(entry.c.posted_at.desc(), entry.c.number.desc())
        .limit(limit * 2)
    )
    ids = list(connection.scalars(gained))
    found = {found.event_id: found for found in deeds(connection, village_id, event.c.id.in_(ids))}
    counted = [found[key] for key in ids if found[key].status == "counted" and found[key].points > ZERO]
    return [deed for deed in counted if may_be_told(deed.title)][:limit]


def may_be_told(title: str) -> bool:
    """Whether a deed of this item may be named in public with its household: who reported others is not."""
    return not any(word in title for word in _KEPT_QUIET)


def export(connection: Connection, village_id: int, period: Period | None = None) -> Iterator[Deed]:
    """All deeds that happened in the period (none: ever), in the order they were recorded."""
    when = event.c.occurred_on.between(period.first, period.last) if period else event.c.id.is_not(None)
    yield from list(deeds(connection, village_id, when))[::-1]


def ledger_rows(connection: Connection, village_id: int, period: Period | None = None) -> Iterator[Any]:
    """The entries in the order of the chain, each a row of the table with its household's code."""
    columns = select(entry, household.c.code).join(household, household.c.id == entry.c.household_id)
    within = (entry.c.village_id == village_id) & (months_of(period) if period else True)
    yield from connection.execute(columns.where(within).order_by(entry.c.number))


def favourites(connection: Connection, village_id: int, account_id: int, limit: int) -> list[str]:
    """The codes of the items this person recorded most, among their newest two hundred."""
    mine = _newest_of(village_id, account_id).subquery()
    counted = (
        select(mine.c.item).group_by(mine.c.item).order_by(func.count().desc(), mine.c.item).limit(limit)
    )
    return list(connection.scalars(counted))


def recent_places(connection: Connection, village_id: int, account_id: int, limit: int) -> list[str]:
    """The places this person wrote last, newest first."""
    mine = _newest_of(village_id, account_id).subquery()
    places = (
        select(note.c.place)
        .join(mine, mine.c.id == note.c.event_id)
        .where(note.c.place != "")
        .group_by(note.c.place)
        .order_by(func.max(note.c.event_id).desc())
        .limit(limit)
    )
    return list(connection.scalars(places))


def _newest_of(village_id: int, account_id: int) -> Select[int, str]:
    mine = (event.c.village_id == village_id) & (event.c.recorder_id == account_id)
    return select(event.c.id, event.c.item).where(mine).order_by(event.c.recorded_at.desc()).limit(200)
