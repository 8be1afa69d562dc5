"""Rounds as they are told to the tablets: those that go on, and the last that were finished."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, exists, func, or_, select

from kiosk.office.tables import round_event, visit, walk
from kiosk.scoring.tables import account, decision, entry, event, household, waiting

_REMEMBERED = timedelta(days=30)


@dataclass(frozen=True)
class Noted:
    """An event of a round; taken back ones are left out. `counted` is null while it waits."""

    event_id: int
    item: str
    claimed: Decimal
    counted: Decimal | None


@dataclass(frozen=True)
class Visited:
    code: str
    outcome: str
    account_id: int
    name: str
    made_at: datetime
    deeds: list[Noted] = field(default_factory=list)


@dataclass(frozen=True)
class Round:
    """`group` is empty for the whole village, `finished_by` as long as it goes on."""

    id: int
    key: str
    group: str
    items: Sequence[str]
    started_by: str
    started_at: datetime
    finished_by: str
    finished_at: datetime | None
    visits: list[Visited] = field(default_factory=list)


def rounds(connection: Connection, village_id: int, now: datetime) -> list[Round]:
    """The village's open rounds and those finished within thirty days, the newest first."""
    starter, finisher = account.alias("starter"), account.alias("finisher")
    found = (
        select(walk, starter.c.name.label("starter"), finisher.c.name.label("finisher"))
        .join(starter, starter.c.id == walk.c.account_id)
        .join(finisher, finisher.c.id == walk.c.finished_by, isouter=True)
        .where(walk.c.village_id == village_id)
        .where(or_(walk.c.finished_at.is_(None), walk.c.finished_at >= now - _REMEMBERED))
        .order_by(walk.c.started_at.desc(), walk.c.id.desc())
    )
    listed = [_round(row) for row in connection.execute(found)]
    by_id = {one.id: one for one in listed}
    deeds = _deeds(connection, list(by_id))
    for row in connection.execute(_visits(list(by_id))):
        noted = deeds.get((row.round_id, row.household_id), [])
        seen = Visited(row.code, row.outcome, row.account_id, row.name, row.made_at, noted)
        by_id[row.round_id].visits.append(seen)
    return listed


def _round(row: Row[Any]) -> Round:
    return Round(
        id=row.id,
        key=row.submission_key,
        group=row.group_name,
        items=row.items.split("\n"),
        started_by=row.starter,
        started_at=row.started_at,
        finished_by=row.finisher or "",
        finished_at=row.finished_at,
    )


def _visits(round_ids: Sequence[int]) -> Any:
    return (
        select(visit, household.c.code, account.c.name)
        .join(household, household.c.id == visit.c.household_id)
        .join(account, account.c.id == visit.c.account_id)
        .where(visit.c.round_id.in_(round_ids))
        .order_by(household.c.code)
    )


def _deeds(connection: Connection, round_ids: Sequence[int]) -> dict[tuple[int, int], list[Noted]]:
    """By round and household."""
    counted = select(func.sum(entry.c.points)).where(entry.c.event_id == event.c.id).scalar_subquery()
    waits = exists().where(waiting.c.event_id == event.c.id)
    taken_back = exists().where(decision.c.event_id == event.c.id, decision.c.verdict == "reversed")
    found = (
        select(
            *(round_event.c.round_id, event.c.household_id, event.c.id, event.c.item, event.c.points),
            *(counted.label("counted"), waits.label("waits")),
        )
        .join(event, event.c.id == round_event.c.event_id)
        .where(round_event.c.round_id.in_(round_ids), ~taken_back)
        .order_by(event.c.id)
    )
    deeds: dict[tuple[int, int], list[Noted]] = {}
    for row in connection.execute(found):
        points = None if row.waits else row.counted or Decimal(0)
        noted = Noted(row.id, row.item, row.points, points)
        deeds.setdefault((row.round_id, row.household_id), []).append(noted)
    return deeds
