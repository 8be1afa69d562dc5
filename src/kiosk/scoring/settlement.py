"""A quarter's life: open → on notice (公示) → settled (scoring.md, 8 and 9)."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Connection, Table, func, insert, select

from kiosk.scoring import boards, chain, objections, recusal, rulebooks, tables
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.results import Result
from kiosk.scoring.standings import Standing
from kiosk.scoring.villages import changed

# the public number that draws the sample for checking, unless another is named when a quarter is published
USUAL_SOURCE = N_(
    "Double-colour ball of the China Welfare Lottery: the six red balls in ascending order, then the blue ball, "
    "two digits each"
)


@dataclass(frozen=True)
class QuarterState:
    """`notice_until` is the last day on which to object; `digest` is what the notice prints.

    `draw_source` is the public number that draws the sample, empty for the usual one; `kin_relations` is how
    many were registered at publication; `early_reason` says why the days of notice were cut short.
    """

    quarter: Period
    state: Literal["open", "on notice", "settled"]
    published_at: datetime | None = None
    published_by: str = ""
    notice_until: date | None = None
    number: int = 0
    digest: str = chain.START
    settled_at: datetime | None = None
    settled_by: str = ""
    draw_source: str = ""
    kin_relations: int | None = None
    early_reason: str = ""

    @property
    def settled_early(self) -> bool:
        """Before the days of notice were over."""
        if self.settled_at is None or self.notice_until is None:
            return False
        return self.settled_at.date() <= self.notice_until


def state(connection: Connection, village_id: int, period: Period, now: datetime) -> QuarterState:
    """Where a quarter stands; `now` gives the zone in which the notice ends."""
    row = _row_of(connection, tables.publication, village_id, period)
    settled = _row_of(connection, tables.settlement, village_id, period)
    if row is None:
        return QuarterState(period, "open")
    published = row.published_at.astimezone(now.tzinfo)
    days = rulebooks.in_force(connection, published.date()).book.notice_days
    return QuarterState(
        quarter=period,
        state="settled" if settled else "on notice",
        published_at=published,
        published_by=row.published_by,
        notice_until=published.date() + timedelta(days=days),
        number=row.number,
        digest=row.digest,
        settled_at=settled.settled_at.astimezone(now.tzinfo) if settled else None,
        settled_by=settled.settled_by if settled else "",
        draw_source=row.draw_source,
        kin_relations=row.kin_relations,
        early_reason=settled.early_reason if settled else "",
    )


def _row_of(connection: Connection, table: Table, village_id: int, period: Period) -> Any:
    here = table.c.village_id == village_id, table.c.start == period.start
    return connection.execute(select(table).where(*here)).one_or_none()


def publish(
    connection: Connection, village_id: int, period: Period, by: str, now: datetime, draw_source: str = ""
) -> QuarterState:
    """Put an ended quarter on notice, with the number and digest of the newest entry. Raises Refused.

    Which public number draws the sample for checking is fixed here, before anybody can know it.
    """
    if state(connection, village_id, period, now).state != "open":
        raise Refused(Problem("", N_("%(quarter)s has been published already"), {"quarter": period}))
    if period.end > now.date():
        sentence = N_("%(quarter)s is still running; publish it from %(day)s on")
        raise Refused(Problem("", sentence, {"quarter": period, "day": period.end}))
    number, digest = chain.head(connection, village_id)
    published = {"published_at": now, "published_by": by, "number": number, "digest": digest}
    related = recusal.kin_relations(connection, village_id)
    row = {
        "village_id": village_id,
        "start": period.start,
        "draw_source": draw_source,
        "kin_relations": related,
    }
    connection.execute(insert(tables.publication).values(**row, **published))
    changed(connection, village_id)
    return state(connection, village_id, period, now)


def settle(
    connection: Connection, village_id: int, period: Period, by: str, now: datetime, early_reason: str = ""
) -> QuarterState:
    """Freeze a published quarter's standings for good. Raises Refused while something stands in the way."""
    obstacles = what_stands_in_the_way(connection, village_id, period, now)
    if obstacles:
        raise Refused(*obstacles)
    places = boards.computed(connection, village_id, period, now.date())
    if places:
        rows = [_frozen(village_id, period, place) for place in places]
        connection.execute(insert(tables.standing), rows)
    result = Result(period, now, secrets.token_hex(16), places)
    row = {"village_id": village_id, "start": period.start, "digest": result.digest, "salt": result.salt}
    settled = {"settled_at": now, "settled_by": by, "early_reason": early_reason}
    connection.execute(insert(tables.settlement).values(row | settled))
    objections.forget_contacts(connection, village_id, period)
    changed(connection, village_id)
    return state(connection, village_id, period, now)


def what_stands_in_the_way(
    connection: Connection, village_id: int, period: Period, now: datetime
) -> list[Problem]:
    """Why a quarter cannot be settled yet. The field of each problem says what kind of obstacle it is."""
    quarter = {"quarter": period}
    current = state(connection, village_id, period, now).state
    if current == "settled":
        return [Problem("", N_("%(quarter)s has been settled already"), quarter)]
    problems = []
    if current == "open":
        sentence = N_("%(quarter)s has not been put on notice yet; publish it first")
        problems.append(Problem("publication", sentence, quarter))
    undecided = waiting_in(connection, village_id, period)
    if undecided:
        sentence = N_("%(count)s events of %(quarter)s await a decision; decide about them first")
        problems.append(Problem("waiting", sentence, {"count": undecided, **quarter}))
    unanswered = objections.open_in(connection, village_id, period)
    if unanswered:
        sentence = N_("%(count)s objections hold up %(quarter)s; answer them first")
        problems.append(Problem("objections", sentence, {"count": unanswered, **quarter}))
    return problems


def waiting_in(connection: Connection, village_id: int, period: Period) -> int:
    """How many events of the period await a decision."""
    months = tables.waiting.c.month.between(period.start, period.last_month)
    counted = (
        select(func.count())
        .select_from(tables.waiting)
        .where(tables.waiting.c.village_id == village_id, months)
    )
    return connection.scalar(counted) or 0


def _frozen(village_id: int, period: Period, place: Standing) -> dict[str, object]:
    return {
        "village_id": village_id,
        "start": period.start,
        "household_id": place.household.id,
        "rank": place.rank,
        "code": place.household.code,
        "head": place.household.head,
        "head_minor": place.household.head_minor,
        "group_name": place.household.group,
        "member_points": place.member_points,
        "household_points": place.household_points,
        "base_points": place.base_points,
    }
