"""A deed: an event with what became of it, down to who recorded and who approved it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select

from kiosk.scoring import chain, rulebooks
from kiosk.scoring.awards import ZERO, awards
from kiosk.scoring.boards import months_of
from kiosk.scoring.columns import stored_moment
from kiosk.scoring.periods import Period
from kiosk.scoring.posting import Subject, effective
from kiosk.scoring.problems import Problem
from kiosk.scoring.tables import (
    decision,
    decision_note,
    entry,
    event,
    household,
    member,
    note,
    rulebook,
)

Status = Literal["counted", "waiting", "rejected", "reversed"]


_A_WHILE = timedelta(minutes=5)


@dataclass(frozen=True)
class Deed:
    """An event and what became of it.

    `points` is what counts now (or, asked for a period, what was posted to it); `why` says why a cap made it
    fewer than `claimed`. `counted_on` differs from `occurred_on` for a late entry; `correction` means that
    some of its points had to be posted to a later quarter. Names of members are for staff and the household.
    `erased` says that the words about it were: place, reason, basis and photo; `grounds_erased` that why it was
    rejected or taken back was.
    """

    event_id: int
    code: str
    household_id: int
    household_code: str
    member_id: int | None
    member_name: str
    member_relation: str
    member_born: date | None
    item: str
    category: str
    title: str
    title_en: str
    claimed: Decimal
    points: Decimal
    status: Status
    why: Problem | None
    occurred_on: date
    counted_on: date | None
    late: bool
    correction: bool
    recorder_id: int | None
    recorder: str
    recorded_at: datetime
    device_at: datetime | None
    decided_by: str
    decided_at: datetime | None
    decision_reason: str
    reversed_by: str
    reversal_reason: str
    place: str
    reason: str
    basis: str
    photo: str
    erased: bool
    grounds_erased: bool

    @property
    def noted_at(self) -> datetime | None:
        """When it was noted by the tablet's own clock, if it reached the server a while later (or the clock is
        wrong)."""
        if self.device_at is None or abs(self.recorded_at - self.device_at) <= _A_WHILE:
            return None
        return self.device_at


def deeds(
    connection: Connection, village_id: int, which: ColumnElement[bool], period: Period | None = None
) -> Iterator[Deed]:
    """The village's deeds that meet the condition on `event`, newest first."""
    yield from _told(connection, village_id, _select(period).where(event.c.village_id == village_id, which))


def deed(connection: Connection, village_id: int, event_id: int) -> Deed | None:
    """One deed of the village, if there is such an event."""
    return next(_told(connection, village_id, _by_id(), {"village": village_id, "event": event_id}), None)


def _told(
    connection: Connection, village_id: int, query: Select[Any], values: dict[str, int] | None = None
) -> Iterator[Deed]:
    rows = connection.execute(query, values or {}).all()
    why = _reasons(connection, village_id)
    for row in rows:
        made = _deed(connection, row)
        if made.status == "counted" and abs(row.counts) < abs(made.claimed):
            of_subject = why(row.household_id, row.member_id, row.item, row.counted_on.year)
            made = replace(made, why=of_subject[row.id])
        yield made


@cache
def _by_id() -> Select[Any]:
    return _select(None).where(event.c.village_id == bindparam("village"), event.c.id == bindparam("event"))


@cache  # building this costs more than running it
def _select(period: Period | None) -> Select[Any]:
    first = decision.alias("first")
    undone = decision.alias("undone")
    first_note, undone_note = decision_note.alias("first_note"), decision_note.alias("undone_note")
    of_event = select(func.sum(entry.c.points)).where(entry.c.event_id == event.c.id)
    in_period = of_event.where(months_of(period)) if period else of_event
    return (
        select(
            event,
            rulebook.c.digest,
            household.c.code.label("household_code"),
            member.c.name.label("member_name"),
            member.c.relation,
            member.c.born,
            *(note.c[name] for name in ("place", "reason", "basis", "photo")),
            first.c.verdict,
            *(first.c[name].label(f"first_{name}") for name in ("decided_by", "decided_at")),
            *(undone.c[name].label(f"undone_{name}") for name in ("id", "decided_by")),
            first_note.c.reason.label("first_reason"),
            undone_note.c.reason.label("undone_reason"),
            _one(select(func.min(entry.c.counted_on)).where(entry.c.event_id == event.c.id), "counted_on"),
            _one(select(func.max(entry.c.correction)).where(entry.c.event_id == event.c.id), "correction"),
            _one(of_event, "counts"),
            _one(in_period, "posted"),
        )
        .join(rulebook, rulebook.c.id == event.c.rulebook_id)
        .join(household, household.c.id == event.c.household_id)
        .join(member, member.c.id == event.c.member_id, isouter=True)
        .join(note, note.c.event_id == event.c.id, isouter=True)
        .join(first, (first.c.event_id == event.c.id) & (first.c.verdict != "reversed"), isouter=True)
        .join(undone, (undone.c.event_id == event.c.id) & (undone.c.verdict == "reversed"), isouter=True)
        .join(first_note, first_note.c.decision_id == first.c.id, isouter=True)
        .join(undone_note, undone_note.c.decision_id == undone.c.id, isouter=True)
        .order_by(event.c.recorded_at.desc(), event.c.id.desc())
    )


def _one(query: Select[Any], name: str) -> ColumnElement[Any]:
    return query.scalar_subquery().label(name)


def _deed(connection: Connection, row: Any) -> Deed:
    item = rulebooks.book_of(connection, row.rulebook_id, row.digest).item(row.item)
    return Deed(
        event_id=row.id,
        code=_facts(row).code,
        household_id=row.household_id,
        household_code=row.household_code,
        member_id=row.member_id,
        member_name=row.member_name or "",
        member_relation=row.relation or "",
        member_born=row.born,
        item=row.item,
        category=item.category if item else "",
        title=item.title if item else row.item,
        title_en=item.title_en if item else row.item,
        claimed=row.points,
        points=row.posted or ZERO,
        status=_status(row),
        why=None,
        occurred_on=row.occurred_on,
        counted_on=row.counted_on,
        late=row.late,
        correction=bool(row.correction),
        recorder_id=row.recorder_id,
        recorder=row.recorder,
        recorded_at=row.recorded_at,
        device_at=row.device_at,
        decided_by=row.first_decided_by or "",
        decided_at=row.first_decided_at,
        decision_reason=row.first_reason or "",
        reversed_by=row.undone_decided_by or "",
        reversal_reason=row.undone_reason or "",
        place=row.place or "",
        reason=row.reason or "",
        basis=row.basis or "",
        photo=row.photo or "",
        erased=row.photo is None,
        grounds_erased=_grounds_erased(row),
    )


def _status(row: Any) -> Status:
    if row.undone_id is not None:
        return "reversed"
    if row.verdict is None:
        return "waiting"
    return "counted" if row.verdict == "approved" else "rejected"


def _grounds_erased(row: Any) -> bool:
    rejected = row.verdict == "rejected" and row.first_reason is None
    return rejected or (row.undone_id is not None and row.undone_reason is None)


def _facts(row: Any) -> chain.Event:
    return chain.Event(
        id=row.id,
        submission_key=row.submission_key,
        household_id=row.household_id,
        member_id=row.member_id,
        rulebook=row.digest,
        item=row.item,
        tenths=int(row.points * 10),
        occurred_on=row.occurred_on.isoformat(),
        late=int(row.late),
        recorder_id=row.recorder_id,
        recorded_at=stored_moment(row.recorded_at),
        note_hash=row.note_hash,
    )


def _reasons(connection: Connection, village_id: int) -> Any:
    """A function that tells, by event id, why the cap made a subject's deeds of one year count for less."""

    @cache
    def why(household_id: int, member_id: int | None, item: str, year: int) -> dict[int, Problem | None]:
        subject = Subject(village_id, household_id, member_id, item)
        given = awards(one.claim for one in effective(connection, subject, year))
        return {event_id: award.why for event_id, award in given.items()}

    return why
