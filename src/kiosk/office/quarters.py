"""The quarters of a village at a glance, newest first."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, func, select

from kiosk.scoring import boards, objections, settlement
from kiosk.scoring.awards import ZERO
from kiosk.scoring.periods import Period, period_of, quarter_of
from kiosk.scoring.roll import on_roll
from kiosk.scoring.settlement import QuarterState
from kiosk.scoring.tables import entry, publication, standing, waiting
from kiosk.scoring.tables import settlement as settled_quarters


@dataclass(frozen=True)
class Row:
    """`events` have entries in the quarter, and `points` is what all its entries make."""

    state: QuarterState
    running: bool
    households: int
    events: int
    points: Decimal
    waiting: int
    objections: int

    @property
    def quarter(self) -> Period:
        return self.state.quarter


def quarters(connection: Connection, village_id: int, now: datetime) -> list[Row]:
    """From the running quarter back to the village's first."""
    posted, undecided = _posted(connection, village_id), _undecided(connection, village_id)
    settled = _settled_households(connection, village_id)
    return [
        _row(
            connection, village_id, quarter, now, settled, posted.get(quarter, (0, ZERO)), undecided[quarter]
        )
        for quarter in since_the_beginning(connection, village_id, now.date())
    ]


def since_the_beginning(connection: Connection, village_id: int, today: date) -> Iterator[Period]:
    """Every quarter from today's back to the first that has an entry or a notice."""
    first = boards.first_period(connection, village_id, "quarter")
    published = connection.scalar(
        select(func.min(publication.c.start)).where(publication.c.village_id == village_id)
    )
    known = [first] if first else []
    known += [Period(published, "quarter")] if published else []
    quarter = quarter_of(today)
    yield quarter
    while known and quarter > min(known):
        quarter = quarter.before()
        yield quarter


def _row(
    connection: Connection,
    village_id: int,
    quarter: Period,
    now: datetime,
    settled: dict[int, int],
    posted: tuple[int, Decimal],
    undecided: int,
) -> Row:
    today = now.date()
    frozen = settled.get(quarter.start)
    return Row(
        state=settlement.state(connection, village_id, quarter, now),
        running=today in quarter,
        households=len(on_roll(connection, village_id, min(quarter.last, today)))
        if frozen is None
        else frozen,
        events=posted[0],
        points=posted[1],
        waiting=undecided,
        objections=0 if frozen is not None else objections.open_in(connection, village_id, quarter),
    )


def _posted(connection: Connection, village_id: int) -> dict[Period, tuple[int, Decimal]]:
    """Events and points of each quarter."""
    rows = connection.execute(
        select(
            entry.c.month,
            func.count(entry.c.event_id.distinct()).label("events"),
            func.sum(entry.c.points).label("points"),
        )
        .where(entry.c.village_id == village_id)
        .group_by(entry.c.month)
    )
    found: dict[Period, tuple[int, Decimal]] = {}
    for row in rows:
        quarter = _quarter_of_month(row.month)
        events, points = found.get(quarter, (0, ZERO))
        found[quarter] = (events + row.events, points + row.points)
    return found


def _undecided(connection: Connection, village_id: int) -> dict[Period, int]:
    """How many events of each quarter await a decision; a late entry belongs to none."""
    counted = (
        select(waiting.c.month, func.count().label("events"))
        .where(waiting.c.village_id == village_id, waiting.c.month.is_not(None))
        .group_by(waiting.c.month)
    )
    found: dict[Period, int] = defaultdict(int)
    for row in connection.execute(counted):
        found[_quarter_of_month(row.month)] += row.events
    return found


def _settled_households(connection: Connection, village_id: int) -> dict[int, int]:
    """How many households each settled quarter ranks, by its first month."""
    counted = (
        select(settled_quarters.c.start, func.count(standing.c.household_id).label("households"))
        .select_from(
            settled_quarters.outerjoin(
                standing,
                (standing.c.village_id == settled_quarters.c.village_id)
                & (standing.c.start == settled_quarters.c.start),
            )
        )
        .where(settled_quarters.c.village_id == village_id)
        .group_by(settled_quarters.c.start)
    )
    return {row.start: row.households for row in connection.execute(counted)}


def _quarter_of_month(month: int) -> Period:
    return period_of(date(month // 100, month % 100, 1), "quarter")
