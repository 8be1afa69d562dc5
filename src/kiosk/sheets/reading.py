"""Reading a list from a workbook or a CSV file, as clerks keep them.

Title rows may stand above the header; its columns come in any order, in Chinese or English, and those we do
not know are left aside. Blank rows and rows of totals are skipped. Every cell comes out as text.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.sheets.cells import plain, tidy
from kiosk.sheets.opening import Sheet, open_sheets

Columns = Mapping[str, Sequence[str]]
_HEADER_WITHIN = 30  # rows
_TOTALS = ("合计", "总计", "小计", "共计", "本页合计", "total")
_SIGNED = re.compile(r"(填表|制表|审核|负责|单位|备注|说明|注)[^:：]{0,4}[:：].*")  # below the list
_REMARK = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：\s]")

_NO_HEADER = N_("No header row was found. The list needs these columns: %(columns)s")
_MISSING = N_("The list on sheet %(sheet)s lacks these columns: %(columns)s")
_TWICE = N_("The column %(column)s stands twice on sheet %(sheet)s; remove one")
_NO_ROWS = N_("The list is empty: there is nothing below the header")
_FORMULA = N_(
    "Cell %(cell)s on sheet %(sheet)s holds a formula; copy the list, paste it as values, then try again"
)
_PLACE = N_("%(sheet)s, row %(row)s, column %(column)s: %(what)s")
_ROW = N_("%(sheet)s, row %(row)s: %(what)s")


@dataclass(frozen=True)
class Row:
    """One row of the list. `cells` holds the known columns by key, as text; `titles` their headers."""

    sheet: str
    number: int
    cells: Mapping[str, str]
    titles: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def problem(self, column: str, what: Problem) -> Problem:
        """The problem, with the place where the clerk finds it."""
        place = {"sheet": self.sheet, "row": self.number, "what": what}
        if column not in self.titles:
            return Problem(column, _ROW, place)
        return Problem(column, _PLACE, {**place, "column": self.titles[column]})


def read_rows(content: bytes, columns: Columns, required: Iterable[str]) -> list[Row]:
    """The rows of every sheet that has the header. Raises Refused for files that cannot be used."""
    sheets = open_sheets(content)
    rows, lacking = [], []
    for sheet in sheets:
        header, name = _header(sheet.lines, columns, list(required)), sheet.name
        if header is None:
            continue
        if header.missing:
            lacking.append(Problem("", _MISSING, {"sheet": name, "columns": "、".join(header.missing)}))
            continue
        if header.twice:
            raise Refused(Problem("", _TWICE, {"sheet": name, "column": header.twice}))
        if sheet.formula:
            raise Refused(Problem("", _FORMULA, {"sheet": name, "cell": sheet.formula}))
        rows += list(_rows(sheet, header))
    if rows:
        return rows
    wanted = "、".join(_title(columns, key) for key in required)
    found_header = any(_header(sheet.lines, columns, list(required)) for sheet in sheets)
    raise Refused(
        *lacking or [Problem("", _NO_ROWS) if found_header else Problem("", _NO_HEADER, {"columns": wanted})]
    )


@dataclass(frozen=True)
class _Header:
    line: int
    places: Mapping[str, int]  # column key: index
    titles: Mapping[str, str]
    missing: Sequence[str]
    twice: str


def _header(lines: Sequence[Sequence[Any]], columns: Columns, required: Sequence[str]) -> _Header | None:
    """The row that knows most of the columns; None where no row knows even two of the required ones."""
    known = {_word(word): key for key, words in columns.items() for word in (key, *words)}
    best: tuple[int, int] | None = None
    for number, line in enumerate(lines[:_HEADER_WITHIN]):
        keys = {known[_word(cell)] for cell in line if _word(cell) in known}
        if best is None or len(keys) > best[0]:
            best = (len(keys), number)
    if best is None or best[0] < min(2, len(required)):
        return None
    line = lines[best[1]]
    found = [
        (known[_word(cell)], index, tidy(str(cell)))
        for index, cell in enumerate(line)
        if _word(cell) in known
    ]
    keys_in_order = [key for key, _, _ in found]
    twice = next((title for key, _, title in found if keys_in_order.count(key) > 1), "")
    missing = [_title(columns, key) for key in required if key not in keys_in_order]
    return _Header(
        best[1],
        {key: index for key, index, _ in found},
        {key: title for key, _, title in found},
        missing,
        twice,
    )


def _rows(sheet: Sheet, header: _Header) -> Iterator[Row]:
    for number, line in enumerate(sheet.lines[header.line + 1 :], start=header.line + 2):
        texts = [plain(cell) for cell in line]
        first = next((text for text in texts if text), "")
        if not first or first.lower().startswith(_TOTALS) or _SIGNED.fullmatch(first):
            continue
        cells = {key: texts[index] if index < len(texts) else "" for key, index in header.places.items()}
        is_header = sum(cells[key] == title for key, title in header.titles.items()) > 1
        if any(cells.values()) and not is_header:
            yield Row(sheet.name, number, cells, header.titles)


def _word(cell: object) -> str:
    return _REMARK.sub("", tidy(str(cell or ""))).lower()


def _title(columns: Columns, key: str) -> str:
    words = columns[key]
    return words[0] if words else key
