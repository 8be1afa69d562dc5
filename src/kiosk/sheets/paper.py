"""Workbooks that are made to be printed and kept: title, frozen head, page setup, a block for the seal.

`sheets/writing.py` writes bare tables that programs read again; this writes what a clerk files.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

A4 = 9
_TITLE_HEIGHT = 30  # points
_SEAL_ROOM = 3  # rows


@dataclass(frozen=True)
class Column:
    """`width` is in characters of a digit's breadth; a Chinese one takes two. `wrap` breaks long texts."""

    title: str
    width: int = 12
    kind: Literal["text", "wrap", "number", "day", "moment"] = "text"


@dataclass(frozen=True)
class Sheet:
    """One page of a workbook. `lines` stand below the title; `closing` are the places for names and seal."""

    name: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[object]]
    lines: Sequence[str] = ()
    closing: Sequence[str] = ()
    landscape: bool = True
    page_words: str = "&P / &N"
    empty: str = ""  # said in place of the rows, if there are none
    totals: Sequence[object] = field(default_factory=tuple)


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """The workbook as a file. No text in it can run as a formula or becomes a link."""
    from xlsxwriter import Workbook

    file = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True}
    book = Workbook(file, options)
    for sheet in sheets:
        _Page(book, sheet).write()
    book.close()
    return file.getvalue()


class _Page:
    """Writes one sheet, from the title down to the seal."""

    def __init__(self, book: Any, sheet: Sheet) -> None:
        self._sheet = sheet
        self._page = book.add_worksheet(sheet.name[:31])
        self._last = len(sheet.columns) - 1
        framed = {"border": 1, "valign": "vcenter", "font_size": 10}
        self._formats = {
            "title": book.add_format({"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"}),
            "line": book.add_format({"font_size": 10, "text_wrap": True, "valign": "vcenter"}),
            "head": book.add_format(
                framed | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#EFEFEF"}
            ),
            "text": book.add_format(framed),
            "wrap": book.add_format(framed | {"text_wrap": True}),
            "number": book.add_format(framed | {"align": "right"}),
            "day": book.add_format(framed | {"num_format": "yyyy-mm-dd", "align": "center"}),
            "moment": book.add_format(framed | {"num_format": "yyyy-mm-dd hh:mm", "align": "center"}),
            "total": book.add_format(framed | {"bold": True, "top": 2}),
            "closing": book.add_format({"font_size": 11, "valign": "bottom"}),
        }

    def write(self) -> None:
        sheet, page = self._sheet, self._page
        self._across(0, sheet.title, "title")
        page.set_row(0, _TITLE_HEIGHT)
        for number, line in enumerate(sheet.lines, start=1):
            self._across(number, line, "line")
        head = len(sheet.lines) + 1
        page.write_row(head, 0, [column.title for column in sheet.columns], self._formats["head"])
        for place, column in enumerate(sheet.columns):
            page.set_column(place, place, column.width)
        after = self._rows(head + 1)
        self._closing(after + 1)
        self._set_up(head)

    def _rows(self, line: int) -> int:
        if not self._sheet.rows and self._sheet.empty:
            self._across(line, self._sheet.empty, "line")
            return line + 1
        for row in self._sheet.rows:
            for place, (column, cell) in enumerate(zip(self._sheet.columns, row, strict=True)):
                self._cell(line, place, cell, column.kind)
            line += 1
        if self._sheet.totals:
            for place, cell in enumerate(self._sheet.totals):
                self._cell(line, place, cell, "total")
            line += 1
        return line

    def _cell(self, line: int, place: int, cell: object, kind: str) -> None:
        page, look = self._page, self._formats[kind]
        if cell is None or cell == "":
            page.write_blank(line, place, None, look)
        elif isinstance(cell, datetime):
            page.write_datetime(line, place, cell.replace(tzinfo=None), self._formats["moment"])
        elif isinstance(cell, date):
            page.write_datetime(line, place, cell, self._formats["day"])
        elif isinstance(cell, Decimal | int) and not isinstance(cell, bool):
            page.write_number(line, place, cell, look)
        else:
            page.write_string(line, place, str(cell), look)

    def _closing(self, line: int) -> None:
        """Places for signature and seal, spread over the breadth."""
        words = self._sheet.closing
        if not words:
            return
        line += _SEAL_ROOM - 1
        step = max(1, (self._last + 1) // len(words))
        for number, text in enumerate(words):
            self._page.write_string(line, min(number * step, self._last), text, self._formats["closing"])

    def _across(self, line: int, text: str, look: str) -> None:
        if self._last:
            self._page.merge_range(line, 0, line, self._last, text, self._formats[look])
        else:
            self._page.write_string(line, 0, text, self._formats[look])

    def _set_up(self, head: int) -> None:
        page = self._page
        page.freeze_panes(head + 1, 0)
        page.repeat_rows(head)
        page.set_paper(A4)
        if self._sheet.landscape:
            page.set_landscape()
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        page.center_horizontally()
        page.set_footer(f"&C{self._sheet.page_words}")
