"""Declaring a deed of one's own, taking it up, declining it, and what stands in the way."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select, update

from kiosk.scoring import drafts, recusal, rulebooks
from kiosk.scoring.actors import Actor
from kiosk.scoring.declarations import Declaration, Declared, by_number
from kiosk.scoring.drafts import Draft
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.rulebook import Item, Rulebook
from kiosk.scoring.villages import changed
from kiosk.scoring.voices import declaration

MOST_WAITING = 3
"""How many of a household's own may wait at the same time."""

_FAMILY = Actor(None, "household", "household")
_LONGEST = {"answer": 500}


def claimable(book: Rulebook) -> list[Item]:
    """What a family can say of itself: rewards. Deductions are for others to say."""
    return [item for item in book.items if item.minimum > 0]


def declare(connection: Connection, village_id: int, said: Declared, now: datetime) -> tuple[int, bool]:
    """Write a declaration down: its id, and whether it is new; the same form twice is one. Raises Refused."""
    first = connection.execute(_mine(village_id).where(declaration.c.submission_key == said.submission_key))
    row = first.one_or_none()
    said = _fitting(connection, said, now)
    if row is not None:
        return _same(row, said), False
    _check(connection, village_id, said, now)
    values = vars(said) | {"village_id": village_id, "declared_at": now, "state": "waiting"}
    adding = insert(declaration).values(**values, answer="", answered_by="")
    new = int(connection.scalars(adding.returning(declaration.c.id)).one())
    changed(connection, village_id)
    return new, True


def take_up(
    connection: Connection,
    village_id: int,
    number: int,
    event_id: int,
    of_household: int,
    by: Actor,
    now: datetime,
) -> bool:
    """Link a declaration to the event that was recorded for it; false if it is linked to it already.

    Raises Refused if somebody else was quicker, or the event is another household's.
    """
    found = _one(connection, village_id, number)
    if found.event_id == event_id:
        return False
    if found.said.household_id != of_household:
        sentence = N_(
            "This was declared by household %(code)s; record it for that one, or begin an empty form"
        )
        raise Refused(Problem("household", sentence, {"code": found.household_code}))
    _check_waits(found)
    _answer(connection, village_id, number, by, now, state="taken", event_id=event_id)
    return True


def decline(
    connection: Connection, village_id: int, number: int, by: Actor, reason: str, now: datetime
) -> bool:
    """Answer a family that this will not be recorded, and why; false if this person just did. Raises Refused."""
    found = _one(connection, village_id, number)
    words = reason.strip()
    if (found.state, found.answered_by, found.answer) == ("declined", by.name, words):
        return False
    _check_waits(found)
    problems = recusal.problems(connection, village_id, by, found.said.household_id)
    if not words:
        problems.append(Problem("answer", N_("Write why; the household reads it")))
    problems += drafts.text_problems({"answer": words}, _LONGEST)
    if problems:
        raise Refused(*problems)
    _answer(connection, village_id, number, by, now, state="declined", answer=words)
    return True


def _one(connection: Connection, village_id: int, number: int) -> Declaration:
    found = by_number(connection, village_id, number)
    if found is None:
        raise Refused(Problem("declaration", N_("There is no such declaration in this village")))
    return found


def _check_waits(found: Declaration) -> None:
    values = {"name": found.answered_by, "number": found.event_id}
    if found.state == "taken":
        sentence = N_("%(name)s has taken this declaration up already, as no. %(number)s")
        raise Refused(Problem("declaration", sentence, values))
    if found.state == "declined":
        raise Refused(Problem("declaration", N_("%(name)s has declined this declaration already"), values))


def _fitting(connection: Connection, said: Declared, now: datetime) -> Declared:
    """A deed of the whole household has no member, whoever was chosen."""
    item = rulebooks.in_force(connection, now.date()).book.item(said.item)
    return replace(said, member_id=None) if item and item.subject == "household" else said


def _same(row: Any, said: Declared) -> int:
    """The declaration that the form has made already. Raises Refused if it said something else then."""
    if any(getattr(row, name) != value for name, value in vars(said).items() if name != "photo"):
        sentence = N_("This form was sent already and stands on your page. For another deed, open it anew")
        raise Refused(Problem("submission_key", sentence))
    return int(row.id)


def _check(connection: Connection, village_id: int, said: Declared, now: datetime) -> None:
    """As the record itself is checked; evidence and points are the recorder's to settle."""
    item = rulebooks.in_force(connection, now.date()).book.item(said.item)
    if item is None or item.minimum <= 0:
        problems = [Problem("item", N_("Choose what you have done"))]
        item, said = None, replace(said, item="")
    else:
        problems = []
    points = item.minimum if item else None
    draft = Draft(**vars(said), points=points)
    try:
        drafts.check(connection, village_id, draft, _FAMILY, now, on_paper=True)
    except Refused as refusal:
        problems += [one for one in refusal.problems if one.field != "item"]
    if not said.reason.strip():
        problems.append(Problem("reason", N_("Write in a few words what was done")))
    mine = _mine(village_id).where(
        declaration.c.household_id == said.household_id, declaration.c.state == "waiting"
    )
    if not problems and len(connection.execute(mine).all()) >= MOST_WAITING:
        sentence = N_("%(limit)s of yours are still waiting; as soon as one is answered you can declare more")
        problems.append(Problem("", sentence, {"limit": MOST_WAITING}))
    if problems:
        raise Refused(*problems)


def _mine(village_id: int) -> Select[Any]:
    return select(declaration).where(declaration.c.village_id == village_id)


def _answer(
    connection: Connection, village_id: int, number: int, by: Actor, now: datetime, **values: object
) -> None:
    who = {"account_id": by.account_id, "answered_by": by.name, "answered_at": now}
    this = (declaration.c.village_id == village_id) & (declaration.c.id == number)
    connection.execute(update(declaration).where(this).values(**who, **values))
    changed(connection, village_id)
