"""Where somebody signed in is, and how much waits for them: the head of every staff page, by one question.

Only whole pages ask; parts of pages and answers to scripts have no head.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, ScalarSelect, func, literal, select

from kiosk.scoring import remarks
from kiosk.scoring.actors import Actor
from kiosk.scoring.tables import event, village, waiting
from kiosk.scoring.voices import declaration, objection, objection_answer


@dataclass(frozen=True)
class Counts:
    """`review` waits for a decision; `asked` for this recorder's answer; `declared` for any recorder;
    `objections` for somebody who answers them. `village` is this person's own, empty for the township."""

    review: int = 0
    asked: int = 0
    declared: int = 0
    objections: int = 0
    village: str = ""

    @property
    def record(self) -> int:
        return self.asked + self.declared


def read(connection: Connection, by: Actor) -> Counts:
    """What waits for this person; declarations are counted for recorders alone, who take them up."""
    if by.village_id is None:
        return Counts()
    zero = literal(0)
    review = _review(by.village_id) if by.may_decide else zero
    declared = zero if by.may_decide else _declared(by.village_id)
    objected = _objections(by.village_id) if by.may_decide else zero
    here = select(village.c.name).where(village.c.id == by.village_id).scalar_subquery()
    row = connection.execute(select(review, _asked(by.village_id, by), declared, objected, here)).one()
    return Counts(*row)


def _review(village_id: int) -> ScalarSelect[Any]:
    """What was asked back does not wait for a reviewer."""
    here = select(func.count()).select_from(waiting).where(waiting.c.village_id == village_id)
    return here.where(~remarks.is_asked()).scalar_subquery()


def _asked(village_id: int, by: Actor) -> ScalarSelect[Any]:
    of_event = waiting.join(event, event.c.id == waiting.c.event_id)
    mine = select(func.count()).select_from(of_event).where(waiting.c.village_id == village_id)
    return mine.where(remarks.is_asked(), remarks.answers(by)).scalar_subquery()


def _objections(village_id: int) -> ScalarSelect[Any]:
    unanswered = objection.join(objection_answer, isouter=True)
    open_here = (objection.c.village_id == village_id) & objection_answer.c.objection_id.is_(None)
    return select(func.count()).select_from(unanswered).where(open_here).scalar_subquery()


def _declared(village_id: int) -> ScalarSelect[Any]:
    waits = (declaration.c.village_id == village_id) & (declaration.c.state == "waiting")
    return select(func.count()).select_from(declaration).where(waits).scalar_subquery()
