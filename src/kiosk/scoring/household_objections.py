"""What a household may read of objections (异议): its own, and what came of those that others raised about it.

Of the others' it reads the outcome and the answer, for that concerns it; never what they said or who they were.
While one is open nothing has been found, and nobody shall go and look for whoever raised it.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from kiosk.scoring.objections import Objection, count_open, of_quarter, read, without_raiser
from kiosk.scoring.periods import Period
from kiosk.scoring.voices import objection, objection_answer, objection_note


def raised_by(
    connection: Connection,
    village_id: int,
    household_id: int,
    quarter: Period,
    since: datetime | None = None,
) -> list[Objection]:
    """Those it raised that hold up this quarter or speak of it; from its page, or told to the office.

    With `since` also whatever is still open or was answered from that moment on.
    """
    wanted = _of(quarter)
    if since:
        answered = objection_answer.c
        wanted |= answered.objection_id.is_(None) | (answered.answered_at >= since)
    return read(connection, village_id, _mine(household_id) & wanted)


def raised_about(
    connection: Connection,
    village_id: int,
    household_id: int,
    quarter: Period,
    since: datetime | None = None,
) -> list[Objection]:
    """What others raised about one of its deeds, or with success about anything of it, once it is answered."""
    answered = objection_answer.c
    wanted = _of(quarter)
    if since:
        wanted |= answered.answered_at >= since
    about = (objection.c.household_id == household_id) & ~_mine(household_id)
    found = objection.c.event_id.is_not(None) | (answered.outcome == "upheld")
    told = read(connection, village_id, about & found & answered.objection_id.is_not(None) & wanted)
    return [replace(without_raiser(one), words="") for one in told]


def open_of(connection: Connection, village_id: int, household_id: int) -> int:
    """How many that came from the household's own page wait for an answer."""
    return count_open(connection, village_id, _from_its_page(household_id))


def raised_since(connection: Connection, household_id: int, moment: datetime) -> int:
    """How many came from the household's own page after that moment."""
    counted = select(func.count()).where(_from_its_page(household_id), objection.c.raised_at > moment)
    return connection.scalar(counted) or 0


def _of(quarter: Period) -> ColumnElement[bool]:
    return of_quarter(quarter) | (objection.c.about == quarter.start)


def _mine(household_id: int) -> ColumnElement[bool]:
    told = objection_note.c.raiser_id.is_not(None) & (objection_note.c.raiser_id == household_id)
    return _from_its_page(household_id) | told


def _from_its_page(household_id: int) -> ColumnElement[bool]:
    return (objection.c.household_id == household_id) & (objection.c.source == "household")
