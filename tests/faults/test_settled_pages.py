"""A settled quarter renders byte for byte the same after anything that happens later (R24)."""

from datetime import date
from decimal import Decimal

import pytest
from litestar.testing import TestClient
from sqlalchemy import Connection, update

from kiosk.scoring import boards, ledger, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.ledger import Draft
from kiosk.scoring.periods import parse_period
from kiosk.scoring.tables import member
from tests.conftest import Clock, Village

SUMMER = parse_period("2026Q3")
REVIEWER = Actor(None, "刘主任", "reviewer", 1)
FORMS = (
    "/v/qingshan/standings/2026Q3",
    "/v/qingshan/standings/2026Q3.csv",
    "/v/qingshan/standings/2026Q3.json",
    "/v/qingshan/notice/2026Q3",
)


def deed(village: Village, key: str, day: date, code: str = "001", late: bool = False) -> Draft:
    return Draft(
        f"settled-{key}", village.households[code], None, "C06", None, day, basis="表彰文件", late=late
    )


def live_on(village: Village, clock: Clock, first: int) -> None:
    """After settlement: a reversal, a late entry, new deeds, a household that leaves, a name that changes."""
    clock.move(days=5)
    now, today = clock(), clock().date()

    def later(connection: Connection) -> None:
        ledger.reverse(connection, village.id, first, REVIEWER, "查实不符", now)
        late = deed(village, "late", date(2026, 9, 1), "002", late=True)
        ledger.record(connection, village.id, late, REVIEWER, now)
        fresh = deed(village, "fresh", today, "002")
        older = deed(village, "older", date(2026, 2, 3), "002")
        ledger.record_from_paper(connection, village.id, older, "老会计", REVIEWER, now, approved=True)
        ledger.record_from_paper(connection, village.id, fresh, "老会计", REVIEWER, now, approved=True)
        connection.execute(
            update(member).where(member.c.name == "王建国").values(name="王新", left=date(2026, 8, 1))
        )

    village.write(later)


@pytest.fixture
def settled(village: Village, clock: Clock) -> int:
    """The third quarter with two deeds, on notice and settled; returns the first deed's number."""

    def live(connection: Connection) -> int:
        first = deed(village, "first", date(2026, 8, 14))
        second = deed(village, "second", date(2026, 8, 15), "003")
        by = Actor(None, "老会计", "recorder", village.id)
        receipts = [
            ledger.record_from_paper(connection, village.id, draft, "老会计", by, clock(), approved=True)
            for draft in (first, second)
        ]
        return receipts[0].event_id

    first = village.write(live)
    clock.move(days=50)
    village.write(lambda connection: settlement.publish(connection, village.id, SUMMER, "刘主任", clock()))
    clock.move(days=8)
    village.write(lambda connection: settlement.settle(connection, village.id, SUMMER, "刘主任", clock()))
    return first


def test_a_settled_quarter_stays_the_same_to_the_byte(
    client: TestClient[object], village: Village, clock: Clock, settled: int
) -> None:
    before = [client.get(address).content for address in FORMS]
    live_on(village, clock, settled)
    assert [client.get(address).content for address in FORMS] == before


@pytest.mark.teeth
def test_a_settled_quarter_that_is_worked_out_anew_is_caught(
    client: TestClient[object], village: Village, clock: Clock, settled: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(boards, "standings", boards.computed)
    before = [client.get(address).content for address in FORMS]
    live_on(village, clock, settled)
    assert [client.get(address).content for address in FORMS] != before


def test_the_settled_points_are_those_of_the_day(village: Village, settled: int) -> None:
    with village.database.read() as connection:
        totals = {
            place.household.code: place.total for place in boards.snapshot(connection, village.id, SUMMER)
        }
    assert totals["001"] == Decimal(-2)
