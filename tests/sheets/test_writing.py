"""What is written for Excel is exact and cannot run."""

import csv
import json
import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from python_calamine import CalamineWorkbook

from kiosk.sheets.opening import open_sheets
from kiosk.sheets.writing import write_table

COLUMNS = ("household", "points", "day", "note")
RUNNABLE = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "''-1")
ROWS = [("001", Decimal("32"), date(2026, 8, 15), '村口，"老井"\n边'), ("002", Decimal("-0.5"), None, "")]


def cells(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"), newline="")))


def test_a_csv_has_a_mark_for_excel_and_exact_numbers() -> None:
    content = write_table(COLUMNS, ROWS, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    assert cells(content) == [
        list(COLUMNS),
        ["001", "32", "2026-08-15", '村口，"老井"\n边'],
        ["002", "-0.5", "", ""],
    ]


@pytest.mark.parametrize("text", RUNNABLE)
def test_no_text_in_a_csv_can_run_and_it_reads_back_as_it_was(text: str) -> None:
    content = write_table(("household", "note"), [("001", text)], "csv")
    assert cells(content)[1] == ["001", f"'{text}"]
    assert open_sheets(content)[0].lines[1] == ["001", text]


def test_an_average_keeps_its_two_places() -> None:
    assert cells(write_table(("average",), [(Decimal("7.50"),)], "csv"))[1] == ["7.50"]


@pytest.mark.parametrize("text", [*RUNNABLE, "http://example.com/", "{=1}", "file://x"])
def test_a_workbook_holds_texts_and_neither_formulas_nor_links(text: str) -> None:
    content = write_table(("note",), [(text,)], "xlsx")
    with zipfile.ZipFile(BytesIO(content)) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in sheet
    assert b"hyperlink" not in sheet
    [found] = open_sheets(content)
    assert (found.lines[1], found.formula) == ([text], "")


def test_a_workbook_has_real_numbers_and_dates_below_a_frozen_header() -> None:
    content = write_table(COLUMNS, ROWS, "xlsx")
    lines = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert lines[1] == ["001", 32.0, date(2026, 8, 15), '村口，"老井"\n边']
    assert lines[2][1] == -0.5
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert b'state="frozen"' in archive.read("xl/worksheets/sheet1.xml")


def test_json_is_a_list_of_objects() -> None:
    told = json.loads(write_table(COLUMNS, ROWS, "json"))
    assert told[0] == {"household": "001", "points": 32, "day": "2026-08-15", "note": '村口，"老井"\n边'}
    assert told[1] == {"household": "002", "points": -0.5, "day": None, "note": ""}
