"""A small village in memory, with a rulebook of three items: quick enough for thousands of examples."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, NullPool, StaticPool, create_engine, insert

from kiosk.scoring import boards, ledger, rulebooks
from kiosk.scoring.actors import Actor
from kiosk.scoring.ledger import Draft, Receipt
from kiosk.scoring.periods import Period, parse_period
from kiosk.scoring.rulebook import Rulebook, parse_rulebook
from kiosk.scoring.tables import account, household, kin, member, metadata, village

ZONE = ZoneInfo("Asia/Shanghai")

# scoring.md, worked example
A = {"item": "A", "title": "甲", "title_en": "A", "subject": "member", "points": "5"}
B = {"item": "B", "title": "乙", "title_en": "B", "subject": "household", "points": "1~10"}
C = {"item": "C", "title": "丙", "title_en": "C", "subject": "household", "points": "-3"}
EXAMPLE = (
    A | {"max_times": 2, "per": "quarter", "review": "never"},
    B | {"max_points": "12", "per": "month", "review": "never"},
    C | {"review": "never"},
)

RECORDER = Actor(1, "陈会计", "recorder", 1)
REVIEWER = Actor(2, "刘主任", "reviewer", 1)
ADMIN = Actor(3, "周支书", "admin", 1)
JUDGE = Actor(4, "冯组长", "reviewer", 1)


def book(*items: dict[str, Any], **settings: Any) -> Rulebook:
    category = {"name": "测试", "name_en": "Test", "item": list(items)}
    return parse_rulebook({"title": "积分细则", "category": [category], **settings})


def at(text: str) -> datetime:
    """`2026-09-20` is ten in the morning there; a time may follow."""
    return datetime.fromisoformat(text if "T" in text else f"{text}T10:00").replace(tzinfo=ZONE)


@dataclass
class SmallVillage:
    """青山村 with household 001 (张三 and 李秀英) and household 002 (王建国)."""

    connection: Connection
    keys: Iterator[int]

    def record(self, item: str, day: str, now: str = "2026-09-20", **changes: Any) -> Receipt:
        """Record a deed of household 1, by 陈会计 unless said otherwise."""
        by = changes.pop("by", RECORDER)
        points = changes.pop("points", None)
        draft = Draft(
            submission_key=changes.pop("key", f"key-{next(self.keys):06}"),
            household_id=changes.pop("household", 1),
            member_id=changes.pop("member", None),
            item=item,
            points=None if points is None else Decimal(points),
            occurred_on=date.fromisoformat(day),
            **changes,
        )
        return ledger.record(self.connection, 1, draft, by, at(now))

    def totals(self, period: str, today: str = "2026-09-20") -> dict[str, Decimal]:
        places = boards.standings(self.connection, 1, parse_period(period), date.fromisoformat(today))
        return {place.household.code: place.total for place in places}

    def places(self, period: Period | str, today: str = "2026-09-20") -> list[Any]:
        wanted = parse_period(period) if isinstance(period, str) else period
        return boards.standings(self.connection, 1, wanted, date.fromisoformat(today))


@contextmanager
def small_village(rulebook: Rulebook | None = None) -> Iterator[SmallVillage]:
    with _engine().begin() as connection:
        yield populate(connection, rulebook or book(*EXAMPLE))


@cache
def _engine() -> Engine:
    """Every connection is a database of its own; the tables were made once, and statements compiled once."""
    with closing(sqlite3.connect(":memory:")) as template:
        engine = create_engine("sqlite://", creator=lambda: template, poolclass=StaticPool)
        metadata.create_all(engine)
        empty = template.serialize()

    def opened() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:")
        connection.deserialize(empty)
        return connection

    return create_engine("sqlite://", creator=opened, poolclass=NullPool)


def populate(connection: Connection, rulebook: Rulebook) -> SmallVillage:
    """Let the people move in."""
    connection.execute(insert(village).values(id=1, code="qingshan", name="青山村"))
    for number, code in enumerate(("001", "002"), start=1):
        home = {"code": code, "group_name": "一组", "residency": "local", "token": code}
        connection.execute(insert(household).values(id=number, village_id=1, **home))
    for person, home_id, name, head in ((1, 1, "张三", 1), (2, 1, "李秀英", 0), (3, 2, "王建国", 1)):
        row = {"id": person, "village_id": 1, "household_id": home_id, "name": name, "head": head}
        connection.execute(insert(member).values(relation="户主" if head else "妻", **row))
    for actor in (RECORDER, REVIEWER, ADMIN, JUDGE):
        row = {"id": actor.account_id, "name": actor.name, "role": actor.role}
        connection.execute(insert(account).values(village_id=1, password="", active=True, **row))
    rulebooks.add(connection, rulebook, date(2026, 1, 1), "周支书", at("2026-01-01"))
    return SmallVillage(connection, count(1))


def register_kin(connection: Connection, actor: Actor, household_id: int) -> None:
    connection.execute(insert(kin).values(account_id=actor.account_id, household_id=household_id))
