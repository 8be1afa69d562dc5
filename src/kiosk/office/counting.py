"""The village's events as rows that the figures count: what happened in a period, and what counted in it.

An event happened in the period of its day; it counts in the period in which its points landed. A late
entry happened in one and counts in another. What lands in a period never changes once its quarter is
settled, so neither do the figures made of it: a reversal after that lands in a later quarter.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any, Literal

from sqlalchemy import Connection, Select, case, func, literal, select

from kiosk.scoring import rulebooks
from kiosk.scoring.awards import ZERO
from kiosk.scoring.boards import months_of
from kiosk.scoring.columns import Points
from kiosk.scoring.periods import Period
from kiosk.scoring.rulebook import Item
from kiosk.scoring.tables import decision, entry, event, rulebook

State = Literal["counted", "waiting", "rejected", "reversed"]


@dataclass(frozen=True)
class Happened:
    """An event that happened in the period. `days` went by until it was noted; none for one from paper."""

    household_id: int
    item: Item | None
    code: str
    recorder_id: int | None
    recorder: str
    noted_on: date
    days: int | None
    state: State


@dataclass(frozen=True)
class Counted:
    """An event with what landed in the period: `effective` if it was approved there and not taken back there."""

    household_id: int
    member_id: int | None
    item: Item | None
    code: str
    claimed: Decimal
    points: Decimal
    effective: bool
    corrections: int
    corrected: Decimal

    @property
    def earned(self) -> bool:
        """Whether it is a good deed that counts, be it for 0 points because of a cap."""
        return self.effective and self.claimed > 0

    @property
    def capped(self) -> bool:
        """Whether a cap left nothing of it."""
        return self.effective and not self.points and bool(self.claimed)


def happened(connection: Connection, village_id: int, period: Period, zone: tzinfo | None) -> list[Happened]:
    """Every event of the village that happened in the period; days are those of `zone`."""
    rows = connection.execute(_happened(village_id, period))
    return [
        Happened(
            household_id=row.household_id,
            item=_item(connection, row),
            code=row.item,
            recorder_id=row.recorder_id,
            recorder=row.recorder,
            noted_on=(noted_on := row.recorded_at.astimezone(zone).date()),
            days=None if row.recorder_id is None else (noted_on - row.occurred_on).days,
            state=_state(row),
        )
        for row in rows
    ]


def counted(connection: Connection, village_id: int, period: Period) -> list[Counted]:
    """Every event of which something landed in the period."""
    return [
        Counted(
            household_id=row.household_id,
            member_id=row.member_id,
            item=_item(connection, row),
            code=row.item,
            claimed=row.claimed,
            points=row.points,
            effective=bool(row.awarded) and not row.taken_back,
            corrections=row.corrections,
            corrected=row.corrected,
        )
        for row in connection.execute(_counted(village_id, period))
    ]


def _happened(village_id: int, period: Period) -> Select[Any]:
    first, undone = decision.alias("first"), decision.alias("undone")
    # nothing is recorded before it happens, and there is an index by village and moment of recording
    since = datetime.combine(period.first - timedelta(days=2), time(), UTC)
    return (
        select(
            *(event.c[name] for name in ("household_id", "item", "rulebook_id", "recorder_id", "recorder")),
            event.c.recorded_at,
            event.c.occurred_on,
            rulebook.c.digest,
            first.c.verdict,
            undone.c.id.label("undone"),
        )
        .join(rulebook, rulebook.c.id == event.c.rulebook_id)
        .join(first, (first.c.event_id == event.c.id) & (first.c.verdict != "reversed"), isouter=True)
        .join(undone, (undone.c.event_id == event.c.id) & (undone.c.verdict == "reversed"), isouter=True)
        .where(event.c.village_id == village_id, event.c.recorded_at >= since)
        .where(event.c.occurred_on.between(period.first, period.last))
        .order_by(event.c.id)
    )


def _counted(village_id: int, period: Period) -> Select[Any]:
    corrects, nothing = entry.c.correction == 1, literal(ZERO, Points)
    landed = (
        select(
            entry.c.event_id,
            func.sum(entry.c.points).label("points"),
            func.sum(case((entry.c.cause == "award", 1), else_=0)).label("awarded"),
            func.sum(case((entry.c.cause == "reversal", 1), else_=0)).label("taken_back"),
            func.sum(case((corrects, 1), else_=0)).label("corrections"),
            func.sum(case((corrects, entry.c.points), else_=nothing)).label("corrected"),
        )
        .where(entry.c.village_id == village_id, months_of(period))
        .group_by(entry.c.event_id)
        .subquery()
    )
    return (
        select(
            landed,
            *(event.c[name] for name in ("household_id", "member_id", "item", "rulebook_id")),
            event.c.points.label("claimed"),
            rulebook.c.digest,
        )
        .join(event, event.c.id == landed.c.event_id)
        .join(rulebook, rulebook.c.id == event.c.rulebook_id)
        .order_by(landed.c.event_id)
    )


def _item(connection: Connection, row: Any) -> Item | None:
    """The item in the version of the rulebook under which the event was recorded."""
    return rulebooks.book_of(connection, row.rulebook_id, row.digest).item(row.item)


def _state(row: Any) -> State:
    if row.undone is not None:
        return "reversed"
    if row.verdict is None:
        return "waiting"
    return "counted" if row.verdict == "approved" else "rejected"
