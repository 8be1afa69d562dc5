"""Closing a quarter from the office: on notice, then settled. A clock in doubt stops both.

A wrong date would close the wrong quarter, or print a wrong day on the notice.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from kiosk import trust
from kiosk.office import activity
from kiosk.scoring import settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.settlement import QuarterState


def publish(
    connection: Connection, village_id: int, quarter: Period, by: Actor, now: datetime
) -> QuarterState:
    """Put an ended quarter on notice, and note who did. Raises Refused."""
    _trust_the_clock(connection, now)
    state = settlement.publish(connection, village_id, quarter, by.name, now)
    sentence = N_("Put %(quarter)s on notice, up to entry no. %(number)s")
    activity.note(connection, village_id, by, now, "quarters", sentence, quarter=quarter, number=state.number)
    return state


def settle(
    connection: Connection, village_id: int, quarter: Period, by: Actor, now: datetime
) -> QuarterState:
    """Freeze a quarter on notice for good, and note who did. Raises Refused while something stands in the way."""
    _trust_the_clock(connection, now)
    state = settlement.settle(connection, village_id, quarter, by.name, now)
    activity.note(
        connection, village_id, by, now, "quarters", N_("Settled %(quarter)s for good"), quarter=quarter
    )
    return state


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
