"""A paper register is brought in once, whatever the number of tries, and says what it cannot bring in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from kiosk.scoring import deeds, history, rulebooks
from kiosk.scoring.tables import event, household, note
from kiosk.sheets.reading import Row
from kiosk.sheets.register import BroughtIn, RegisterRow, bring_in
from tests.scoring.small_village import RECORDER, A, C, SmallVillage, at, book, register_kin, small_village

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
        "points: 台账, row 2: 7 is already here as event no. 1, but with other content. What is recorded does "
        "not change: reverse it, and record it anew under another number"
    ]


def test_a_number_twice_in_one_register_with_other_content_is_a_problem(qingshan: SmallVillage) -> None:
    (told,) = problems(qingshan, row(2, ref="7"), row(3, ref="7", occurred_on=date(2026, 9, 2)))
    assert told.startswith("occurred_on: 台账, row 3: 7 is already here")


OTHERWISE: dict[str, Any] = {
    "occurred_on": date(2026, 9, 2),
    "household": "002",
    "member": "张三",
    "item": "C",
    "points": Decimal(9),
    "place": "祠堂",
    "reason": "修路",
    "basis": "巡查",
    "recorder": "老王",
}


@pytest.mark.parametrize("column", OTHERWISE)
def test_an_exported_register_is_known_again_by_its_codes(qingshan: SmallVillage, column: str) -> None:
    code = qingshan.record("B", "2026-09-01", points="3", photo="a" * 64, place="村 口").code
    exported = row(2, ref=code, recorder=RECORDER.name)
    told = bring(qingshan, exported)
    assert (told.new, told.known, told.problems) == (0, 1, [])
    (problem,) = problems(qingshan, replace(exported, **{column: OTHERWISE[column]}))
    assert problem.startswith(f"{column}: 台账, row 2: {code} is already here as event no. 1")


def test_an_empty_cell_for_fixed_points_is_those_points(qingshan: SmallVillage) -> None:
    bring(qingshan, row(2, ref="7", item="C", points=Decimal(-3)), row(3, ref="8", points=Decimal(3)))
    told = bring(qingshan, row(2, ref="7", item="C", points=None))
    assert (told.new, told.known, told.problems) == (0, 1, [])
    assert problems(qingshan, row(3, ref="8", points=None))[0].startswith("points: 台账, row 3: 8 is already")


@pytest.mark.parametrize("items", [(A | {"points": "6"}, C | {"points": "-4"}), (A | {"item": "N"},)])
def test_the_same_register_twice_changes_nothing_after_a_new_rulebook(
    qingshan: SmallVillage, items: tuple[dict[str, Any], ...]
) -> None:
    mrs_li = {"member": "李秀英", "points": Decimal(5)}
    register = (
        row(2, ref="1", item="A", **mrs_li),
        row(3, item="A", **mrs_li),
        row(4, ref="2", item="丙", points=None),
        row(5, item="C", points=None),
    )
    assert bring(qingshan, *register).new == 4
    rulebooks.add(qingshan.connection, book(*items), NOW.date(), "乡镇", NOW)
    told = bring(qingshan, *register)
    assert (told.new, told.known, told.problems) == (0, 4, [])


def test_an_erased_note_leaves_its_row_known(qingshan: SmallVillage) -> None:
    bring(qingshan, row(2, ref="7"))
    erased = {"salt": "", "place": "", "reason": "", "basis": ""}
    qingshan.connection.execute(update(note).values(**erased))
    assert bring(qingshan, row(2, ref="7")).known == 1


def test_rows_that_are_known_ask_for_no_receipt(
    qingshan: SmallVillage, monkeypatch: pytest.MonkeyPatch
) -> None:
    register = (row(2), row(3, ref="7"))
    bring(qingshan, *register)
    monkeypatch.delattr(deeds, "deed")
    monkeypatch.delattr(history, "deed")
    assert bring(qingshan, *register).known == 2


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
    assert "may not record for this household: it is their own, or their kin's" in told
    assert told.startswith("recorder: ")
