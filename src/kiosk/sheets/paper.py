"""Workbooks that are made to be printed and kept: title, frozen head, page setup, a block for the seal.

`sheets/writing.py` writes bare tables that programs read again; this writes what a clerk files. Rows go to
the disk one after the other, so that a register of a whole year needs no more memory than one of a day.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any, Literal

from kiosk.scoring.problems import N_
from kiosk.sheets.paper_charts import LINE_HEIGHT, draw
from kiosk.sheets.paper_charts import Chart as Chart
from kiosk.sheets.paper_pages import Pages, room
from kiosk.sheets.paper_sizes import TITLE_HEIGHT, height, spans

A4 = 9
_LONGEST_NAME = 31  # what Excel lets a sheet be called
_LONGEST_TEXT = 32_000  # what it lets stand in one cell, with some room
_SIGNED, _SEALED = 36, 28  # points: the row of the signatures, one of the seal
_NOT_IN_A_NAME = re.compile(r"[\[\]:*?/\\\x00-\x1f]")
_FRAMED = {"border": 1, "valign": "vcenter", "font_size": 10}
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 18, "align": "center", "valign": "vcenter"},
    "line": {"font_size": 10, "text_wrap": True, "valign": "vcenter"},
    "head": _FRAMED | {"bold": True, "align": "center", "text_wrap": True, "bg_color": "#EFEFEF"},
    "text": _FRAMED | {"text_wrap": True},
    "wrap": _FRAMED | {"text_wrap": True},
    "number": _FRAMED | {"align": "right", "indent": 1},
    "day": _FRAMED | {"num_format": "yyyy-mm-dd", "align": "center"},
    "moment": _FRAMED | {"num_format": "yyyy-mm-dd hh:mm", "align": "center"},
    "total": _FRAMED | {"bold": True, "top": 2, "align": "right", "indent": 1},
    "closing": {"font_size": 11, "valign": "bottom"},
    "seal": {"font_size": 11, "align": "right", "valign": "bottom"},
}


@dataclass(frozen=True)
class Column:
    """`width` is in characters of a digit's breadth; a Chinese one takes two. `text` and `wrap` break what is longer.

    Figures of a `total` column are added up in a last row, if the sheet has a word for it.
    """

    title: str
    width: int = 12
    kind: Literal["text", "wrap", "number", "day", "moment"] = "text"
    total: bool = False


@dataclass(frozen=True)
class Sheet:
    """One page of a workbook. `lines` stand below the title; `closing` are the places for names, next to each
    other, and `seal` what stands on the right below them. Moments are written as they are: in the village's zone.
    """

    name: str
    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[object]]
    lines: Sequence[str] = ()
    closing: Sequence[str] = ()
    seal: Sequence[str] = ()
    landscape: bool = True
    page_words: str = "&P / &N"
    foot: str = ""  # on the left of every page's foot
    empty: str = ""  # said in place of the rows, if there are none
    total_word: str = ""
    lowest: float = 0  # a row's least height in points, where people sign in it
    totals: Sequence[object] = field(default_factory=tuple)  # a last row of one's own
    chart: Chart | None = None  # below the rows; of a sheet without a last row of sums


def signing(translate: Callable[[str], str]) -> dict[str, Any]:
    """The places for names and seal as offices here have them, and the words of the page numbers: for a Sheet."""
    names = (N_("Drawn up by:"), N_("Reviewed by:"), N_("Supervised by:"))
    seal = (N_("(Seal of the village committee)"), N_("Date: ____ - __ - __"))
    return {
        "closing": tuple(map(translate, names)),
        "seal": tuple(map(translate, seal)),
        "page_words": translate(N_("Page %(page)s of %(pages)s")) % {"page": "&P", "pages": "&N"},
        "total_word": translate(N_("Total")),
    }


def workbook(sheets: Sequence[Sheet], author: str = "", made_at: datetime | None = None) -> bytes:
    """The workbook as a file. No text in it can run as a formula or becomes a link."""
    from xlsxwriter import Workbook

    file = BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "constant_memory": True}
    book = Workbook(file, options)
    made = {"created": made_at.replace(tzinfo=None)} if made_at else {}
    book.set_properties({"title": sheets[0].title, "author": author, "company": author, **made})
    formats = {name: book.add_format(look) for name, look in _LOOKS.items()}
    names: list[str] = []
    for sheet in sheets:
        names.append(legal_name(sheet.name, names))
        _Page(book, book.add_worksheet(names[-1]), sheet, formats).write()
    book.close()
    return file.getvalue()


def legal_name(name: str, taken: Sequence[str] = ()) -> str:
    """What Excel accepts as a sheet's name: short, without []:*?/\\, and unlike the others."""
    plain = _NOT_IN_A_NAME.sub("-", name).strip("' ")[:_LONGEST_NAME].strip("' ") or "1"
    known, number, made = {other.lower() for other in taken} | {"history"}, 1, plain
    while made.lower() in known:
        number += 1
        made = f"{plain[: _LONGEST_NAME - len(str(number)) - 1]} {number}"
    return made


class _Page:
    """Writes one sheet from the title down to the seal; no line is touched again."""

    def __init__(self, book: Any, page: Any, sheet: Sheet, formats: dict[str, Any]) -> None:
        self._book, self._page, self._sheet, self._formats = book, page, sheet, formats
        self._widths = [column.width for column in sheet.columns]
        self._last = len(sheet.columns) - 1
        self._sums = [Decimal(0)] * len(sheet.columns)
        self._some = False  # whether there are rows
        self._pages = Pages(0, 0, 0)

    def write(self) -> None:
        sheet = self._sheet
        for place, width in enumerate(self._widths):
            self._page.set_column(place, place, width)
        above = self._across(0, sheet.title, "title", TITLE_HEIGHT)
        for number, line in enumerate(sheet.lines, start=1):
            above += self._across(number, line, "line", height([line], [sum(self._widths)]))
        head = len(sheet.lines) + 1
        titles = [column.title for column in sheet.columns]
        head_height = height(titles, self._widths)
        self._page.set_row(head, head_height)
        self._page.write_row(head, 0, titles, self._formats["head"])
        self._set_up(head)
        self._pages = Pages(room(self._widths, sheet.landscape), above + head_height, head_height)
        rows_end = after = self._rows(head + 1)
        if sheet.chart and self._some:
            after = draw(self._book, self._page, sheet.chart, sum(self._widths), head, after - 1)
        self._closing(after, (after - rows_end) * LINE_HEIGHT)

    def _rows(self, first: int) -> int:
        """Writes them; the line after them."""
        line = first
        for row in self._sheet.rows:
            self._row(line, row, None)
            line += 1
        self._some = line > first
        if line == first and self._sheet.empty:
            self._across(line, self._sheet.empty, "line", height([], []))
            return line + 1
        if line > first:
            self._page.autofilter(first - 1, 0, line - 1, self._last)
        totals = self._totals() if line > first else ()
        if totals:
            self._row(line, totals, "total")
            line += 1
        return line

    def _totals(self) -> Sequence[object]:
        columns = self._sheet.columns
        if not self._sheet.total_word or not any(column.total for column in columns):
            return self._sheet.totals
        sums = [total if column.total else "" for column, total in zip(columns, self._sums, strict=True)]
        return [self._sheet.total_word, *sums[1:]]

    def _row(self, line: int, row: Sequence[object], look: str | None) -> None:
        wrapped = [
            str(cell) if column.kind in ("text", "wrap") and cell is not None else ""
            for column, cell in zip(self._sheet.columns, row, strict=True)
        ]
        tall = max(self._sheet.lowest, height(wrapped, self._widths))
        self._page.set_row(line, tall)
        self._pages.row(line, tall)
        for place, (column, cell) in enumerate(zip(self._sheet.columns, row, strict=True)):
            self._cell(line, place, cell, look or column.kind)
            if column.total and not look and isinstance(cell, Decimal | int):
                self._sums[place] += cell

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
            page.write_string(line, place, str(cell)[:_LONGEST_TEXT], look)

    def _closing(self, line: int, chart: float) -> None:
        """Places for signature, spread over the breadth, and below them on the right for the seal. They and the
        chart above them stand on a page with the last rows."""
        tall = bool(self._sheet.closing) * _SIGNED + len(self._sheet.seal) * _SEALED + chart
        last_page = self._pages.last_page(tall) if tall else None
        if last_page is not None:
            self._page.set_h_pagebreaks([last_page])
        if self._sheet.closing:
            self._page.set_row(line, _SIGNED)
            for (first, last), text in zip(
                spans(self._widths, len(self._sheet.closing)), self._sheet.closing, strict=False
            ):
                self._span(line, first, last, text, "closing")
        for number, text in enumerate(self._sheet.seal, start=1):
            self._across(line + number, text, "seal", _SEALED)

    def _across(self, line: int, text: str, look: str, tall: float) -> float:
        """Returns its height."""
        self._page.set_row(line, tall)
        self._span(line, 0, self._last, text, look)
        return tall

    def _span(self, line: int, first: int, last: int, text: str, look: str) -> None:
        if last > first:
            self._page.merge_range(line, first, line, last, "", self._formats[look])
        self._page.write_string(line, first, text, self._formats[look])

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
        foot = f"&L{self._sheet.foot.replace('&', '&&')}" if self._sheet.foot else ""
        page.set_footer(f"{foot}&C{self._sheet.page_words}")
