"""What everybody may know about fairness: numbers alone, of a quarter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, tzinfo

from sqlalchemy import ColumnElement, Connection, and_, func, select

from kiosk.fairness import draws, inspections
from kiosk.fairness.draws import Draw
from kiosk.scoring import objections, recusal, settlement
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import Problem
from kiosk.scoring.tables import decision, event


@dataclass(frozen=True)
class Openness:
    """Of the events written down in the quarter: how many there are, by how many recorders, and how many a
    second person decided. Of the quarter itself: objections, and what was drawn for checking."""

    quarter: Period
    events: int
    recorders: int
    checked: int
    objections: int
    upheld: int
    sampled: int
    confirmed: int


@dataclass(frozen=True)
class Public:
    """This quarter and the last, how many kin relations are registered, and the newest draw with its outcome; `promise`
    says which public number it was to be."""

    quarters: Sequence[Openness]
    kin: int
    draw: Draw | None
    promise: Problem | None
    found: Mapping[str, int]


def public_figures(connection: Connection, village_id: int, running: Period, now: datetime) -> Public:
    """What the village's page shows of a running quarter and the one before."""
    latest = draws.latest(connection, village_id)
    drawn = settlement.state(connection, village_id, latest.quarter, now) if latest else None
    return Public(
        quarters=[openness(connection, village_id, one, now.tzinfo) for one in (running, running.before())],
        kin=recusal.kin_relations(connection, village_id),
        draw=latest,
        promise=draws.promise(drawn) if drawn else None,
        found=inspections.outcomes(connection, village_id, latest.quarter) if latest else {},
    )


def openness(connection: Connection, village_id: int, quarter: Period, zone: tzinfo | None) -> Openness:
    """The public numbers of a quarter."""
    within = and_(
        event.c.village_id == village_id,
        event.c.recorded_at >= datetime.combine(quarter.first, time(), zone),
        event.c.recorded_at < datetime.combine(quarter.end, time(), zone),
    )
    drawn = draws.draw_of(connection, village_id, quarter)
    found = inspections.outcomes(connection, village_id, quarter) if drawn else {}
    raised = objections.figures(connection, village_id, quarter)
    events, recorders = connection.execute(
        select(func.count(), func.count(event.c.recorder.distinct())).where(within)
    ).one()
    return Openness(
        quarter=quarter,
        events=events,
        recorders=recorders,
        checked=_checked(connection, within),
        objections=raised.raised,
        upheld=raised.upheld,
        sampled=len(drawn.events) if drawn else 0,
        confirmed=found.get("confirmed", 0),
    )


def _checked(connection: Connection, within: ColumnElement[bool]) -> int:
    """Approved or rejected by somebody with an account who did not record it."""
    second = (decision.c.account_id != event.c.recorder_id) | event.c.recorder_id.is_(None)
    looked = (decision.c.event_id == event.c.id) & (decision.c.verdict != "reversed") & second
    counted = select(func.count()).select_from(event).join(decision, looked)
    return connection.scalar(counted.where(within, decision.c.account_id.is_not(None))) or 0
