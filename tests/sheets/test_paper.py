"""Workbooks made to be printed and kept."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook

from kiosk.sheets.paper import Column, Sheet, legal_name, workbook
from kiosk.sheets.paper_pages import Pages
from kiosk.sheets.paper_sizes import height, lines, spans

COLUMNS = (
    Column("户号", 8),
    Column("日期", 12, "day"),
    Column("分值", 8, "number"),
    Column("事由", 40, "wrap"),
)
ROWS = (("001", date(2026, 8, 3), Decimal("0.5"), "清理河道"), ("002", None, -3, "=1+1"))
REGISTER = Sheet(
    "台账",
    "青山村积分台账",
    COLUMNS,
    ROWS,
    lines=("2026年第三季度",),
    closing=("制表：", "审核：", "（盖章）"),
)


def parts(content: bytes) -> dict[str, str]:
    with ZipFile(BytesIO(content)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist() if name.endswith(".xml")}


def test_title_head_rows_and_seal_stand_below_each_other() -> None:
    rows = CalamineWorkbook.from_filelike(BytesIO(workbook([REGISTER]))).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "青山村积分台账"
    assert rows[1][0] == "2026年第三季度"
    assert rows[2] == ["户号", "日期", "分值", "事由"]
    assert rows[3] == ["001", date(2026, 8, 3), 0.5, "清理河道"]
    assert [cell for cell in rows[-1] if cell] == ["制表：", "审核：", "（盖章）"]


def test_its_head_stays_in_sight_and_is_printed_on_every_page() -> None:
    sheet = parts(workbook([REGISTER]))
    page = sheet["xl/worksheets/sheet1.xml"]
    assert 'topLeftCell="A4"' in page
    assert "_xlnm.Print_Titles" in sheet["xl/workbook.xml"]
    assert 'paperSize="9" orientation="landscape"' in page.replace('fitToHeight="0" ', "")
    assert re.search(r'<pageSetup[^>]*fitToHeight="0"', page)


def test_no_text_can_run() -> None:
    assert "<f>" not in parts(workbook([REGISTER]))["xl/worksheets/sheet1.xml"]


def test_an_empty_list_says_so() -> None:
    empty = Sheet("台账", "青山村积分台账", COLUMNS, (), empty="本期没有记录")
    rows = CalamineWorkbook.from_filelike(BytesIO(workbook([empty]))).get_sheet_by_index(0).to_python()
    assert rows[-1][0] == "本期没有记录"


def test_the_figures_of_a_column_are_added_up_without_a_formula() -> None:
    columns = (Column("户号", 8), Column("分值", 8, "number", total=True))
    added = Sheet("台账", "台账", columns, iter((("001", Decimal("0.5")), ("002", -3))), total_word="合计")
    content = workbook([added])
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[-1] == ["合计", -2.5]
    assert "<f>" not in parts(content)["xl/worksheets/sheet1.xml"]


def test_a_row_is_as_tall_as_its_longest_text() -> None:
    assert height(["短"], [10]) == height([], [])
    assert lines("欧阳建华", 8) == 1
    assert lines("清" * 40, 20) == 4
    assert lines("一\n二\n三", 40) == 3
    assert lines("cleaned the lane in front of the hall", 20) == 3  # words stay whole
    assert lines("W" * 95, 20) == 5  # unless they are longer than the cell
    assert height(["清" * 5000], [10]) == 409


def test_the_places_to_sign_share_the_breadth() -> None:
    assert spans([10, 10, 10, 10, 10, 10], 3) == [(0, 1), (2, 3), (4, 5)]
    assert spans([6, 40, 6, 6], 3) == [(0, 0), (1, 1), (2, 3)]
    assert spans([10], 3) == [(0, 0)]


@pytest.mark.parametrize(
    ("name", "taken", "legal"),
    [
        ("2026/08 [草稿]: 台账?", (), "2026-08 -草稿-- 台账-"),
        ("'引号'", (), "引号"),
        ("", (), "1"),
        ("History", (), "History 2"),
        ("台账", ("台账", "台账 2"), "台账 3"),
        ("长" * 40, ("长" * 31,), "长" * 29 + " 2"),
    ],
)
def test_a_sheets_name_is_one_that_excel_takes(name: str, taken: tuple[str, ...], legal: str) -> None:
    assert legal_name(name, taken) == legal
    assert len(legal) <= 31


def test_it_says_who_made_it_and_when() -> None:
    made = parts(workbook([REGISTER], "青山村", datetime(2026, 10, 3, 9, 30, tzinfo=UTC)))[
        "docProps/core.xml"
    ]
    assert "<dc:creator>青山村</dc:creator>" in made
    assert "2026-10-03T09:30:00Z" in made
    assert "青山村积分台账" in made


@pytest.mark.parametrize(
    ("rows", "begins"),
    [
        (0, None),
        (7, None),  # 20 and 70 above, 10 for the signatures: a page
        (8, 4),  # eight rows fill it, so that four go over with the signatures
        (10, 6),
        (14, 8),  # six rows on the second, where the program would begin it anyway
        (18, 14),
    ],
)
def test_signatures_stand_below_some_rows(rows: int, begins: int | None) -> None:
    pages = Pages(room=100, above=20, head=10)
    for line in range(rows):
        pages.row(line, 10)
    assert pages.last_page(closing=10) == begins


def test_rows_as_tall_as_a_page_go_over_one_by_one() -> None:
    pages = Pages(room=100, above=20, head=10)
    for line in range(3):
        pages.row(line, 75)
    assert pages.last_page(closing=10) == 2
    assert pages.last_page(closing=60) == 2


def test_a_sheet_breaks_where_its_last_page_begins() -> None:
    many = replace(REGISTER, rows=[ROWS[0]] * 40)
    assert '<brk id="24"' in parts(workbook([many]))["xl/worksheets/sheet1.xml"]
    assert "<rowBreaks" not in parts(workbook([replace(many, closing=())]))["xl/worksheets/sheet1.xml"]
