"""A family's own word for a deed (自主申报): it waits until a recorder takes it up or declines it.

It is no part of the ledger and counts nothing. What a recorder makes of it is an event like any other, linked
in the same transaction, and takes the usual course. Here they are read; `declaring` writes them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, func, select

from kiosk.scoring import rulebooks
from kiosk.scoring.rulebook import Item
from kiosk.scoring.tables import household, member
from kiosk.scoring.voices import declaration

State = Literal["waiting", "taken", "declined"]


@dataclass(frozen=True)
class Declared:
    """What a family wants to have recorded; `photo` is the SHA-256 of a stored picture, or empty."""

    submission_key: str
    household_id: int
    member_id: int | None
    item: str
    occurred_on: date
    place: str
    reason: str
    photo: str = ""


@dataclass(frozen=True)
class Declaration:
    """A declaration and what became of it: the event that was made of it, or the answer to the family.

    `title` is the item's in the rulebook in force now; moments are in UTC.
    """

    id: int
    said: Declared
    household_code: str
    member_name: str
    member_relation: str
    member_born: date | None
    title: str
    title_en: str
    declared_at: datetime
    state: State
    event_id: int | None
    answer: str
    answered_by: str
    answered_at: datetime | None


def waiting(connection: Connection, village_id: int) -> list[Declaration]:
    """What waits for a recorder, the oldest first."""
    return _read(connection, village_id, declaration.c.state == "waiting")


def answered(connection: Connection, village_id: int, limit: int) -> list[Declaration]:
    """What was taken up or declined last."""
    done = _columns(village_id).where(declaration.c.state != "waiting")
    newest = done.order_by(declaration.c.answered_at.desc(), declaration.c.id.desc()).limit(limit)
    return _told(connection, newest)


def waiting_count(connection: Connection, village_id: int) -> int:
    here = (declaration.c.village_id == village_id) & (declaration.c.state == "waiting")
    return connection.scalar(select(func.count()).select_from(declaration).where(here)) or 0


def of_household(connection: Connection, village_id: int, household_id: int) -> list[Declaration]:
    """A household's own, newest first."""
    return _read(connection, village_id, declaration.c.household_id == household_id)[::-1]


def by_number(connection: Connection, village_id: int, number: int) -> Declaration | None:
    """One declaration of the village, if there is such a one."""
    return next(iter(_read(connection, village_id, declaration.c.id == number)), None)


def _read(connection: Connection, village_id: int, which: ColumnElement[bool]) -> list[Declaration]:
    return _told(connection, _columns(village_id).where(which).order_by(declaration.c.id))


def _columns(village_id: int) -> Select[Any]:
    whose = (household.c.code, member.c.name, member.c.relation, member.c.born)
    return (
        select(declaration, *whose)
        .join(household, household.c.id == declaration.c.household_id)
        .join(member, member.c.id == declaration.c.member_id, isouter=True)
        .where(declaration.c.village_id == village_id)
    )


def _told(connection: Connection, query: Select[Any]) -> list[Declaration]:
    rows: Sequence[Any] = connection.execute(query).all()
    version = rulebooks.newest(connection) if rows else None
    return [_made(row, version.book.item(row.item) if version else None) for row in rows]


def _made(row: Any, item: Item | None) -> Declaration:
    whose = (row.household_id, row.member_id, row.item, row.occurred_on)
    return Declaration(
        id=row.id,
        said=Declared(row.submission_key, *whose, row.place, row.reason, row.photo),
        household_code=row.code,
        member_name=row.name or "",
        member_relation=row.relation or "",
        member_born=row.born,
        title=item.title if item else row.item,
        title_en=item.title_en if item else row.item,
        declared_at=row.declared_at,
        state=row.state,
        event_id=row.event_id,
        answer=row.answer,
        answered_by=row.answered_by,
        answered_at=row.answered_at,
    )
