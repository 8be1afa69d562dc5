"""Posting entries: the only place that appends to the chain.

Whenever the set of a subject's effective events of one item changes, its awards of that calendar year are
worked out again and the differences posted. Points land in the month in which the event counts; if that
quarter is settled, they land in the month of today as a correction (scoring.md, 9).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, case, func, select, text

from kiosk.scoring import boards, chain, rulebooks
from kiosk.scoring.awards import Award, Cap, Claim, awards
from kiosk.scoring.columns import Day, stored_moment
from kiosk.scoring.periods import month_number, quarter_of
from kiosk.scoring.rulebook import Item
from kiosk.scoring.tables import entry, event, rulebook, waiting

_EVENT = (
    select(event, rulebook.c.digest)
    .join(rulebook, rulebook.c.id == event.c.rulebook_id)
    .where(event.c.id == bindparam("event"))
)

# as text, because the link already holds every value as the table stores it and the digest covers it
_INSERT = text("""
    INSERT INTO entry (village_id, number, event_id, decision_id, household_id, member_id, item, counted_on,
                       month, points, cause, correction, posted_at, previous, digest)
    VALUES (:village_id, :number, :event_id, :decision_id, :household_id, :member_id, :item, :counted_on,
            :month, :tenths, :cause, :correction, :posted_at, :previous, :digest)
""")


@dataclass(frozen=True)
class Subject:
    """What a cap is counted for: a member, or with none the household, and an item."""

    village_id: int
    household_id: int
    member_id: int | None
    item: str


@dataclass(frozen=True)
class Effective:
    """An approved, unreversed event with the sum of what was posted for it."""

    claim: Claim
    posted: Decimal


def post_award(connection: Connection, event_id: int, decision_id: int, now: datetime) -> Award:
    """Post an approved event, and what its arrival changes for the others under the same cap.

    It counts on the day on which it happened; a late entry on the day of its approval, which is now.
    """
    row = _event(connection, event_id)
    counted_on = now.date() if row.late else row.occurred_on
    subject = subject_of(row)
    others = effective(connection, subject, counted_on.year)
    mine = Claim(event_id, counted_on, decision_id, row.points, cap_of(connection, row))
    given = awards([mine, *(other.claim for other in others)])
    poster = _Poster(connection, subject, decision_id, now)
    poster.post(event_id, counted_on, given[event_id].points, "award")
    poster.post_differences(others, given)
    return given[event_id]


def post_reversal(connection: Connection, event_id: int, decision_id: int, now: datetime) -> None:
    """Take back what an event was awarded, and let those it had kept under the cap move up."""
    subject = subject_of(_event(connection, event_id))
    counted_on, posted = counted(connection, event_id)
    others = [
        other for other in effective(connection, subject, counted_on.year) if other.claim.event_id != event_id
    ]
    poster = _Poster(connection, subject, decision_id, now)
    poster.post(event_id, counted_on, -posted, "reversal")
    poster.post_differences(others, awards(other.claim for other in others))


def counted(connection: Connection, event_id: int) -> tuple[date, Decimal]:
    """The day on which an approved event counts, and the sum of its entries."""
    columns = select(func.min(entry.c.counted_on), func.sum(entry.c.points))
    day, points = connection.execute(columns.where(entry.c.event_id == event_id)).one()
    return day, points


def effective(connection: Connection, subject: Subject, year: int) -> list[Effective]:
    """The subject's effective events of the item that count in this calendar year."""
    of_year = {"first": date(year, 1, 1), "last": date(year, 12, 31)}
    rows = connection.execute(_effective(subject.member_id is None), vars(subject) | of_year)
    return [Effective(_claim(connection, row), row.posted) for row in rows]


def effective_of_waiting(
    connection: Connection, village_id: int, years: tuple[int, int]
) -> dict[tuple[Subject, int], list[Claim]]:
    """The effective claims under the caps of whatever awaits a decision, by subject and year; `years` are
    the first and the last to look at."""
    ids = select(event.c.household_id, event.c.item).join(waiting, waiting.c.event_id == event.c.id)
    wanted = ids.where(waiting.c.village_id == village_id).distinct().subquery()
    days = {"first": date(years[0], 1, 1), "last": date(years[1], 12, 31)}
    found: dict[tuple[Subject, int], list[Claim]] = {}
    for row in connection.execute(
        _claims(entry.c.household_id, entry.c.member_id)
        .join(wanted, (wanted.c.household_id == entry.c.household_id) & (wanted.c.item == entry.c.item))
        .where(entry.c.village_id == village_id),
        days,
    ):
        subject = Subject(village_id, row.household_id, row.member_id, row.item)
        found.setdefault((subject, row.counted_on.year), []).append(_claim(connection, row))
    return found


@cache  # building this costs more than running it
def _effective(of_household: bool) -> Select[Any]:
    member = entry.c.member_id
    return _claims().where(
        entry.c.village_id == bindparam("village_id"),
        entry.c.household_id == bindparam("household_id"),
        entry.c.item == bindparam("item"),
        member.is_(None) if of_household else member == bindparam("member_id"),
    )


def _claims(*subject: ColumnElement[Any]) -> Select[Any]:
    """Effective events whose day lies between `first` and `last`, with the columns that tell their subject."""
    of_event = (*subject, event.c.id, event.c.points, event.c.rulebook_id, event.c.item, rulebook.c.digest)
    return (
        select(
            *of_event,
            entry.c.counted_on,
            func.min(entry.c.decision_id).label("approval"),
            func.sum(entry.c.points).label("posted"),
        )
        .select_from(entry)
        .join(event, event.c.id == entry.c.event_id)
        .join(rulebook, rulebook.c.id == event.c.rulebook_id)
        .where(entry.c.counted_on.between(bindparam("first", type_=Day), bindparam("last", type_=Day)))
        .group_by(*of_event, entry.c.counted_on)
        .having(func.sum(case((entry.c.cause == "reversal", 1), else_=0)) == 0)
    )


def forecast(connection: Connection, subject: Subject, claim: Claim) -> Award:
    """What a claim would be awarded if it were approved now, after all others of its day."""
    others = effective(connection, subject, claim.day.year)
    return awards([claim, *(other.claim for other in others)])[claim.event_id]


def _claim(connection: Connection, row: Any) -> Claim:
    return Claim(row.id, row.counted_on, row.approval, row.points, cap_of(connection, row))


def cap_of(connection: Connection, row: Any) -> Cap:
    """The cap of an event's item in the version it was recorded under."""
    item = rulebooks.book_of(connection, row.rulebook_id, row.digest).item(row.item)
    if item is None:
        raise LookupError(f"item {row.item} is not in rulebook version {row.rulebook_id}")
    return item_cap(item)


def item_cap(item: Item) -> Cap:
    return Cap(item.max_times, item.max_points, item.per)


def subject_of(row: Any) -> Subject:
    return Subject(row.village_id, row.household_id, row.member_id, row.item)


def _event(connection: Connection, event_id: int) -> Any:
    return connection.execute(_EVENT, {"event": event_id}).one()


@dataclass(frozen=True)
class _Poster:
    """Appends the entries that one decision causes."""

    connection: Connection
    subject: Subject
    decision_id: int
    now: datetime

    def post_differences(self, others: Sequence[Effective], given: dict[int, Award]) -> None:
        for other in others:
            difference = given[other.claim.event_id].points - other.posted
            if difference:
                self.post(other.claim.event_id, other.claim.day, difference, "cap")

    def post(self, event_id: int, counted_on: date, points: Decimal, cause: str) -> None:
        village_id = self.subject.village_id
        correction = boards.is_settled(self.connection, village_id, quarter_of(counted_on))
        lands_on = self._first_open_day() if correction else counted_on
        tip = chain.tip(self.connection, event_id, self.decision_id)
        link = chain.Link(
            village=tip.village,
            number=tip.number + 1,
            household_id=self.subject.household_id,
            member_id=self.subject.member_id,
            item=self.subject.item,
            counted_on=counted_on.isoformat(),
            month=month_number(lands_on),
            tenths=int(points * 10),
            cause=cause,
            correction=int(correction),
            posted_at=stored_moment(self.now),
        )
        keys = {"village_id": village_id, "event_id": event_id, "decision_id": self.decision_id}
        digest = chain.entry_digest(tip.digest, link, tip.event, tip.decision)
        self.connection.execute(_INSERT, vars(link) | keys | {"previous": tip.digest, "digest": digest})

    def _first_open_day(self) -> date:
        """Today; or, when a clock that was set back says a settled quarter, the day after the last of them."""
        today = self.now.date()
        if not boards.is_settled(self.connection, self.subject.village_id, quarter_of(today)):
            return today
        return boards.last_settled(self.connection, self.subject.village_id).end
