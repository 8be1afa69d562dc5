"""2026 in 青山村, lived through by a clock that is moved: midnights, late entries, corrections, and households
that come, go and split. Every figure was worked out on paper."""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection, insert, update

from kiosk.scoring import boards, ledger, settlement
from kiosk.scoring.periods import parse_period
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import household, member
from kiosk.scoring.verification import verify
from tests.scoring.small_village import ADMIN, EXAMPLE, REVIEWER, SmallVillage, at, book, small_village

ZHANG, WANG, XIUYING = 1, 3, 2  # members; 张三 and 李秀英 of 001, 王建国 of 002
CODES = {1: "001", 2: "002", 3: "003", 4: "004"}


def moves_in(connection: Connection, house: int, person: int, name: str, day: str) -> None:
    if house not in (1, 2):
        home = {"code": CODES[house], "group_name": "二组", "residency": "resident", "token": CODES[house]}
        connection.execute(insert(household).values(id=house, village_id=1, **home))
    row = {"id": person, "village_id": 1, "household_id": house, "name": name, "relation": "户主"}
    connection.execute(insert(member).values(head=True, joined=date.fromisoformat(day), **row))


def moves_out(connection: Connection, person: int, day: str) -> None:
    leaving = update(member).where(member.c.id == person)
    connection.execute(leaving.values(left=date.fromisoformat(day)))


def settle(village: SmallVillage, quarter: str) -> None:
    """The first second after the quarter is early enough to publish it, and the last one in it is not."""
    period = parse_period(quarter)
    midnight = at(f"{period.end}T00:00")
    with pytest.raises(Refused):
        settlement.publish(village.connection, 1, period, "刘主任", midnight - timedelta(seconds=1))
    settlement.publish(village.connection, 1, period, "刘主任", midnight)
    settlement.settle(village.connection, 1, period, "刘主任", midnight + timedelta(days=7))


def refused(village: SmallVillage, item: str, day: str, now: str, **changes: object) -> str:
    with pytest.raises(Refused) as caught:
        village.record(item, day, now, **changes)
    return " ".join(problem.text() for problem in caught.value.problems)


def winter(village: SmallVillage) -> None:
    swept = village.record("B", "2026-01-01", "2026-01-01T00:00", points="4")
    village.record("A", "2026-03-31", "2026-03-31T23:59", member=ZHANG)
    assert "still to come" in refused(village, "A", "2026-04-01", "2026-03-31T23:59", member=ZHANG)
    assert "check the year" in refused(village, "A", "2023-12-31", "2026-03-31T23:59", member=ZHANG)
    village.record("A", "2026-04-01", "2026-04-01T00:00", member=ZHANG)
    village.record("B", "2026-03-31", "2026-04-01T00:05", household=2, points="6")
    settle(village, "2026Q1")
    assert "settled" in refused(village, "B", "2026-03-31", "2026-04-10", household=2, points="3")
    village.record("B", "2026-03-31", "2026-04-10", household=2, points="3", by=REVIEWER, late=True)
    ledger.reverse(village.connection, 1, swept.event_id, REVIEWER, "查实不符", at("2026-05-02"))


def spring(village: SmallVillage) -> None:
    moves_in(village.connection, 3, 10, "陈家旺", "2026-05-10")
    assert "roll" in refused(village, "B", "2026-05-09", "2026-05-11", household=3, points="5")
    village.record("B", "2026-05-10", "2026-05-11", household=3, points="5")
    village.record("C", "2026-06-30", "2026-06-30T23:59", household=3)
    settle(village, "2026Q2")


def summer(village: SmallVillage) -> None:
    village.record("A", "2026-07-01", "2026-07-01T00:00", member=ZHANG)
    last = village.record("A", "2026-09-30", "2026-09-30T23:59", member=ZHANG)
    assert last.awarded == 5
    village.record("A", "2026-08-15", "2026-09-30T23:59", member=ZHANG)  # takes the third one's place
    moves_out(village.connection, WANG, "2026-08-31")
    village.record("B", "2026-08-31", "2026-09-02", household=2, points="7")
    assert "roll" in refused(village, "B", "2026-09-01", "2026-09-02", household=2, points="7")
    settle(village, "2026Q3")


def autumn(village: SmallVillage) -> None:
    village.record("B", "2026-10-01", "2026-10-01T00:00", points="8")
    moves_out(village.connection, XIUYING, "2026-10-15")
    moves_in(village.connection, 4, 11, "李秀英", "2026-10-16")
    village.record("A", "2026-10-15", "2026-10-20", member=XIUYING)
    assert "roll" in refused(village, "A", "2026-10-16", "2026-10-20", member=XIUYING)
    village.record("A", "2026-10-16", "2026-10-20", household=4, member=11)
    village.record("B", "2026-12-31", "2026-12-31T23:59", points="2")
    village.record("B", "2027-01-01", "2027-01-01T00:00", points="2")
    village.record("B", "2026-12-31", "2027-01-01T00:10", household=3, points="3")
    settle(village, "2026Q4")


def lived(divisor: str) -> Iterator[SmallVillage]:
    with small_village(book(*EXAMPLE, annual_divisor=divisor)) as village:
        for season in (winter, spring, summer, autumn):
            season(village)
        yield village


@pytest.fixture(scope="module")
def year() -> Iterator[SmallVillage]:
    yield from lived("quarters_on_roll")


@pytest.mark.parametrize(
    ("quarter", "totals"),
    [
        ("2026Q1", {"001": 9, "002": 6}),
        ("2026Q2", {"002": 3, "003": 2, "001": 1}),
        ("2026Q3", {"001": 10, "003": 0}),
        ("2026Q4", {"001": 15, "004": 5, "003": 3}),
        ("2027Q1", {"001": 2, "003": 0, "004": 0}),
    ],
)
def test_every_quarter_starts_from_zero_and_holds_its_own(
    year: SmallVillage, quarter: str, totals: dict[str, int]
) -> None:
    assert year.totals(quarter, "2027-01-15") == totals
    assert list(year.totals(quarter, "2027-01-15")) == list(totals)


@pytest.mark.parametrize(
    ("month", "totals"),
    [
        ("2026-03", {"001": 5, "002": 6}),  # what was typed after midnight counts for the day it happened
        ("2026-04", {"001": 5, "002": 3}),  # the late entry, on the day of its approval
        ("2026-05", {"001": -4, "002": 0, "003": 5}),  # the correction
        ("2026-12", {"001": 2, "003": 3, "004": 0}),
    ],
)
def test_months_turn_at_midnight_too(year: SmallVillage, month: str, totals: dict[str, int]) -> None:
    assert year.totals(month, "2027-01-15") == totals


def annual(village: SmallVillage) -> list[tuple[int, str, Decimal, int]]:
    places = boards.annual(village.connection, 1, parse_period("2026"), date(2027, 1, 15))
    return [(place.rank, place.household.code, place.figure, place.quarters) for place in places]


def test_the_year_is_the_average_of_the_quarters_on_the_roll(year: SmallVillage) -> None:
    assert annual(year) == [
        (1, "001", Decimal("8.75"), 4),
        (2, "004", Decimal("5.00"), 1),
        (3, "003", Decimal("1.67"), 3),
    ]


def test_divided_by_four_two_households_tie() -> None:
    for village in lived("four"):
        assert annual(village) == [
            (1, "001", Decimal("8.75"), 4),
            (2, "003", Decimal("1.25"), 3),
            (2, "004", Decimal("1.25"), 1),
        ]


def test_whatever_comes_later_leaves_the_settled_quarters_alone_and_the_ledger_in_order(
    year: SmallVillage,
) -> None:
    before = [year.places(f"2026Q{number}") for number in range(1, 5)]
    donation = year.record("B", "2027-01-02", "2027-01-02", points="3")
    ledger.reverse(year.connection, 1, donation.event_id, ADMIN, "重复", at("2027-01-03"))
    moves_out(year.connection, ZHANG, "2027-01-10")
    assert [year.places(f"2026Q{number}") for number in range(1, 5)] == before
    assert verify(year.connection, 1) == []
