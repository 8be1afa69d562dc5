"""The analysis of the leading group: what it says first, whom it names to whom, and its lists as workbooks."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from litestar import Litestar
from python_calamine import CalamineWorkbook

from kiosk.scoring.actors import Actor
from kiosk.scoring.drafts import Draft
from kiosk.scoring.ledger import record
from tests.conftest import Clock, Village
from tests.pages.desks import Desk, signed_in

XLSX = "/admin/analysis/{}.xlsx?period=2026Q3"


@pytest.fixture
def chen(app: Litestar, village: Village, clock: Clock) -> Desk:
    """陈静 reviews; 张三 was a volunteer twice and 王建国 once, of whom two days went by until 4 August."""
    paper = Actor(None, "刘敏", "reviewer", village.id)
    deeds = (("001", "张三", "2026-07-02"), ("001", "张三", "2026-08-03"), ("002", "王建国", "2026-08-04"))
    for number, (house, person, day) in enumerate(deeds):
        who = (village.households[house], village.members[person])
        draft = Draft(f"key{number}" * 8, *who, "H01", None, date.fromisoformat(day), "河堤")
        village.write(lambda connection, draft=draft: record(connection, 1, draft, paper, clock()))  # type: ignore[misc]
    return signed_in(app, village, "陈静", "reviewer")


def said(text: str) -> list[str]:
    found = re.findall(r'<p class="finding">(.*?)</p>', text, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", one).strip() for one in found]


def rows(desk: Desk, name: str) -> list[list[object]]:
    answer = desk.get(XLSX.format(name))
    assert answer.status_code == 200
    return CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()


def test_each_section_begins_with_what_the_figures_say(chen: Desk) -> None:
    found = said(chen.get("/admin/analysis").text)
    assert found[0] == "2 of 5 households had a good deed counted in Q3 2026: 40%."
    assert any(one.startswith("3 of 5 households have no counted deed in Q3 2026: 60%.") for one in found)
    assert any("Who calls on them?" in one for one in found)
    assert any(one.startswith("Nothing was noted on the spot") for one in found)  # all of it came from paper


def test_the_silent_stand_there_with_what_one_can_do(chen: Desk) -> None:
    text = chen.get("/admin/analysis").text
    assert '<a href="/record?household=003">003</a>' in text
    assert '<a href="/record?household=001">001</a>' not in text
    assert [row[0] for row in rows(chen, "silent") if row[0] in ("001", "002", "003", "004", "005")] == [
        "003",
        "004",
        "005",
    ]


def test_every_list_is_a_workbook_also_where_it_is_empty(chen: Desk) -> None:
    for name in ("silent", "categories", "groups", "items", "caps", "recorders", "changes"):
        table = rows(chen, name)
        assert "青山村" in str(table[0][0])
    groups = {row[0]: row for row in rows(chen, "groups")}
    assert [Decimal(str(cell)) for cell in groups["一组"][1:6]] == [2, 2, 100, 0, 3]
    assert chen.get("/admin/analysis/silent.csv").status_code == 404
    assert chen.get("/admin/analysis/names.xlsx").status_code == 404


def test_a_period_that_nobody_can_ask_about_is_not_found(chen: Desk) -> None:
    for period in ("2026Q4", "2026-08", "2027", "quarter", "9999"):
        assert chen.get(f"/admin/analysis?period={period}").status_code == 404, period
    assert said(chen.get("/admin/analysis?period=2026").text)[0].startswith("2 of 5 households")
    assert chen.get("/admin/analysis?period=2019Q1").status_code == 200  # empty, and says so


def test_the_township_chooses_a_village_and_nobody_else_does(
    app: Litestar, village: Village, chen: Desk
) -> None:
    sun = signed_in(app, village, "孙镇", "township", None)
    assert sun.get("/admin/analysis").headers["location"] == "/admin/reports"
    shown = sun.get("/admin/analysis?village=qingshan").text
    assert 'name="village" value="qingshan"' in shown
    assert "silent.xlsx?period=2026Q3&amp;village=qingshan" in shown
    assert sun.get("/admin/analysis?village=linhe").status_code == 404
    assert chen.get("/admin/analysis?village=linhe").status_code == 200  # her own, whatever the code
