"""The ranking as a sheet. Heads of household stand here by their full names: it is made for the office."""

from collections.abc import Iterator, Sequence
from datetime import date

from sqlalchemy import Connection

from kiosk.scoring import boards
from kiosk.scoring.periods import Period

COLUMNS = ("rank", "household", "head", "group", "total", "member_points", "household_points")
YEAR_COLUMNS = ("rank", "household", "head", "group", "average", "quarters")


def columns(period: Period) -> Sequence[str]:
    return YEAR_COLUMNS if period.kind == "year" else COLUMNS


def rows(connection: Connection, village_id: int, period: Period, today: date) -> Iterator[Sequence[object]]:
    """One row a household, in the order of the ranking; figures are exact decimals."""
    if period.kind == "year":
        for place in boards.annual(connection, village_id, period, today):
            who = place.household
            yield place.rank, who.code, who.head, who.group, place.figure, place.quarters
        return
    for standing in boards.standings(connection, village_id, period, today):
        who, points = standing.household, (standing.member_points, standing.household_points)
        yield standing.rank, who.code, who.head, who.group, standing.total, *points
