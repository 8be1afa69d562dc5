"""青山村 with three households and a lived year 2025, in memory: 张三 15, 王建国 15 and 李四 5 points a quarter."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

from sqlalchemy import Connection, insert

import kiosk.fairness.tables
import kiosk.office.tables  # noqa: F401  their tables belong to the village too
from kiosk.scoring import rulebooks, settlement
from kiosk.scoring.periods import Period, parse_period
from kiosk.scoring.tables import household, member
from tests.scoring.small_village import B, SmallVillage, at, book, small_village

YEAR = parse_period("2025")
NOW = at("2026-01-20")
ZHANG, WANG, LI = 1, 2, 3
POINTS = {ZHANG: "10", WANG: "10", LI: "5"}


@contextmanager
def judged_year(settled: int = 4, places: int = 2) -> Iterator[SmallVillage]:
    """So many of its quarters are settled. The rulebook has the one honour 最美家庭."""
    rules = book(B | {"review": "never"}, honour=[{"name": "最美家庭", "places": places}])
    with small_village(rules) as village:
        _move_in(village.connection, LI, "李四")
        rulebooks.add(village.connection, rules, date(2025, 1, 1), "周支书", at("2025-01-01"))
        for quarter in YEAR.quarters():
            for home, points in POINTS.items():
                day = quarter.first.isoformat()
                village.record("B", day, day, household=home, points=points)
        for quarter in YEAR.quarters()[:settled]:
            close(village.connection, quarter)
        yield village


def close(connection: Connection, quarter: Period) -> None:
    now = at((quarter.end + timedelta(days=2)).isoformat())
    settlement.publish(connection, 1, quarter, "刘主任", now)
    settlement.settle(connection, 1, quarter, "刘主任", now)


def _move_in(connection: Connection, number: int, name: str) -> None:
    home = {"code": f"{number:03}", "group_name": "二组", "residency": "local", "token": f"T{number}"}
    connection.execute(insert(household).values(id=number, village_id=1, **home))
    person = {"village_id": 1, "household_id": number, "name": name, "relation": "户主", "head": True}
    connection.execute(insert(member).values(person))
