"""Answering an objection: upheld, with what sets it right done in the same transaction, or rejected."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, insert, select

from kiosk.scoring import ledger, recusal
from kiosk.scoring.actors import Actor
from kiosk.scoring.deciding import of_event
from kiosk.scoring.drafts import Draft, text_problems
from kiosk.scoring.objections import Objection, numbered_in
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.recusal import Ties
from kiosk.scoring.tables import decision, event
from kiosk.scoring.villages import changed
from kiosk.scoring.voices import objection_answer, objection_answer_note

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


@dataclass(frozen=True)
class Rejected:
    """The numbers of those that were open until now; `refused` says of each that stays open why."""

    new: Sequence[int]
    refused: Mapping[int, Sequence[Problem]]


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
    problems = may_not_answer(connection, village_id, found, by)
    if isinstance(remedy, TakeBack) and remedy.event_id != found.event_id and not problems:
        other = replace(found, event_id=remedy.event_id)
        problems += may_not_answer(connection, village_id, other, by)
    problems += _reason_problems(reason)
    if problems:
        raise Refused(*problems)
    event_id = _set_right(connection, village_id, remedy, reason, by, now)
    row = {"objection_id": found.id, "outcome": outcome, "event_id": event_id}
    who = {"account_id": by.account_id, "answered_by": by.name, "answered_at": now}
    connection.execute(insert(objection_answer).values(row | who))
    connection.execute(insert(objection_answer_note).values(objection_id=found.id, reason=reason.strip()))
    changed(connection, village_id)
    return numbered_in(connection, village_id, number)


def reject_each(
    connection: Connection,
    village_id: int,
    numbers: Sequence[int],
    reason: str,
    by: Actor,
    now: datetime,
) -> Rejected:
    """Reject several for one reason; each gets its own answer, or stays open with its own problems.

    Upholding sets something right and so is done one by one. Raises Refused for what is wrong with all of them.
    """
    problems = _reason_problems(reason)
    if not numbers:
        problems.append(Problem("number", N_("Tick at least one of them")))
    if problems:
        raise Refused(*problems)
    new, refused = [], {}
    for number in numbers:
        try:
            was_open = numbered_in(connection, village_id, number).is_open
            answer(connection, village_id, number, Reject(), reason, by, now)
        except Refused as refusal:  # nothing was written yet
            refused[number] = refusal.problems
        else:
            new += [number] if was_open else []
    return Rejected(new, refused)


def may_not_answer(connection: Connection, village_id: int, found: Objection, by: Actor) -> list[Problem]:
    """What keeps this person from answering, with the names of those who can."""
    return barred(connection, village_id, [found], by).get(found.number, [])


def barred(
    connection: Connection, village_id: int, found: Sequence[Objection], by: Actor
) -> dict[int, list[Problem]]:
    """The same for many, by their numbers; nothing for those this person may answer.

    It asks the same few questions however many there are. Whoever may not answer does not learn who objected
    either.
    """
    if not by.may_decide or by.account_id is None:
        return {one.number: [Problem("", N_("Only a reviewer can answer an objection"))] for one in found}
    ties = recusal.read_ties(connection, village_id)
    doers = _doers(connection, {one.event_id for one in found if one.event_id is not None})
    said = {}
    for one in found:
        did, concerned = doers.get(one.event_id or 0, set()), (one.household_id, one.raiser_id)
        if one.answered_by_id != by.account_id:  # whoever takes a deed back has decided about it by that
            said[one.number] = _too_near(ties, did, concerned, by)
    return {number: problems for number, problems in said.items() if problems}


def _doers(connection: Connection, event_ids: Collection[int]) -> dict[int, set[int | None]]:
    """Who recorded and who decided each of these deeds."""
    found: dict[int, set[int | None]] = {}
    decided = event.join(decision, of_event(event.c.id), isouter=True)
    wanted = select(event.c.id, event.c.recorder_id, decision.c.account_id).select_from(decided)
    for row in connection.execute(wanted.where(event.c.id.in_(event_ids))) if event_ids else ():
        found.setdefault(row.id, set()).update((row.recorder_id, row.account_id))
    return found


def _too_near(
    ties: Ties, doers: set[int | None], concerned: Sequence[int | None], by: Actor
) -> list[Problem]:
    """Nobody judges what they recorded or decided themselves, nor for or against their own household or kin."""
    homes = [home for home in concerned if home is not None]
    if by.account_id in doers:
        sentence = N_("You recorded or decided this deed yourself, so somebody else answers: %(names)s")
    elif any(ties.near(by.account_id, by.household_id, home) for home in homes):
        sentence = N_("This concerns your own household or kin, so somebody else answers: %(names)s")
    else:
        return []
    return [Problem("", sentence, {"names": "、".join(ties.names(homes, True, doers)) or "—"})]


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
