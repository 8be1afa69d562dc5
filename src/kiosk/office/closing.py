"""Closing a quarter from the office: on notice, then settled. A clock in doubt stops both.

A wrong date would close the wrong quarter, or print a wrong day on the notice.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection

from kiosk import trust
from kiosk.database import Database
from kiosk.office import activity
from kiosk.scoring import settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.settlement import QuarterState
from kiosk.spare_photos import delete_spare

T = TypeVar("T")
LONGEST = {"draw_source": 200, "early_reason": 500}


def publish(
    connection: Connection, village_id: int, quarter: Period, by: Actor, now: datetime, draw_source: str = ""
) -> QuarterState:
    """Put an ended quarter on notice, and note who did. Raises Refused.

    `draw_source` names the public number that will draw the sample for checking; left out, it is the usual one.
    """
    _trust_the_clock(connection, now)
    source = _one_line("draw_source", draw_source)
    state = settlement.publish(connection, village_id, quarter, by.name, now, source)
    sentence = N_("Put %(quarter)s on notice, up to entry no. %(number)s")
    activity.note(connection, village_id, by, now, "quarters", sentence, quarter=quarter, number=state.number)
    return state


def settle(
    connection: Connection, village_id: int, quarter: Period, by: Actor, now: datetime, early_reason: str = ""
) -> QuarterState:
    """Freeze a quarter on notice for good, and note who did. Raises Refused while something stands in the way.

    The reason is kept if the days of notice are not over yet.
    """
    _trust_the_clock(connection, now)
    reason = (
        _one_line("early_reason", early_reason) if days_left(connection, village_id, quarter, now) else ""
    )
    state = settlement.settle(connection, village_id, quarter, by.name, now, reason)
    said = N_("Settled %(quarter)s for good")
    if state.settled_early:
        said = N_("Settled %(quarter)s for good before its days of notice were over: %(reason)s")
    activity.note(connection, village_id, by, now, "quarters", said, quarter=quarter, reason=reason or "—")
    return state


def for_good(database: Database, data: Path, settling: Callable[[Connection], T], now: datetime) -> T:
    """Settle in one transaction; then photos that nothing refers to any more are deleted from the `data` folder."""
    settled = database.write(settling)
    delete_spare(database, data / "photos", now)
    return settled


def days_left(connection: Connection, village_id: int, quarter: Period, now: datetime) -> bool:
    """Whether a quarter on notice is to hang for longer."""
    state = settlement.state(connection, village_id, quarter, now)
    return state.notice_until is not None and now.date() <= state.notice_until


def obstacles(connection: Connection, village_id: int, quarter: Period, now: datetime) -> list[Problem]:
    """Why a quarter cannot be settled yet; each problem's field says what kind of obstacle it is."""
    doubt = clock_doubt(connection, now)
    found = settlement.what_stands_in_the_way(connection, village_id, quarter, now)
    return [*found, doubt] if doubt else found


def clock_doubt(connection: Connection, now: datetime) -> Problem | None:
    doubt = trust.clock(connection, now)
    return replace(doubt, field="clock") if doubt else None


def _trust_the_clock(connection: Connection, now: datetime) -> None:
    if doubt := clock_doubt(connection, now):
        raise Refused(doubt)


def _one_line(field: str, text: str) -> str:
    line = " ".join(text.split())
    if len(line) > LONGEST[field] or not line.isprintable():
        raise Refused(
            Problem(field, N_("Too long; write at most %(limit)s characters"), {"limit": LONGEST[field]})
        )
    return line
