"""Workbooks made to be printed and kept."""

import re
from datetime import date
from decimal import Decimal
from io import BytesIO
from zipfile import ZipFile

from python_calamine import CalamineWorkbook

from kiosk.sheets.paper import Column, Sheet, workbook

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
