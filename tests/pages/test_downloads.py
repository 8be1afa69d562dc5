"""Any list of an office page as a workbook."""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any
from unittest.mock import ANY
from urllib.parse import quote

from litestar import Litestar
from litestar.testing import RequestFactory
from python_calamine import CalamineWorkbook

import kiosk
from kiosk.accounts import accounts
from kiosk.office import activity
from kiosk.pages.downloads import listed
from kiosk.roster.villages import village_by_id
from kiosk.sheets.paper import Column
from tests.conftest import Village
from tests.pages.recorders import Desk, deed, hire, sit_down


def test_a_list_becomes_a_workbook_to_file_and_the_log_says_who_took_it(
    app: Litestar, village: Village
) -> None:
    village.write(lambda connection: hire(connection, village))
    with village.database.read() as connection:
        zhou = accounts.account_by_name(connection, "周平")
        here = village_by_id(connection, 1)
    assert zhou
    request: Any = RequestFactory(app=app).get("/admin/people", user=zhou[0])
    columns = (Column("Head", 10), Column("Points", 8, "number", total=True))
    answer = listed(request, here, "People", columns, [("张三", 2), ("李四", 3)], about="2026Q3")
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "青山村 人员 2026Q3"
    assert [cells[:2] for cells in rows[2:6]] == [["户主", "分值"], ["张三", 2], ["李四", 3], ["合计", 5]]
    assert rows[1][0] == "2026年8月15日制表"
    assert quote("青山村人员2026Q3-2026-08-15.xlsx") in answer.headers["content-disposition"]
    with village.database.read() as connection:
        told = next(activity.activities(connection, 1))
    assert (told.name, told.topic, told.said.text()) == (
        "周平",
        "exports",
        "Saved as Excel file: People, 2026Q3",
    )


def test_every_workbook_is_offered_in_the_same_words() -> None:
    folder = Path(kiosk.__file__).parent / "templates"
    offered = [
        (path.name, line)
        for path in folder.glob("*.html")
        for line in path.read_text("utf-8").splitlines()
        if ".xlsx" in line and ("href=" in line or "excel(" in line)
    ]
    assert len(offered) > 10
    assert [place for place in offered if "excel(" not in place[1]] == []


def test_the_lists_of_the_office_say_what_their_pages_say(app: Litestar, village: Village) -> None:
    village.write(lambda connection: hire(connection, village))
    min_, jing = sit_down(app, village, "刘敏"), sit_down(app, village, "陈静")
    number = min_.json(
        "/record", deed(member="", household="001", item="H03", points="6", basis="单位反馈")
    ).json()["event"]
    assert lines(jing, "/review.xlsx")[0][:7] == [number, date(2026, 8, 15), "001", "张三", "全户", ANY, 6]
    mine = lines(min_, "/record/day.xlsx")
    assert [row[1:2] + row[3:6] + row[8:] for row in mine] == [[number, "001", "全户", ANY, 6, "待审核"]]
    assert lines(min_, "/record/day.xlsx?day=2026-08-14") == lines(jing, "/record/day.xlsx") == [["无。"]]
    assert lines(jing, "/record/declarations.xlsx") == [["无。"]]
    ping = sit_down(app, village, "周平")
    homes = lines(ping, "/admin/plates.xlsx?group=一组")
    assert [row[:3] for row in homes] == [["001", "张三", "一组"], ["002", "王建国", "一组"]]
    assert "TOKEN" not in str(homes)
    today = {"first_day": "2026-08-15", "last_day": "2026-08-16"}
    ping.post("/admin/village/messages", {"words": "周日开会", **today})
    said = lines(ping, "/admin/village/messages.xlsx")
    assert said[0] == ["周日开会", date(2026, 8, 15), date(2026, 8, 16)]
    assert lines(ping, "/admin/rulebook/versions.xlsx")[0][3] == "设置"
    sun = sit_down(app, village, "孙镇")
    assert lines(sun, "/admin/villages.xlsx")[0][:5] == ["青山村", 5, 9, 1, 1]
    assert lines(sun, "/admin/years.xlsx?year=2026")[0][:3] == ["青山村", "2026", "未结束"]


def lines(desk: Desk, address: str) -> list[list[Any]]:
    """The rows below the head of a workbook, without the places for names and the seal."""
    answer = desk.get(address)
    assert answer.status_code == 200, address
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    last = next(number for number, row in enumerate(rows) if row[0] == "制表：")
    return [row if any(row[1:]) else row[:1] for row in rows[3:last]]
