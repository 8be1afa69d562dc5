"""Standings read from the tables: from the snapshot where a quarter is settled, else from its entries.

The sums come from the index that covers (village, month, household, member, points): what a board costs
depends on its own period, never on the village's history.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, Connection, and_, bindparam, case, func, literal, select

from kiosk.scoring import rulebooks
from kiosk.scoring.awards import ZERO
from kiosk.scoring.columns import Points
from kiosk.scoring.periods import Kind, Period, period_of, quarter_of
from kiosk.scoring.roll import on_roll, was_on_roll
from kiosk.scoring.standings import Annual, Household, Standing, Sums
from kiosk.scoring.standings import annual as average
from kiosk.scoring.standings import standings as rank
from kiosk.scoring.tables import entry, settlement, standing

_SETTLED_AT = select(settlement.c.settled_at).where(
    settlement.c.village_id == bindparam("village"), settlement.c.start == bindparam("start")
)

_FROZEN_TOTALS = select(
    standing.c.household_id,
    (standing.c.member_points + standing.c.household_points + standing.c.base_points).label("total"),
).where(standing.c.village_id == bindparam("village"), standing.c.start == bindparam("start"))


def standings(connection: Connection, village_id: int, period: Period, today: date) -> list[Standing]:
    """The ranking of a month or a quarter; the running one is ranked by today's roll."""
    if period.kind == "quarter" and is_settled(connection, village_id, period):
        return snapshot(connection, village_id, period)
    return computed(connection, village_id, period, today)


def computed(
    connection: Connection, village_id: int, period: Period, today: date, up_to: int | None = None
) -> list[Standing]:
    """The ranking as the entries (those up to no. `up_to`) and the roll say it now, whether settled or not."""
    roll = on_roll(connection, village_id, min(period.last, today))
    base = base_points(connection, period) if period.kind == "quarter" else ZERO
    return rank(roll, sums(connection, village_id, period, up_to), base)


def annual(connection: Connection, village_id: int, year: Period, today: date) -> list[Annual]:
    """The ranking of a year by its ended quarters, "to date" while it runs."""
    ended = [period for period in year.quarters() if period.end <= today]
    roll = on_roll(connection, village_id, min(year.last, today))
    quarters = [totals(connection, village_id, period) for period in ended]
    return average(roll, quarters, annual_divisor(connection, min(year.last, today)))


def totals(connection: Connection, village_id: int, period: Period) -> dict[int, Decimal]:
    """The totals of an ended quarter by household id: of those on the roll on its last day."""
    if is_settled(connection, village_id, period):
        frozen = {"village": village_id, "start": period.start}
        return {row.household_id: row.total for row in connection.execute(_FROZEN_TOTALS, frozen)}
    posted, base = sums(connection, village_id, period), base_points(connection, period)
    on_last_day = [household.id for household in on_roll(connection, village_id, period.last)]
    parts = {key: posted.get(key, Sums()) for key in on_last_day}
    return {key: base + part.member + part.household for key, part in parts.items()}


def is_settled(connection: Connection, village_id: int, period: Period) -> bool:
    return settled_at(connection, village_id, period) is not None


def settled_at(connection: Connection, village_id: int, period: Period) -> datetime | None:
    """When the quarter that holds this month, or is this quarter, was settled."""
    start = quarter_of(period.first).start
    return connection.scalar(_SETTLED_AT, {"village": village_id, "start": start})


def last_settled(connection: Connection, village_id: int) -> Period:
    """The newest settled quarter; there must be one."""
    newest = select(func.max(settlement.c.start)).where(settlement.c.village_id == village_id)
    return Period(connection.scalars(newest).one(), "quarter")


def snapshot(connection: Connection, village_id: int, period: Period) -> list[Standing]:
    """A settled quarter as it was frozen."""
    rows = connection.execute(
        select(standing)
        .where(standing.c.village_id == village_id, standing.c.start == period.start)
        .order_by(standing.c.rank, standing.c.code)
    )
    return [
        Standing(
            row.rank,
            Household(row.household_id, row.code, row.head, row.head_minor, row.group_name),
            row.member_points,
            row.household_points,
            row.base_points,
        )
        for row in rows
    ]


def base_points(connection: Connection, period: Period) -> Decimal:
    """What each household starts a quarter with: by the rulebook in force on its first day."""
    if rulebooks.newest(connection) is None:
        return ZERO
    return rulebooks.in_force(connection, period.first).book.base_points


def annual_divisor(connection: Connection, day: date) -> str:
    if rulebooks.newest(connection) is None:
        return "quarters_on_roll"
    return rulebooks.in_force(connection, day).book.annual_divisor


def sums(
    connection: Connection, village_id: int, period: Period, up_to: int | None = None
) -> dict[int, Sums]:
    """What the period's entries (those up to no. `up_to`) add up to, by household id."""
    of_household, nothing = entry.c.member_id.is_(None), literal(ZERO, Points)
    within = _within(village_id, period)
    rows = connection.execute(
        select(
            entry.c.household_id,
            func.sum(case((of_household, nothing), else_=entry.c.points)).label("member"),
            func.sum(case((of_household, entry.c.points), else_=nothing)).label("household"),
        )
        .where(within if up_to is None else and_(within, up_to_number(up_to)))
        .group_by(entry.c.household_id)
    )
    return {row.household_id: Sums(row.member, row.household) for row in rows}


def gained_since(
    connection: Connection, village_id: int, period: Period, since: datetime
) -> dict[int, Decimal]:
    """Points posted to the period from that moment on, by household id; a net of zero is left out."""
    rows = connection.execute(
        select(entry.c.household_id, func.sum(entry.c.points).label("points"))
        .where(entry.c.posted_at >= since, _within(village_id, period))
        .group_by(entry.c.household_id)
    )
    return {row.household_id: row.points for row in rows if row.points}


def moved_since(
    connection: Connection, village_id: int, period: Period, since: datetime, today: date
) -> dict[int, tuple[int, Decimal]]:
    """The rank before that moment and the points posted since, of each household that gained or lost any."""
    gained = gained_since(connection, village_id, period, since)
    if not gained:
        return {}
    now = computed(connection, village_id, period, today)
    before = {
        place.household.id: Sums(
            place.member_points - gained.get(place.household.id, ZERO), place.household_points
        )
        for place in now
    }
    old = {place.household.id: place.rank for place in rank([place.household for place in now], before)}
    return {household: (old[household], points) for household, points in gained.items() if household in old}


def household_quarters(
    connection: Connection, village_id: int, household_id: int, today: date, count: int
) -> list[tuple[Period, Decimal]]:
    """The household's totals of the last `count` quarters up to the running one, oldest first."""
    periods = [quarter_of(today)]
    while len(periods) < count:
        periods.insert(0, periods[0].before())
    return [
        (period, household_total(connection, village_id, household_id, period, today)) for period in periods
    ]


def household_total(
    connection: Connection, village_id: int, household_id: int, period: Period, today: date
) -> Decimal:
    """One household's total of a month or quarter; base points only if it was on the roll at its end."""
    if period.kind == "quarter" and is_settled(connection, village_id, period):
        places = select(standing).where(
            standing.c.village_id == village_id,
            standing.c.start == period.start,
            standing.c.household_id == household_id,
        )
        row = connection.execute(places).one_or_none()
        return row.member_points + row.household_points + row.base_points if row else ZERO
    total = connection.scalar(
        select(func.sum(entry.c.points)).where(
            entry.c.household_id == household_id, entry.c.village_id == village_id, months_of(period)
        )
    )
    starts_with = period.kind == "quarter" and was_on_roll(
        connection, household_id, None, min(period.last, today)
    )
    return (total or ZERO) + (base_points(connection, period) if starts_with else ZERO)


def has_entries(connection: Connection, village_id: int, period: Period) -> bool:
    return connection.scalar(select(entry.c.id).where(_within(village_id, period)).limit(1)) is not None


def first_period(connection: Connection, village_id: int, kind: Kind) -> Period | None:
    """The earliest period that holds an entry."""
    month = connection.scalar(select(func.min(entry.c.month)).where(entry.c.village_id == village_id))
    if month is None:
        return None
    day = date(month // 100, month % 100, 1)
    return period_of(day, kind)


def up_to_number(number: int) -> ColumnElement[bool]:
    """As a sum, so that no index takes it for a range: the period is far less than all that came before."""
    return entry.c.number + 0 <= number


def _within(village_id: int, period: Period) -> ColumnElement[bool]:
    return and_(entry.c.village_id == village_id, months_of(period))


def months_of(period: Period) -> ColumnElement[bool]:
    """As a list of months rather than a range, so that the index can go on to the household."""
    return entry.c.month.in_(list(range(period.start, period.last_month + 1)))
