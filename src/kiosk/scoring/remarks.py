"""Asking back (退回补充): who may decide about an event asks, who recorded it answers in words or with a photo.

The event stays as it is and goes on waiting. By its newest remark it is `asked` or `answered`; without any
it is `new`. Remarks are for the village's staff.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, and_, exists, insert, or_, select

from kiosk.scoring import deciding, drafts, recusal
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import account, event, kin, waiting
from kiosk.scoring.villages import changed
from kiosk.scoring.voices import remark, remark_note

State = Literal["new", "asked", "answered"]
_LONGEST = {"question": 500, "answer": 500}


@dataclass(frozen=True)
class Remark:
    """A question or an answer. `photo` is the SHA-256 of a stored picture, or empty; so are erased words."""

    id: int
    event_id: int
    kind: str
    account_id: int
    name: str
    made_at: datetime
    words: str
    photo: str


def ask(connection: Connection, village_id: int, event_id: int, by: Actor, words: str, now: datetime) -> bool:
    """Ask back about an event that waits; false if the same person has just asked the same. Raises Refused."""
    row = deciding.event_in(connection, village_id, event_id)
    if _is_newest(connection, event_id, "question", by, words.strip(), ""):
        return False
    deciding.check_awaits(connection, event_id)
    problems = deciding.may_not_decide(connection, village_id, row, by)
    if not words.strip():
        problems.append(Problem("question", N_("Write what you want to know; the recorder reads it")))
    problems += drafts.text_problems({"question": words}, _LONGEST)
    if problems:
        raise Refused(*problems)
    _add(connection, village_id, event_id, "question", by, words.strip(), "", now)
    return True


def answer(
    connection: Connection,
    village_id: int,
    event_id: int,
    by: Actor,
    words: str,
    photo: str,
    now: datetime,
) -> bool:
    """Answer what was asked back; false if the same person has just answered the same. Raises Refused."""
    row = deciding.event_in(connection, village_id, event_id)
    if _is_newest(connection, event_id, "answer", by, words.strip(), photo):
        return False
    deciding.check_awaits(connection, event_id)
    problems = _may_not_answer(connection, village_id, row, by)
    if state_of(of_events(connection, [event_id])[event_id]) != "asked":
        problems.append(Problem("", N_("Nobody is waiting for an answer about this; load the page again")))
    if not words.strip() and not photo:
        problems.append(Problem("answer", N_("Write an answer, or add a photo")))
    problems += drafts.text_problems({"answer": words}, _LONGEST)
    if problems:
        raise Refused(*problems)
    _add(connection, village_id, event_id, "answer", by, words.strip(), photo, now)
    return True


def of_events(connection: Connection, event_ids: Sequence[int]) -> dict[int, list[Remark]]:
    """What was asked and answered about events, the oldest first; an empty list for those without."""
    found: dict[int, list[Remark]] = defaultdict(list)
    said = select(remark, remark_note.c.words, remark_note.c.photo).join(remark_note, isouter=True)
    for row in connection.execute(said.where(remark.c.event_id.in_(event_ids)).order_by(remark.c.id)):
        values = (row.account_id, row.name, row.made_at, row.words or "", row.photo or "")
        found[row.event_id].append(Remark(row.id, row.event_id, row.kind, *values))
    return found


def state_of(remarks: Sequence[Remark]) -> State:
    if not remarks:
        return "new"
    return "asked" if remarks[-1].kind == "question" else "answered"


def asked_among(connection: Connection, event_ids: Sequence[int]) -> set[int]:
    """Those of the events that wait for an answer."""
    found = of_events(connection, event_ids) if event_ids else {}
    return {event_id for event_id, remarks in found.items() if state_of(remarks) == "asked"}


def open_questions(connection: Connection, village_id: int, by: Actor) -> list[int]:
    """The events that wait for this person's answer, the longest waiting first."""
    mine = select(waiting.c.event_id).join(event, event.c.id == waiting.c.event_id)
    found = mine.where(waiting.c.village_id == village_id, is_asked(), answers(by))
    return list(connection.scalars(found.order_by(waiting.c.event_id)))


def is_asked() -> ColumnElement[bool]:
    """The condition on `waiting` that the newest remark about its event is a question."""
    later = remark.alias("later")
    said_since = exists().where(later.c.event_id == remark.c.event_id, later.c.id > remark.c.id)
    asked = exists().where(remark.c.event_id == waiting.c.event_id, remark.c.kind == "question")
    return asked.where(~said_since.correlate(remark)).correlate(waiting)


def answers(by: Actor) -> ColumnElement[bool]:
    """The condition on `event` that this person is to answer about it: see `_may_not_answer`."""
    related = exists().where(kin.c.account_id == by.account_id, kin.c.household_id == event.c.household_id)
    anybody = and_(_has_no_recorder(), event.c.household_id != (by.household_id or 0), ~related)
    return or_(event.c.recorder_id == by.account_id, anybody)


def _has_no_recorder() -> ColumnElement[bool]:
    """It came from paper, or whoever recorded it can no longer sign in."""
    gone = exists().where(account.c.id == event.c.recorder_id, account.c.active == 0)
    return or_(event.c.recorder_id.is_(None), gone)


def _may_not_answer(connection: Connection, village_id: int, row: Any, by: Actor) -> list[Problem]:
    """Only the recorder answers; where there is none to ask, anybody who may record for this household."""
    if by.account_id == row.recorder_id:
        return []
    if connection.scalar(select(event.c.id).where(event.c.id == row.id, _has_no_recorder())) is None:
        sentence = N_("Only %(name)s, who recorded it, can answer this")
        return [Problem("", sentence, {"name": row.recorder})]
    return recusal.problems(connection, village_id, by, row.household_id)


def _is_newest(connection: Connection, event_id: int, kind: str, by: Actor, words: str, photo: str) -> bool:
    """Whether a second click says again what stands there already."""
    said = of_events(connection, [event_id])[event_id][-1:]
    return [(one.kind, one.account_id, one.words, one.photo) for one in said] == [
        (kind, by.account_id, words, photo)
    ]


def _add(
    connection: Connection,
    village_id: int,
    event_id: int,
    kind: str,
    by: Actor,
    words: str,
    photo: str,
    now: datetime,
) -> None:
    who = {"village_id": village_id, "account_id": by.account_id, "name": by.name, "made_at": now}
    made = insert(remark).values(**who, event_id=event_id, kind=kind).returning(remark.c.id)
    new = connection.scalars(made).one()
    connection.execute(insert(remark_note).values(remark_id=new, words=words, photo=photo))
    changed(connection, village_id)  # the household sees that it is being asked about
