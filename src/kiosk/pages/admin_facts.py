"""The figures on the administrators' start page, for one village or all, in a few queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, Connection, Table, func, select

from kiosk.roster.villages import Village
from kiosk.scoring.periods import quarter_of
from kiosk.scoring.tables import account, event, member, waiting


@dataclass(frozen=True)
class Facts:
    """Households and people on the roll today; `deeds` were recorded in the running quarter, `waiting` await a
    second person."""

    village: Village
    households: int
    people: int
    deeds: int
    waiting: int
    recorders: int
    reviewers: int


def facts(connection: Connection, villages: list[Village], now: datetime) -> list[Facts]:
    """In the order of `villages`."""
    today = now.date()
    start = datetime.combine(quarter_of(today).first, time(), now.tzinfo)
    here = ((member.c.joined.is_(None)) | (member.c.joined <= today)) & _not_left(today)
    households = _count(connection, member, here, of=member.c.household_id.distinct())
    people = _count(connection, member, here)
    deeds = _count(connection, event, event.c.recorded_at >= start)
    undecided = _count(connection, waiting)
    recorders = _count(connection, account, (account.c.active == 1) & (account.c.role == "recorder"))
    reviewers = _count(
        connection, account, (account.c.active == 1) & account.c.role.in_(("reviewer", "admin"))
    )
    counts = (households, people, deeds, undecided, recorders, reviewers)
    return [Facts(one, *(count.get(one.id, 0) for count in counts)) for one in villages]


def _not_left(today: date) -> ColumnElement[bool]:
    return (member.c.left.is_(None)) | (member.c.left >= today)


def _count(
    connection: Connection, table: Table, *where: ColumnElement[bool], of: ColumnElement[int] | None = None
) -> Mapping[int, int]:
    """How many rows each village has, or how many different values `of` them."""
    how_many = func.count() if of is None else func.count(of)
    counting = select(table.c.village_id, how_many).where(*where).group_by(table.c.village_id)
    return dict(connection.execute(counting).all())
