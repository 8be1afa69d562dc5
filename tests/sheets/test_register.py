"""A paper register is brought in once, whatever the number of tries, and says what it cannot bring in."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy import func, insert, select

from kiosk.scoring import deeds, history
from kiosk.scoring.tables import event, household
from kiosk.sheets.reading import Row
from kiosk.sheets.register import BroughtIn, RegisterRow, bring_in
from tests.scoring.small_village import RECORDER, SmallVillage, at, register_kin, small_village

NOW = at("2026-09-20")


@pytest.fixture
def qingshan() -> Iterator[SmallVillage]:
    with small_village() as village:
        yield village


def row(number: int = 2, **changes: object) -> RegisterRow:
    written: dict[str, object] = {
        "source": Row("台账", number, {}, {}),
        "ref": "",
        "occurred_on": date(2026, 9, 1),
        "household": "001",
        "member": "",
        "item": "B",
        "points": Decimal(3),
        "place": "村口",
        "reason": "",
        "basis": "",
        "recorder": "老陈",
    }
    return RegisterRow(**(written | changes))  # type: ignore[arg-type]


def bring(village: SmallVillage, *rows: RegisterRow, approved: bool = True) -> BroughtIn:
    return bring_in(village.connection, 1, rows, NOW, approved, lambda: None)


def problems(village: SmallVillage, *rows: RegisterRow) -> list[str]:
    return [f"{one.field}: {one.text()}" for one in bring(village, *rows).problems]


def test_rows_are_approved_in_their_order_and_name_who_wrote_them(qingshan: SmallVillage) -> None:
    told = bring(qingshan, row(2, points=Decimal(10)), row(3, points=Decimal(8)))
    assert (told.new, told.known, told.problems) == (2, 0, [])
    first, second = history.export(qingshan.connection, 1)
    assert (first.points, second.points) == (10, 2)  # at most 12 a month
    assert (first.recorder, first.decided_by, first.status) == ("老陈", "台账", "counted")


def test_rows_for_review_wait_and_count_nothing(qingshan: SmallVillage) -> None:
    bring(qingshan, row(), approved=False)
    assert len(history.awaiting(qingshan.connection, 1)) == 1
    assert qingshan.totals("2026Q3") == {"001": 0, "002": 0}


def test_the_same_register_twice_changes_nothing_the_second_time(qingshan: SmallVillage) -> None:
    register = (row(2), row(3), row(4, ref="7"), row(5, member="李秀英", item="A", points=None))
    assert bring(qingshan, *register).new == 4
    again = bring(qingshan, *register)
    assert (again.new, again.known, again.problems) == (0, 4, [])
    assert qingshan.connection.scalar(select(func.count()).select_from(event)) == 4


def test_equal_rows_without_a_number_are_as_many_events_as_there_are_rows(qingshan: SmallVillage) -> None:
    assert bring(qingshan, row(2), row(3)).new == 2
    more = bring(qingshan, row(2), row(3), row(4))
    assert (more.new, more.known) == (1, 2)


def test_the_same_number_with_other_content_is_a_problem(qingshan: SmallVillage) -> None:
    bring(qingshan, row(2, ref="7"))
    assert problems(qingshan, row(2, ref="7", points=Decimal(4))) == [
        "ref: 台账, row 2: 7 is already here as event no. 1, but with other content"
    ]


def test_an_exported_register_is_known_again_by_its_codes(qingshan: SmallVillage) -> None:
    code = qingshan.record("B", "2026-09-01", points="3", photo="a" * 64).code
    told = bring(qingshan, row(2, ref=code))
    assert (told.new, told.known) == (0, 1)
    assert "other content" in problems(qingshan, row(2, ref=code, item="C", points=None))[0]


def test_every_problem_of_every_row_is_told(qingshan: SmallVillage) -> None:
    assert problems(
        qingshan,
        row(2, household="999", item="Z"),
        row(3, member="王五", item="A", points=None),
        row(4, points=Decimal(99)),
        row(5, occurred_on=date(2027, 1, 1)),
    ) == [
        "household: 台账, row 2: There is no household 999 in this village",
        "item: 台账, row 2: There is no item Z in the rulebook; write its code, like A01",
        "member: 台账, row 3: There is no 王五 in this household; its members are: 张三、李秀英",
        "points: 台账, row 4: Choose points from 1~10",
        "occurred_on: 台账, row 5: This day is still to come; choose today or earlier",
    ]


def test_a_clerk_may_write_titles_relations_and_codes_without_zeros(qingshan: SmallVillage) -> None:
    told = bring(
        qingshan,
        row(2, household="1", item="乙"),
        row(3, member="户主", item="a 甲", points=None),
    )
    assert (told.new, told.problems) == (2, [])
    (second, first) = deeds.deeds(qingshan.connection, 1, event.c.id.is_not(None))
    assert (first.item, first.household_code) == ("B", "001")
    assert (second.item, second.member_name) == ("A", "张三")


def test_a_code_without_zeros_that_could_be_two_households_is_none(qingshan: SmallVillage) -> None:
    other = {"code": "01", "group_name": "", "residency": "local", "token": "x"}
    qingshan.connection.execute(insert(household).values(id=9, village_id=1, **other))
    assert problems(qingshan, row(2, household="1")) == [
        "household: 台账, row 2: There is no household 1 in this village"
    ]


def test_a_recorder_with_an_account_is_bound_by_recusal_on_paper_too(qingshan: SmallVillage) -> None:
    register_kin(qingshan.connection, RECORDER, 1)
    (told,) = problems(qingshan, row(2, recorder=RECORDER.name))
    assert "registered as your kin" in told
