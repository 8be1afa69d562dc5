"""What the supervising group found out about the events drawn for checking. Each is written down once.

Whoever recorded or decided about an event, lives in its household or is its kin neither checks it nor types
the outcome in.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, insert, select

from kiosk.fairness.draws import draw_made, tidy
from kiosk.fairness.tables import inspection
from kiosk.office import activity
from kiosk.scoring import deciding, recusal
from kiosk.scoring.actors import Actor
from kiosk.scoring.events import recorder_here
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import decision, member
from kiosk.scoring.villages import changed

OUTCOMES = {"confirmed": N_("confirmed"), "doubtful": N_("doubtful"), "wrong": N_("wrong")}
_SAID = {
    "confirmed": N_("Noted that the check confirmed event no. %(number)s"),
    "doubtful": N_("Noted that the check found event no. %(number)s doubtful"),
    "wrong": N_("Noted that the check found event no. %(number)s wrong"),
}
LONGEST = {"remark": 500, "inspected_by": 100}
_BETWEEN_NAMES = re.compile(r"[、,，;；/\s]+")
_NOT_DRAWN = N_("This event is not in the sample; load the page again")
_NOTED = N_("The outcome of this event has been noted already; it does not change")
_MINE = N_("You recorded or decided this event yourself, so somebody else notes what was found")
_THEIRS = N_("%(name)s recorded or decided this event, so somebody else goes and looks")
_AT_HOME = N_("This is %(name)s's own or their kin's household, so somebody else goes and looks")


@dataclass(frozen=True)
class Inspection:
    """`outcome` is one of OUTCOMES; `inspected_by` are those who went and looked."""

    event_id: int
    outcome: str
    remark: str
    inspected_by: str
    inspected_at: datetime


def inspections_of(connection: Connection, village_id: int, quarter: Period) -> dict[int, Inspection]:
    """By event id."""
    here = (inspection.c.village_id == village_id) & (inspection.c.start == quarter.start)
    rows = connection.execute(select(inspection).where(here))
    return {
        row.event_id: Inspection(row.event_id, row.outcome, row.remark, row.inspected_by, row.inspected_at)
        for row in rows
    }


def outcomes(connection: Connection, village_id: int, quarter: Period) -> dict[str, int]:
    """How many were found confirmed, doubtful, wrong."""
    counted = (
        select(inspection.c.outcome, func.count())
        .where(inspection.c.village_id == village_id, inspection.c.start == quarter.start)
        .group_by(inspection.c.outcome)
    )
    found: dict[str, int] = dict(connection.execute(counted).all())
    return {outcome: found.get(outcome, 0) for outcome in OUTCOMES}


def inspect(
    connection: Connection,
    village_id: int,
    quarter: Period,
    event_id: int,
    found: Inspection,
    by: Actor,
    now: datetime,
) -> None:
    """Note what was found out about a drawn event. The same once more is a second click. Raises Refused."""
    if event_id not in draw_made(connection, village_id, quarter).events:
        raise Refused(Problem("", _NOT_DRAWN))
    words = {"remark": tidy(found.remark), "inspected_by": tidy(found.inspected_by)}
    before = inspections_of(connection, village_id, quarter).get(event_id)
    if before and (before.outcome, before.remark, before.inspected_by) == (found.outcome, *words.values()):
        return
    if before:
        raise Refused(Problem("", _NOTED))
    row = deciding.event_in(connection, village_id, event_id)
    problems = may_not_note(connection, village_id, row, by)
    problems += _field_problems(found.outcome, **words)
    problems += _lookers_problems(connection, village_id, row, words["inspected_by"])
    if problems:
        raise Refused(*problems)
    place = {"village_id": village_id, "start": quarter.start, "event_id": event_id}
    who = {"account_id": by.account_id, "inspected_at": now}
    connection.execute(insert(inspection).values(place | words | who | {"outcome": found.outcome}))
    activity.note(connection, village_id, by, now, "fairness", _SAID[found.outcome], number=event_id)
    changed(connection, village_id)


def check_found_wrong(connection: Connection, village_id: int, quarter: Period, event_id: int) -> None:
    """Raise Refused unless this event was drawn and found wrong."""
    found = inspections_of(connection, village_id, quarter).get(event_id)
    if found is None or found.outcome != "wrong":
        raise Refused(Problem("", N_("Only what the check found wrong is taken back here")))


def may_not_note(connection: Connection, village_id: int, row: Any, by: Actor) -> list[Problem]:
    """What keeps this person from noting the outcome; `row` needs id (or event_id), recorder_id, household_id."""
    deciders = _deciders(connection, row.id if hasattr(row, "id") else row.event_id)
    hands = {row.recorder_id, *(account_id for account_id, _ in deciders)} - {None}
    if by.account_id in hands:
        return [Problem("", _MINE)]
    found = recusal.problems(connection, village_id, by, row.household_id, deciding=True, without=hands)
    return [Problem("", one.sentence, one.values) for one in found]


def _deciders(connection: Connection, event_id: int) -> list[tuple[int | None, str]]:
    found = select(decision.c.account_id, decision.c.decided_by).where(deciding.of_event(event_id))
    return [(row.account_id, row.decided_by) for row in connection.execute(found)]


def _field_problems(outcome: str, remark: str, inspected_by: str) -> list[Problem]:
    problems = []
    if outcome not in OUTCOMES:
        problems.append(Problem("outcome", N_("Choose what was found")))
    if not remark and outcome in ("doubtful", "wrong"):
        problems.append(Problem("remark", N_("Write what is doubtful or wrong about it")))
    if not inspected_by:
        problems.append(Problem("inspected_by", N_("Write who of the supervising group went and looked")))
    for field, text in (("remark", remark), ("inspected_by", inspected_by)):
        if len(text) > LONGEST[field] or not text.isprintable():
            sentence = N_("Too long; write at most %(limit)s characters")
            problems.append(Problem(field, sentence, {"limit": LONGEST[field]}))
    return problems


def _lookers_problems(connection: Connection, village_id: int, row: Any, names: str) -> list[Problem]:
    """Nobody goes and looks after what they wrote down themselves, or at home."""
    hands = {row.recorder, *(name for _, name in _deciders(connection, row.id))}
    at_home = set(connection.scalars(select(member.c.name).where(member.c.household_id == row.household_id)))
    problems = []
    for name in filter(None, _BETWEEN_NAMES.split(names)):
        looker = recorder_here(connection, village_id, name)
        if name in hands:
            problems.append(Problem("inspected_by", _THEIRS, {"name": name}))
        elif name in at_home or recusal.problems(connection, village_id, looker, row.household_id):
            problems.append(Problem("inspected_by", _AT_HOME, {"name": name}))
    return problems
