"""Answering an objection: upheld, with what sets it right done in the same transaction, or rejected."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select

from kiosk.scoring import ledger, recusal
from kiosk.scoring.actors import Actor
from kiosk.scoring.deciding import of_event
from kiosk.scoring.drafts import Draft, text_problems
from kiosk.scoring.objections import Objection, numbered_in
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import account, decision, event
from kiosk.scoring.villages import changed
from kiosk.scoring.voices import objection_answer

LENGTHS = {"reason": 500}


@dataclass(frozen=True)
class TakeBack:
    """Upheld: this event is taken back; in a settled quarter that is a correction."""

    event_id: int


@dataclass(frozen=True)
class Record:
    """Upheld: this deed was missing, and is recorded by the person who answers."""

    draft: Draft


@dataclass(frozen=True)
class SetRight:
    """Upheld, and set right otherwise: in the roster, by a word to somebody; the reason says how."""


@dataclass(frozen=True)
class Reject:
    """What was objected to stays as it is."""


Remedy = TakeBack | Record | SetRight | Reject


def answer(
    connection: Connection,
    village_id: int,
    number: int,
    remedy: Remedy,
    reason: str,
    by: Actor,
    now: datetime,
) -> Objection:
    """Answer an objection once. Raises Refused.

    The same person answering the same again gets the same objection: a second click changes nothing.
    """
    found = numbered_in(connection, village_id, number)
    outcome = "rejected" if isinstance(remedy, Reject) else "upheld"
    if not found.is_open:
        if (found.state, found.answered_by_id, found.answer) == (outcome, by.account_id, reason.strip()):
            return found
        sentence = N_("%(name)s has answered this meanwhile; load the page again")
        raise Refused(Problem("", sentence, {"name": found.answered_by}))
    problems = may_not_answer(connection, village_id, found, by) + _reason_problems(reason)
    if isinstance(remedy, TakeBack) and remedy.event_id != found.event_id:
        problems += _own_doing(connection, village_id, remedy.event_id, found.household_id, by)
    if problems:
        raise Refused(*problems)
    event_id = _set_right(connection, village_id, remedy, reason, by, now)
    row = {"objection_id": found.id, "outcome": outcome, "reason": reason.strip(), "event_id": event_id}
    who = {"account_id": by.account_id, "answered_by": by.name, "answered_at": now}
    connection.execute(insert(objection_answer).values(row | who))
    changed(connection, village_id)
    return numbered_in(connection, village_id, number)


def may_not_answer(connection: Connection, village_id: int, found: Objection, by: Actor) -> list[Problem]:
    """What keeps this person from answering, with the names of those who can."""
    if not by.may_decide or by.account_id is None:
        return [Problem("", N_("Only a reviewer can answer an objection"))]
    problems = []
    if found.event_id is not None:
        problems += _own_doing(connection, village_id, found.event_id, found.household_id, by)
    if found.household_id is not None and not problems:
        problems += recusal.problems(connection, village_id, by, found.household_id)
    return problems


def _own_doing(
    connection: Connection, village_id: int, event_id: int, household_id: int | None, by: Actor
) -> list[Problem]:
    """Nobody judges an objection against what they recorded or decided themselves."""
    doers = set(connection.scalars(select(event.c.recorder_id).where(event.c.id == event_id)))
    doers |= set(connection.scalars(select(decision.c.account_id).where(of_event(event_id))))
    if by.account_id not in doers:
        return []
    wanted = select(account.c.name).where(account.c.id.in_({one for one in doers if one is not None}))
    theirs = set(connection.scalars(wanted))
    able = recusal.who_can(connection, village_id, household_id or 0, deciding=True)
    names = "、".join(name for name in able if name not in theirs) or "—"
    sentence = N_("You recorded or decided this deed yourself, so somebody else answers: %(names)s")
    return [Problem("", sentence, {"names": names})]


def _reason_problems(reason: str) -> list[Problem]:
    if not reason.strip():
        return [Problem("reason", N_("Write what was found; the household and whoever objected read it"))]
    return text_problems({"reason": reason}, LENGTHS)


def _set_right(
    connection: Connection, village_id: int, remedy: Remedy, reason: str, by: Actor, now: datetime
) -> int | None:
    """Do what upholding calls for; returns the event it was done to."""
    if isinstance(remedy, TakeBack):
        ledger.reverse(connection, village_id, remedy.event_id, by, reason, now)
        return remedy.event_id
    if isinstance(remedy, Record):
        try:
            return ledger.record(connection, village_id, remedy.draft, by, now).event_id
        except ledger.KeyClash as clash:
            raise Refused(clash.problem) from clash
    return None
