"""Erasing the words about a deed: place, reason, basis and photo, and what the family said in declaring it.

They lie apart from the ledger, which holds only their salted hash. The salt goes with them, so that the hash
says nothing any more; points, entries and digests stay, and everything still verifies.
"""

from collections.abc import Collection, Iterator

from sqlalchemy import Connection, delete, select, update

from kiosk.scoring import recusal
from kiosk.scoring.actors import Actor
from kiosk.scoring.deeds import Deed
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import note, waiting
from kiosk.scoring.villages import changed
from kiosk.scoring.voices import declaration, objection, objection_answer, remark

_WAITING = N_("This event awaits a decision, which needs its words; decide first")
_OBJECTED = N_("An objection against this event is open, and its answer needs these words; answer it first")
_MINE = N_("You recorded this yourself, so another administrator erases it")


def erase(connection: Connection, village_id: int, deed: Deed, by: Actor) -> Collection[str] | None:
    """Erase the words about a deed, for good; returns the photos that nothing refers to any more.

    None if there were no words: a second click. Raises Refused.
    """
    photo = connection.scalar(select(note.c.photo).where(note.c.event_id == deed.event_id))
    if photo is None:
        return None
    problems = [*_problems(connection, village_id, deed, by)]
    if problems:
        raise Refused(*problems)
    declared = declaration.c.event_id == deed.event_id
    photos = {photo, *connection.scalars(select(declaration.c.photo).where(declared))} - {""}
    connection.execute(delete(note).where(note.c.event_id == deed.event_id))
    connection.execute(update(declaration).where(declared).values(place="", reason="", photo=""))
    changed(connection, village_id)
    return [name for name in photos if not _is_used(connection, name)]


def has_words(connection: Connection, event_id: int) -> bool:
    return connection.scalar(select(note.c.event_id).where(note.c.event_id == event_id)) is not None


def _problems(connection: Connection, village_id: int, deed: Deed, by: Actor) -> Iterator[Problem]:
    if connection.scalar(select(waiting.c.event_id).where(waiting.c.event_id == deed.event_id)) is not None:
        yield Problem("", _WAITING)
    answered = select(objection_answer.c.objection_id)
    about = (objection.c.village_id == village_id) & (objection.c.event_id == deed.event_id)
    still = select(objection.c.id).where(about, objection.c.id.not_in(answered)).limit(1)
    if connection.scalar(still) is not None:
        yield Problem("", _OBJECTED)
    if by.account_id == deed.recorder_id:
        yield Problem("", _MINE)
    for one in recusal.problems(connection, village_id, by, deed.household_id):
        yield Problem("", one.sentence, one.values)


def _is_used(connection: Connection, photo: str) -> bool:
    """Whether another deed, declaration or answer shows the same picture."""
    return any(
        connection.scalar(select(table.c.photo).where(table.c.photo == photo).limit(1)) is not None
        for table in (note, declaration, remark)
    )
