"""What reviewers have asked this recorder back, for the head of the recorder's page."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from kiosk.scoring import history, remarks
from kiosk.scoring.actors import Actor
from kiosk.scoring.history import Deed
from kiosk.scoring.problems import Problem
from kiosk.scoring.remarks import Remark


@dataclass(frozen=True)
class Reply:
    """An answer as it was typed, and what is wrong with it; `photo` was accepted already, or is empty."""

    event_id: int = 0
    words: str = ""
    photo: str = ""
    problems: Sequence[Problem] = ()


@dataclass(frozen=True)
class Question:
    """A deed with what was asked and answered about it so far."""

    deed: Deed
    remarks: Sequence[Remark]
    reply: Reply


def questions(connection: Connection, actor: Actor, reply: Reply | None) -> list[Question]:
    """What waits for this person's answer, the longest waiting first."""
    village_id = actor.village_id or 0
    numbers = remarks.open_questions(connection, village_id, actor)
    if not numbers:
        return []
    said = remarks.of_events(connection, numbers)
    return [
        Question(deed, said[deed.event_id], _reply_to(deed, reply))
        for deed in history.of_numbers(connection, village_id, numbers)
    ]


def _reply_to(deed: Deed, reply: Reply | None) -> Reply:
    return reply if reply and reply.event_id == deed.event_id else Reply()
