"""`/admin/registers`: who reads them, as pages and as workbooks."""

import re
from io import BytesIO
from urllib.parse import quote

import pytest
from litestar import Litestar
from python_calamine import CalamineWorkbook
from sqlalchemy import insert

from kiosk.office.activity import activities
from kiosk.pages import admin_registers
from kiosk.pages.styles import bundle
from kiosk.scoring.periods import parse_period
from kiosk.scoring.tables import village as village_table
from kiosk.sheets.registers import REGISTERS, columns_of
from tests.conftest import Village
from tests.pages.recorders import Desk, deed, hire, sit_down


@pytest.fixture
def desk(app: Litestar, village: Village) -> Desk:
    """陈静 reviews; 刘敏 has noted a deed of 张小明, who is a child."""
    village.write(lambda connection: hire(connection, village))
    sit_down(app, village, "刘敏").post("/record", deed(member="张小明", reason="=1+1"))
    return sit_down(app, village, "陈静")


def test_the_reviewer_chooses_among_the_periods_that_have_begun(desk: Desk) -> None:
    shown = desk.get("/admin/registers").text
    assert '<option value="2026Q3" selected>2026年第三季度</option>' in shown
    assert '<option value="2026-08">' in shown
    assert "2026-09" not in shown
    assert 'href="/admin/registers/events.xlsx?period=2026Q3"' in shown


def test_a_page_to_print_names_everybody_and_says_so(desk: Desk) -> None:
    shown = desk.get("/admin/registers/events?period=2026-08").text
    assert "张小明" in shown
    assert "请勿对外张贴" in shown
    assert "（村民委员会盖章）" in shown
    assert (
        desk.get("/admin/registers/decisions?period=2026-08").text.count("<tr>") == 2
    )  # the head, and "nobody"


def test_every_breadth_of_a_column_is_known_to_the_page() -> None:
    used = {column.width for register in REGISTERS.values() for column in columns_of(register, str)}
    assert [width for width in sorted(used) if not re.search(rf"\.breadth-{width}\b", bundle("paper"))] == []


def test_a_workbook_holds_the_same_and_is_noted(desk: Desk, village: Village) -> None:
    answer = desk.get("/admin/registers/events.xlsx?period=2026Q3")
    assert quote("青山村积分事件台账2026Q3.xlsx") in answer.headers["content-disposition"]
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "青山村 积分事件台账"
    assert rows[3][:4] == ["序号", "日期", "户主", "户号"]
    assert rows[4][4] == "张小明"
    assert rows[4][8] == "=1+1；巡查"
    with village.database.read() as connection:
        (noted,) = activities(connection, village.id, topic="exports")
    assert (noted.name, noted.said.values["about"]) == ("陈静", parse_period("2026Q3"))


def test_english_readers_get_english_heads(desk: Desk) -> None:
    desk.browser.cookies.set("lang", "en")
    shown = desk.get("/admin/registers/events?period=2026-08").text
    assert "Register of events" in shown
    assert "August 2026" in shown


def test_what_there_is_not_is_a_404(desk: Desk) -> None:
    for wrong in (
        "events?period=2026Q4",
        "events?period=morgen",
        "villagers",
        "events.csv",
        ".xlsx",
        "?period=x",
    ):
        assert desk.get(f"/admin/registers/{wrong}").status_code == 404, wrong


def test_too_many_rows_are_left_to_the_workbook(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin_registers, "MOST_ROWS", 0)
    shown = desk.get("/admin/registers/events?period=2026Q3").text
    assert "张小明" not in shown
    assert 'href="/admin/registers/events?period=2026-07"' in shown


def test_the_township_says_which_village(app: Litestar, desk: Desk, village: Village) -> None:
    linhe = insert(village_table).values(id=2, code="linhe", name="临河村")
    village.write(lambda connection: connection.execute(linhe))
    township = sit_down(app, village, "孙镇")
    assert township.get("/admin/registers").status_code == 404
    assert "临河村" in township.get("/admin/registers?village=linhe").text
    assert "张小明" not in township.get("/admin/registers/events?village=linhe").text
    shown = township.get("/admin/registers/events?village=qingshan").text
    assert "张小明" in shown
    assert "&amp;village=qingshan" in shown
    assert (
        "张小明" in desk.get("/admin/registers/events?village=linhe").text
    )  # a reviewer's own, whatever is asked
