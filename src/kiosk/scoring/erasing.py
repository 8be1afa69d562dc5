"""Erasing words: those about a deed, and those of an objection and its answer.

They lie apart from what is only ever added, and of the words about a deed the ledger holds a salted hash at
most. The salt goes with them, so that the hash says nothing any more. What happened, who decided it and when,
points, entries and digests stay, and everything still verifies.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import ColumnElement, Connection, delete, exists, select, update

from kiosk.scoring import answering, recusal
from kiosk.scoring.actors import Actor
from kiosk.scoring.deciding import of_event
from kiosk.scoring.deeds import Deed
from kiosk.scoring.objections import Objection
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import decision, decision_note, note, waiting
from kiosk.scoring.villages import changed
from kiosk.scoring.voices import (
    declaration,
    objection,
    objection_answer,
    objection_answer_note,
    objection_note,
    remark,
    remark_note,
)

_WAITING = N_("This event awaits a decision, which needs its words; decide first")
_OBJECTED = N_("An objection against this event is open, and its answer needs these words; answer it first")
_MINE = N_("You recorded this yourself, so another administrator erases it")
_DECIDED = N_("The reason of the decision is your own, so another administrator erases it")
_OPEN = N_("This objection is open, and its answer needs these words; answer it first")
_ANSWERED = N_("The answer is your own, so another administrator erases it")
_CONCERNED = N_("This concerns you, your own household or kin, so another administrator erases it")


def erase(connection: Connection, village_id: int, deed: Deed, by: Actor) -> Collection[str] | None:
    """Erase all words about a deed, for good; returns the photos that nothing refers to any more.

    That is place, reason, basis and photo, what the family said in declaring it, what was asked back and
    answered, and why it was decided so. None if there were no words: a second click. Raises Refused.
    """
    if not has_words(connection, deed.event_id):
        return None
    problems = [*_deed_problems(connection, village_id, deed, by)]
    if problems:
        raise Refused(*problems)
    noted, declared = note.c.event_id == deed.event_id, declaration.c.event_id == deed.event_id
    answered, decided = _answers(deed.event_id), _grounds(deed.event_id)
    shown = ((note, noted), (declaration, declared), (remark_note, answered))
    photos = {
        name for table, these in shown for name in connection.scalars(select(table.c.photo).where(these))
    }
    for table, these in ((note, noted), (remark_note, answered), (decision_note, decided)):
        connection.execute(delete(table).where(these))
    connection.execute(update(declaration).where(declared).values(place="", reason="", photo=""))
    changed(connection, village_id)
    return [name for name in photos - {""} if not _is_used(connection, name)]


def has_words(connection: Connection, event_id: int) -> bool:
    found = (note.c.event_id == event_id, _answers(event_id), _grounds(event_id))
    return any(connection.scalar(select(exists().where(these))) for these in found)


def erase_objection(connection: Connection, village_id: int, one: Objection, by: Actor) -> bool:
    """Erase what an objection and its answer say, with the name and how to be reached, for good.

    False if there was nothing any more: a second click. Raises Refused.
    """
    if not one.says_something:
        return False
    problems = objection_problems(connection, village_id, one, by)
    if problems:
        raise Refused(*problems)
    said, answered = objection_note.c.objection_id == one.id, objection_answer_note.c.objection_id == one.id
    connection.execute(update(objection_note).where(said).values(words="", name="", contact=""))
    connection.execute(delete(objection_answer_note).where(answered))
    if (
        one.effect == "taken back" and one.effect_event_id is not None
    ):  # for the same reason, in the same words
        undone = _grounds(one.effect_event_id, verdict="reversed")
        connection.execute(delete(decision_note).where(undone))
    changed(connection, village_id)
    return True


def objection_problems(connection: Connection, village_id: int, one: Objection, by: Actor) -> list[Problem]:
    """What keeps this person from erasing its words."""
    if one.is_open:
        return [Problem("", _OPEN)]
    if one.answered_by_id == by.account_id:
        return [Problem("", _ANSWERED)]
    if answering.may_not_answer(connection, village_id, one, by):
        return [Problem("", _CONCERNED)]
    return []


def _deed_problems(connection: Connection, village_id: int, deed: Deed, by: Actor) -> Iterator[Problem]:
    if connection.scalar(select(waiting.c.event_id).where(waiting.c.event_id == deed.event_id)) is not None:
        yield Problem("", _WAITING)
    answered = select(objection_answer.c.objection_id)
    about = (objection.c.village_id == village_id) & (objection.c.event_id == deed.event_id)
    still = select(objection.c.id).where(about, objection.c.id.not_in(answered)).limit(1)
    if connection.scalar(still) is not None:
        yield Problem("", _OBJECTED)
    grounds = decision.join(decision_note)
    mine = of_event(deed.event_id) & (decision.c.account_id == by.account_id)
    if by.account_id == deed.recorder_id:
        yield Problem("", _MINE)
    elif connection.scalar(select(decision.c.id).select_from(grounds).where(mine).limit(1)) is not None:
        yield Problem("", _DECIDED)
    for one in recusal.problems(connection, village_id, by, deed.household_id):
        yield Problem("", one.sentence, one.values)


def _answers(event_id: int) -> ColumnElement[bool]:
    """The condition on `remark_note` for what was asked and answered about an event."""
    return remark_note.c.remark_id.in_(select(remark.c.id).where(remark.c.event_id == event_id))


def _grounds(event_id: int, verdict: str = "") -> ColumnElement[bool]:
    """The condition on `decision_note` for why an event was decided so."""
    made = of_event(event_id) & (decision.c.verdict == verdict) if verdict else of_event(event_id)
    return decision_note.c.decision_id.in_(select(decision.c.id).where(made))


def _is_used(connection: Connection, photo: str) -> bool:
    """Whether another deed, declaration or answer shows the same picture."""
    return any(
        connection.scalar(select(table.c.photo).where(table.c.photo == photo).limit(1)) is not None
        for table in (note, declaration, remark_note)
    )
