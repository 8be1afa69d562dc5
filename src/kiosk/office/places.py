"""The households of a period with rank and figure, the same for a month, a quarter and a year."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, func, or_, select

from kiosk.scoring import boards
from kiosk.scoring.periods import Period
from kiosk.scoring.standings import Household
from kiosk.scoring.tables import member


@dataclass(frozen=True)
class Place:
    """`figure` is the total, or a year's average over `quarters` ended ones."""

    rank: int
    household: Household
    figure: Decimal
    quarters: int | None = None


def places(connection: Connection, village_id: int, period: Period, today: date) -> list[Place]:
    """The ranking of the period; a settled quarter's as it was frozen."""
    if period.kind == "year":
        annual = boards.annual(connection, village_id, period, today)
        return [Place(one.rank, one.household, one.figure, one.quarters) for one in annual]
    found = boards.standings(connection, village_id, period, today)
    return [Place(one.rank, one.household, one.total) for one in found]


def members_on_roll(connection: Connection, village_id: int, day: date) -> dict[int, int]:
    """The members on the roll on that day, and the household of each."""
    here = (
        member.c.village_id == village_id,
        or_(member.c.joined.is_(None), member.c.joined <= day),
        or_(member.c.left.is_(None), member.c.left >= day),
    )
    rows = connection.execute(select(member.c.id, member.c.household_id).where(*here))
    return {row.id: row.household_id for row in rows}


def living_here_since(connection: Connection, village_id: int) -> dict[int, date]:
    """The first day of each household on the roll; one that was always there is left out."""
    first, known = func.min(member.c.joined), func.count(member.c.joined) == func.count()
    found = select(member.c.household_id, first.label("first"))
    rows = connection.execute(
        found.where(member.c.village_id == village_id).group_by(member.c.household_id).having(known)
    )
    return {row.household_id: row.first for row in rows}
