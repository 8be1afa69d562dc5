"""Rosters in .xls: read in a process of their own, within little time and memory."""

from datetime import date

import pytest

from kiosk.scoring.problems import Refused
from kiosk.sheets import legacy
from kiosk.sheets.limits import NOT_A_SHEET, TOO_MANY_COLUMNS, TOO_MANY_ROWS
from kiosk.sheets.roster import read_roster
from tests.sheets.old_workbook import old_workbook

TODAY = date(2026, 8, 15)
HEADER = ("户号", "姓名", "与户主关系", "出生日期")


def test_an_old_workbook_is_read_like_a_new_one() -> None:
    content = old_workbook(
        "花名册", ("青山村花名册",), HEADER, (7.0, "张　三", "户主", 19700505.0), ("", "李秀英", "妻")
    )
    [home] = read_roster(content, TODAY)
    assert (home.code, [one.name for one in home.people]) == ("7", ["张三", "李秀英"])
    assert home.people[0].born == date(1970, 5, 5)


def test_problems_in_an_old_workbook_name_its_sheet_and_row() -> None:
    with pytest.raises(Refused, match="花名册, row 2, column 出生日期: “1970-02-30” is not a date"):
        read_roster(old_workbook("花名册", HEADER, ("7", "张三", "户主", "1970-02-30")), TODAY)


@pytest.mark.parametrize(
    ("far", "sentence"),
    [
        ((20_000, 0), TOO_MANY_ROWS),
        ((9, 100), TOO_MANY_COLUMNS),
        ((65_535, 255), NOT_A_SHEET),  # takes more memory than the reader may have
    ],
)
def test_an_old_workbook_that_goes_too_far_is_refused(far: tuple[int, int], sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_roster(old_workbook("花名册", HEADER, far=far), TODAY)
    assert refused.value.problems[0].sentence == sentence


def test_one_that_is_read_for_ever_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(legacy, "_SECONDS", 0.001)
    with pytest.raises(Refused, match=r"save it as \.xlsx"):
        read_roster(old_workbook("花名册", HEADER), TODAY)
