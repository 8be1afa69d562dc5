"""What was recorded in a quarter, with what became of it, as the questions about fairness need it.

A case belongs to the quarter in which it was written down, so that late entries are looked at, too. Rows of
paper registers stand apart: who brought them in neither saw nor judged them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from kiosk.scoring import rulebooks
from kiosk.scoring.drafts import DOCUMENTS
from kiosk.scoring.periods import Period
from kiosk.scoring.rulebook import Item
from kiosk.scoring.tables import account, decision, event, household, kin, note, rulebook

_IN_TIME = timedelta(hours=48)
_PAPER = "paper:"  # how the keys of a register's rows begin


@dataclass(frozen=True)
class Case:
    """`evidenced` is none where the words were erased; `slow`: written down over 48 hours after that day.

    `undone_by` is the account that took it back, 0 for the program, none if nobody did.
    """

    event_id: int
    recorder_id: int
    household_id: int
    group: str
    item: Item
    points: Decimal
    late: bool
    slow: bool
    evidenced: bool | None
    recorded_at: datetime
    verdict: str
    decider_id: int | None
    decided_at: datetime | None
    undone_by: int | None


@dataclass(frozen=True)
class Person:
    """Somebody who records or decides. `group` is that of their home, `kin_groups` are their relatives'."""

    id: int
    name: str
    role: str
    household_id: int | None
    group: str
    kin_groups: frozenset[str]


@dataclass(frozen=True)
class Quarter:
    """The cases of a quarter in the order they were written down; `paper` counts the rows left out."""

    period: Period
    cases: tuple[Case, ...]
    paper: int


def read_quarter(connection: Connection, village_id: int, period: Period, zone: tzinfo | None) -> Quarter:
    """Everything written down in the quarter by the village's clock."""
    first, undone = decision.alias("first"), decision.alias("undone")
    columns = (
        *(
            event.c[name]
            for name in ("id", "submission_key", "recorder_id", "household_id", "item", "points")
        ),
        *(event.c[name] for name in ("occurred_on", "late", "recorded_at", "rulebook_id")),
        *(rulebook.c.digest, household.c.group_name, note.c.photo, note.c.basis),
        *(first.c[name] for name in ("verdict", "account_id", "decided_at")),
        *(undone.c[name].label(f"undone_{name}") for name in ("id", "account_id")),
    )
    rows = connection.execute(
        select(*columns)
        .join(rulebook, rulebook.c.id == event.c.rulebook_id)
        .join(household, household.c.id == event.c.household_id)
        .join(note, note.c.event_id == event.c.id, isouter=True)
        .join(first, (first.c.event_id == event.c.id) & (first.c.verdict != "reversed"), isouter=True)
        .join(undone, (undone.c.event_id == event.c.id) & (undone.c.verdict == "reversed"), isouter=True)
        .where(event.c.village_id == village_id, event.c.recorded_at >= _midnight(period.first, zone))
        .where(event.c.recorded_at < _midnight(period.end, zone))
        .order_by(event.c.recorded_at, event.c.id)
    ).all()
    live = [row for row in rows if row.recorder_id and not row.submission_key.startswith(_PAPER)]
    made = (_case(connection, row, zone) for row in live)
    return Quarter(period, tuple(case for case in made if case), len(rows) - len(live))


def people_of(connection: Connection, village_id: int) -> list[Person]:
    """Everybody who has an account in the village, also a closed one."""
    groups = _groups(connection, village_id)
    relatives: dict[int, set[str]] = {}
    for row in connection.execute(
        select(kin).join(account, account.c.id == kin.c.account_id).where(account.c.village_id == village_id)
    ):
        relatives.setdefault(row.account_id, set()).add(groups.get(row.household_id, ""))
    rows = connection.execute(select(account).where(account.c.village_id == village_id))
    return [
        Person(
            id=row.id,
            name=row.name,
            role=row.role,
            household_id=row.household_id,
            group=groups.get(row.household_id, ""),
            kin_groups=frozenset(relatives.get(row.id, set()) - {""}),
        )
        for row in rows
    ]


def _groups(connection: Connection, village_id: int) -> Mapping[int, str]:
    found = select(household.c.id, household.c.group_name).where(household.c.village_id == village_id)
    return dict(connection.execute(found).all())


def _midnight(day: date, zone: tzinfo | None) -> datetime:
    return datetime.combine(day, time(), zone)


def _case(connection: Connection, row: Any, zone: tzinfo | None) -> Case | None:
    item = rulebooks.book_of(connection, row.rulebook_id, row.digest).item(row.item)
    if item is None:
        return None
    day_over = _midnight(row.occurred_on + timedelta(days=1), zone)
    return Case(
        event_id=row.id,
        recorder_id=row.recorder_id,
        household_id=row.household_id,
        group=row.group_name,
        item=item,
        points=row.points,
        late=row.late,
        slow=row.recorded_at > day_over + _IN_TIME,
        evidenced=None if row.basis is None else bool(row.photo) or row.basis in DOCUMENTS,
        recorded_at=row.recorded_at,
        verdict=row.verdict or "",
        decider_id=row.account_id,
        decided_at=row.decided_at,
        undone_by=None if row.undone_id is None else row.undone_account_id or 0,
    )
