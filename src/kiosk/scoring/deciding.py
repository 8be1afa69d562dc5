"""Who may decide about an event, and what stands in the way."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, or_, select

from kiosk.scoring import recusal
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import decision, event, waiting


def event_in(connection: Connection, village_id: int, event_id: int) -> Any:
    """The row of an event of this village. Raises Refused."""
    found = select(event).where(event.c.id == event_id, event.c.village_id == village_id)
    row = connection.execute(found).one_or_none()
    if row is None:
        raise Refused(
            Problem("", N_("There is no event no. %(number)s in this village"), {"number": event_id})
        )
    return row


def verdicts(connection: Connection, event_id: int) -> set[str]:
    return set(connection.scalars(select(decision.c.verdict).where(of_event(event_id))))


def of_event(event_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    """The condition for an event's decisions, said so that each of the two unique indexes finds its own."""
    this, verdict = decision.c.event_id == event_id, decision.c.verdict
    return or_(this & (verdict != "reversed"), this & (verdict == "reversed"))


def decided_so_by(connection: Connection, event_id: int, verdict: str, by: Actor) -> bool:
    """Whether this person has already given this verdict."""
    same = of_event(event_id) & (decision.c.verdict == verdict)
    mine = select(decision.c.id).where(same, decision.c.account_id == by.account_id)
    return by.account_id is not None and connection.scalar(mine) is not None


def check_decision(
    connection: Connection, village_id: int, row: Any, verdict: str, by: Actor, reason: str
) -> None:
    """Raise Refused unless this person may give this verdict on this event now."""
    check_awaits(connection, row.id)
    problems = [
        *may_not_decide(connection, village_id, row, by),
        *verdict_problems(verdict, reason),
    ]
    if problems:
        raise Refused(*problems)


def verdict_problems(verdict: str, reason: str) -> list[Problem]:
    """What is wrong with a verdict, whatever it is about."""
    if verdict not in ("approved", "rejected"):
        return [Problem("verdict", N_("Choose to approve or to reject"))]
    if verdict == "rejected" and not reason.strip():
        return [Problem("reason", N_("Write why it is rejected; the recorder and the household see it"))]
    return []


def check_awaits(connection: Connection, event_id: int) -> None:
    """Raise Refused for an event about which nothing is to be decided any more."""
    if connection.scalar(select(waiting.c.event_id).where(waiting.c.event_id == event_id)) is None:
        raise Refused(Problem("", N_("This event has been decided meanwhile; load the page again")))


def may_not_decide(connection: Connection, village_id: int, row: Any, by: Actor) -> list[Problem]:
    """What keeps this person from deciding about an event; `row` needs recorder_id and household_id."""
    if not by.may_decide:
        return [_ONLY_REVIEWERS]
    if by.account_id is not None and by.account_id == row.recorder_id:
        names = recusal.who_can(connection, village_id, row.household_id, deciding=True)
        return [_recorded_by(names, by)]
    return recusal.problems(
        connection, village_id, by, row.household_id, deciding=True, without=(row.recorder_id,)
    )


def barred(
    connection: Connection, village_id: int, rows: Sequence[Any], by: Actor
) -> dict[int, list[Problem]]:
    """What `may_not_decide` says of many deeds, by event id; nothing for those this person may decide.

    It asks the same few questions however many there are.
    """
    if not by.may_decide:
        return {row.event_id: [_ONLY_REVIEWERS] for row in rows}
    ties = recusal.read_ties(connection, village_id)
    found = {}
    for row in rows:
        if by.account_id is not None and by.account_id == row.recorder_id:
            found[row.event_id] = [_recorded_by(ties.who_can(row.household_id, deciding=True), by)]
        elif problems := ties.problems(by, row.household_id, deciding=True, without=(row.recorder_id,)):
            found[row.event_id] = problems
    return found


def _recorded_by(names: Sequence[str], by: Actor) -> Problem:
    others = "、".join(name for name in names if name != by.name) or "—"
    sentence = N_("You recorded this yourself, so somebody else decides: %(names)s")
    return Problem("", sentence, {"names": others})


def check_reversal(
    connection: Connection,
    village_id: int,
    row: Any,
    verdicts: set[str],
    by: Actor,
    reason: str,
    now: datetime,
) -> None:
    """Raise Refused unless this person may take this event back now."""
    if "rejected" in verdicts:
        raise Refused(
            Problem("", N_("This event was rejected and counts nothing; there is nothing to take back"))
        )
    own_of_today = (
        by.account_id is not None
        and by.account_id == row.recorder_id
        and row.recorded_at.astimezone(now.tzinfo).date() == now.date()
    )
    if own_of_today:
        return
    problems = [] if by.may_decide else [Problem("", _TOO_LATE)]
    problems += recusal.problems(connection, village_id, by, row.household_id, deciding=True)
    if not reason.strip():
        problems.append(Problem("reason", N_("Write why it is taken back; the household sees it")))
    if problems:
        raise Refused(*problems)


_ONLY_REVIEWERS = Problem("", N_("Only a reviewer can decide about this"))
_TOO_LATE = N_("You can take back what you recorded yourself today; for anything else ask a reviewer")
