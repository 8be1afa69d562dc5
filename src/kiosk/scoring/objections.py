"""Objections (异议) as they stand: reading them, and counting them.

An objection holds up one quarter until it is answered: the one it speaks of, or, if that was settled when
it was raised, the one that was running then, in which a correction lands. Raising them is `objecting`,
answering `answering`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, func, select, update

from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import decision, household
from kiosk.scoring.voices import objection, objection_answer, objection_answer_note, objection_note

Kind = Literal["event", "missing", "rank"]
Source = Literal["household", "notice", "office"]
State = Literal["open", "upheld", "rejected"]
Effect = Literal["", "taken back", "recorded"]


@dataclass(frozen=True)
class Objection:
    """`quarter` is the one it holds up, `about` the one it speaks of; moments are in UTC.

    `source` tells whether it came from a household's own page, from the public form or by way of the office
    (on paper, by word). `words`, `name` and `contact` are for the office alone, unless it is the household's
    own; they and `answer` are empty once they were erased. `raiser_id` is the household that raised it, where
    it is known. What an upheld one brought about is `effect`, done to the event `effect_event_id`; without one
    it was set right otherwise.
    """

    id: int
    number: int
    quarter: Period
    about: Period
    kind: Kind
    household_id: int | None
    household_code: str
    event_id: int | None
    source: Source
    raised_at: datetime
    due_on: date
    words: str
    name: str
    contact: str
    raiser_id: int | None
    state: State
    answer: str
    answered_by_id: int | None
    answered_by: str
    answered_at: datetime | None
    effect: Effect
    effect_event_id: int | None

    @property
    def is_open(self) -> bool:
        return self.state == "open"

    @property
    def says_something(self) -> bool:
        """Whether it holds words that could be erased."""
        return bool(self.words or self.name or self.contact or self.answer)

    @property
    def moved(self) -> bool:
        """Whether the quarter it speaks of was settled already, so that it counts for a later one."""
        return self.about != self.quarter

    def is_overdue(self, today: date) -> bool:
        return self.is_open and self.due_on < today


@dataclass(frozen=True)
class Figures:
    """How many were raised, and what became of them."""

    raised: int = 0
    upheld: int = 0
    rejected: int = 0

    @property
    def open(self) -> int:
        return self.raised - self.upheld - self.rejected


def of_village(connection: Connection, village_id: int, quarter: Period | None = None) -> list[Objection]:
    """A village's objections, those of one quarter or all, in the order of their numbers."""
    return read(connection, village_id, of_quarter(quarter) if quarter else objection.c.number > 0)


def numbered(connection: Connection, village_id: int, number: int) -> Objection | None:
    """The village's objection with this number."""
    return next(iter(read(connection, village_id, objection.c.number == number)), None)


def numbered_in(connection: Connection, village_id: int, number: int) -> Objection:
    """The same. Raises Refused if there is none."""
    found = numbered(connection, village_id, number)
    if found is None:
        sentence = N_("There is no objection no. %(number)s in this village")
        raise Refused(Problem("", sentence, {"number": number}))
    return found


def sent_with(connection: Connection, village_id: int, submission_key: str) -> Objection | None:
    """The objection that a form with this key has raised."""
    return next(iter(read(connection, village_id, objection.c.submission_key == submission_key)), None)


def against(connection: Connection, village_id: int, event_id: int) -> list[Objection]:
    """Those that are about this event."""
    return read(connection, village_id, objection.c.event_id == event_id)


def open_in(connection: Connection, village_id: int, period: Period) -> int:
    """How many unanswered ones hold up this quarter."""
    return count_open(connection, village_id, of_quarter(period))


def open_count(connection: Connection, village_id: int) -> int:
    """How many wait for an answer."""
    return count_open(connection, village_id, objection.c.number > 0)


def open_from_notice(connection: Connection, village_id: int) -> int:
    """How many that came from the public form, by whomever, wait for an answer."""
    return count_open(connection, village_id, objection.c.source == "notice")


def figures(connection: Connection, village_id: int, period: Period) -> Figures:
    """The public figures of a quarter, or of a year."""
    counted = (
        select(objection_answer.c.outcome, func.count().label("of_them"))
        .select_from(objection.join(objection_answer, isouter=True))
        .where(objection.c.village_id == village_id, of_quarter(period))
        .group_by(objection_answer.c.outcome)
    )
    found = {row.outcome: row.of_them for row in connection.execute(counted)}
    return Figures(sum(found.values()), found.get("upheld", 0), found.get("rejected", 0))


def forget_contacts(connection: Connection, village_id: int, period: Period) -> None:
    """Once a quarter is settled nobody needs to be reached about its objections any more."""
    ids = select(objection.c.id).where(objection.c.village_id == village_id, of_quarter(period))
    forgetting = update(objection_note).where(objection_note.c.objection_id.in_(ids))
    connection.execute(forgetting.values(contact=""))


def without_raiser(one: Objection) -> Objection:
    """The same, for people who shall not learn who objected."""
    return replace(one, name="", contact="", raiser_id=None)


def of_quarter(period: Period) -> ColumnElement[bool]:
    """The condition for those that hold up this quarter, or one of the year's."""
    return objection.c.start.between(period.start, period.last_month)


def count_open(connection: Connection, village_id: int, which: ColumnElement[bool]) -> int:
    """How many of them wait for an answer."""
    counted = (
        select(func.count())
        .select_from(objection.join(objection_answer, isouter=True))
        .where(objection.c.village_id == village_id, objection_answer.c.objection_id.is_(None), which)
    )
    return connection.scalar(counted) or 0


def read(connection: Connection, village_id: int, which: ColumnElement[bool]) -> list[Objection]:
    """The village's objections of which `which` is true, in the order of their numbers."""
    wanted = _select().where(objection.c.village_id == village_id, which).order_by(objection.c.number)
    return [_objection(row) for row in connection.execute(wanted)]


def _select() -> Select[Any]:
    undone = decision.alias("undone")
    of_effect = (undone.c.event_id == objection_answer.c.event_id) & (undone.c.verdict == "reversed")
    answered: Sequence[str] = ("outcome", "account_id", "answered_by", "answered_at")
    return (
        select(
            objection,
            household.c.code,
            *(objection_note.c[name] for name in ("words", "name", "contact", "raiser_id")),
            *(objection_answer.c[name] for name in answered),
            objection_answer.c.event_id.label("effect_event_id"),
            objection_answer_note.c.reason,
            undone.c.decided_at.label("undone_at"),
        )
        .join(household, household.c.id == objection.c.household_id, isouter=True)
        .join(objection_note, objection_note.c.objection_id == objection.c.id, isouter=True)
        .join(objection_answer, objection_answer.c.objection_id == objection.c.id, isouter=True)
        .join(objection_answer_note, objection_answer_note.c.objection_id == objection.c.id, isouter=True)
        .join(undone, of_effect, isouter=True)
    )


def _objection(row: Any) -> Objection:
    return Objection(
        id=row.id,
        number=row.number,
        quarter=Period(row.start, "quarter"),
        about=Period(row.about, "quarter"),
        kind=row.kind,
        household_id=row.household_id,
        household_code=row.code or "",
        event_id=row.event_id,
        source=row.source,
        raised_at=row.raised_at,
        due_on=row.due_on,
        words=row.words or "",
        name=row.name or "",
        contact=row.contact or "",
        raiser_id=row.household_id if row.source == "household" else row.raiser_id,
        state=row.outcome or "open",
        answer=row.reason or "",
        answered_by_id=row.account_id,
        answered_by=row.answered_by or "",
        answered_at=row.answered_at,
        effect=_effect(row),
        effect_event_id=row.effect_event_id,
    )


def _effect(row: Any) -> Effect:
    """An event that was not taken back by then is one that the answer has recorded."""
    if row.effect_event_id is None:
        return ""
    return "taken back" if row.undone_at and row.undone_at <= row.answered_at else "recorded"
