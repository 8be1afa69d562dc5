"""A clerk's spreadsheet through the browser: shown first, brought in as a whole, or refused by row and column."""

import re
from collections.abc import Sequence
from io import BytesIO

import pytest
from httpx import Response
from litestar import Litestar
from python_calamine import CalamineWorkbook

from kiosk.office.activity import activities
from kiosk.roster.households import members
from kiosk.scoring.tables import event, waiting
from kiosk.sheets.writing import write_table
from tests.conftest import Village
from tests.pages.desks import Desk, signed_in, where

ROSTER = ("户号", "姓名", "与户主关系", "村民小组")
PEOPLE = [
    ("001", "张三", "户主", "三组"),
    ("001", "李秀英", "妻", ""),
    ("002", "王建国", "户主", ""),
    ("002", "王芳", "长女", ""),
    ("006", "马超", "户主", "三组"),
]
REGISTER = ("日期", "户号", "成员", "条目", "分值", "记录人")


@pytest.fixture
def clerk(app: Litestar, village: Village) -> Desk:
    return signed_in(app, village, "周平", "admin")


def send(
    clerk: Desk, what: str, columns: Sequence[str], rows: Sequence[Sequence[object]], **more: str
) -> Response:
    content = write_table(columns, rows, "xlsx")
    return clerk.post(f"/admin/import/{what}", files={f"{what}_file": ("表.xlsx", content)}, **more)


def again(clerk: Desk, what: str, shown: Response, **more: str) -> Response:
    """The button below what was shown."""
    file = re.search(r'name="file" value="([^"]+)"', shown.text)
    assert file
    return clerk.post(f"/admin/import/{what}", file=file[1].replace("&#43;", "+"), sure="1", **more)


def rows_of(answer: Response) -> list[list[object]]:
    """What stands below the head of a workbook."""
    assert answer.status_code == 200
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    return rows[3 : next(number for number, row in enumerate(rows) if str(row[0]).startswith("Drawn up"))]


def log(village: Village) -> list[str]:
    with village.database.read() as connection:
        return [one.said.text() for one in activities(connection, 1)]


def count(village: Village) -> tuple[int, int]:
    with village.database.read() as connection:
        return len(connection.execute(event.select()).all()), len(connection.execute(waiting.select()).all())


def test_a_roster_is_shown_as_new_changed_and_missing_and_then_brought_in(
    clerk: Desk, village: Village
) -> None:
    shown = send(clerk, "roster", ROSTER, PEOPLE)
    assert shown.status_code == 200
    assert "1 new households, 1 new people, 1 changed, 4 as before, 5 missing." in shown.text
    assert "Group: <del>一组</del> → <strong>三组</strong>" in shown.text
    assert log(village) == []
    listed = rows_of(again(clerk, "roster", shown, list="1"))
    assert ["001", "the household", "Group", "一组", "三组"] in listed
    assert ["006", "马超", "new household", "", "户主"] in listed
    assert len(listed) == 7
    assert log(village) == ["Saved as Excel file: What the roster would change"]
    assert where(again(clerk, "roster", shown, left="2026-07-31")) == (303, "/admin/import?done=roster")
    with village.database.read() as connection:
        there = members(connection, village.households["003"])
    assert [str(one.left) for one in there] == ["2026-07-31"] * 2
    assert log(village)[:1] == ["Brought in a roster: 1 new households, 1 new people, 1 changed, 5 left"]
    assert "Nothing: the roster here says the same." not in send(clerk, "roster", ROSTER, PEOPLE[:4]).text
    assert "Nothing: the roster here says the same." in send(clerk, "roster", ROSTER, PEOPLE).text


def test_every_mistake_of_a_roster_is_told_by_row_and_column_and_nothing_comes_in(
    clerk: Desk, village: Village
) -> None:
    answer = send(clerk, "roster", ROSTER, [*PEOPLE, ("007", "", "户主", ""), ("008", "孙二", "妻", "")])
    assert answer.status_code == 422
    assert "Sheet1, row 7, column 姓名: is empty; write it" in answer.text
    assert "household 008 has no head" in answer.text
    assert "马超" not in clerk.get("/admin/roster").text
    listed = again(clerk, "roster", answer, list="1")
    assert [row[:3] for row in rows_of(listed)] == [["Sheet1", 7, "姓名"], ["Sheet1", 8, "与户主关系"]]
    assert rows_of(listed)[0][3] == "is empty; write it"


def test_who_joined_later_than_they_would_leave_is_told_on_the_same_page(
    clerk: Desk, village: Village
) -> None:
    shown = send(clerk, "roster", ROSTER, PEOPLE)
    late = again(clerk, "roster", shown, left="2026-07-01")  # 李四 came on 20 July
    assert late.status_code == 422
    assert "李四 of household 004 joined on 20 July 2026 only" in late.text
    assert 'value="2026-07-01"' in late.text
    assert where(again(clerk, "roster", late)) == (303, "/admin/import?done=roster")


def test_a_register_is_tried_then_counts_or_waits_and_is_known_the_second_time(
    clerk: Desk, village: Village
) -> None:
    rows = [("2026-08-01", "001", "李秀英", "H01", "", "刘敏"), ("2026-08-02", "002", "", "C01", 3, "刘敏")]
    shown = send(clerk, "events", REGISTER, rows, state="waiting")
    assert "2 new events, 0 already there." in shown.text
    assert count(village) == (0, 0)
    assert where(again(clerk, "events", shown, state="waiting")) == (303, "/admin/import?done=events")
    assert count(village) == (2, 2)
    assert log(village) == ["Brought in a paper register: 2 new events, 0 already there"]
    assert "Every row is here already." in send(clerk, "events", REGISTER, rows, state="waiting").text
    more = send(clerk, "events", REGISTER, [("2026-08-03", "003", "", "C01", 3, "刘敏")], state="approved")
    again(clerk, "events", more, state="approved")
    assert count(village) == (3, 2)


def test_a_register_with_one_bad_row_brings_in_none(clerk: Desk, village: Village) -> None:
    rows = [("2026-08-01", "001", "李秀英", "H01", "", ""), ("2026-08-02", "099", "", "C01", 3, "")]
    answer = send(clerk, "events", REGISTER, rows, state="approved")
    assert answer.status_code == 422
    assert "Sheet1, row 3, column 户号: There is no household 099 in this village" in answer.text
    assert 'value="approved" checked' in answer.text
    assert rows_of(again(clerk, "events", answer, list="1"))[0][:3] == ["Sheet1", 3, "户号"]
    assert count(village) == (0, 0)


def test_nobody_brings_in_events_of_their_own_household(clerk: Desk, village: Village) -> None:
    clerk.post("/admin/people/1/household", household="001")
    rows = [("2026-08-01", "001", "李秀英", "H01", "", "刘敏")]
    answer = send(clerk, "events", REGISTER, rows, state="waiting")
    assert answer.status_code == 422
    assert "This is your own household" in answer.text


@pytest.mark.parametrize("what", ["roster", "events"])
def test_no_file_a_broken_one_and_a_torn_one_are_refused_in_a_sentence(clerk: Desk, what: str) -> None:
    missing = clerk.post(f"/admin/import/{what}").text
    assert "Choose the file first" in missing
    assert "Put this right in the file" not in missing
    assert 'name="list"' not in missing
    broken = clerk.post(f"/admin/import/{what}", files={f"{what}_file": ("表.xlsx", b"PK\x03\x04 torn")})
    assert broken.status_code == 422
    assert "not a spreadsheet" in broken.text
    assert clerk.post(f"/admin/import/{what}", file="%%%", sure="1").status_code == 422
