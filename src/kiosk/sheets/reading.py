"""Reading a list from a workbook or a CSV file, as clerks keep them.

Title rows may stand above the header; its columns come in any order, in Chinese or English, and those we do
not know are left aside. Blank rows and rows of totals are skipped. Every cell comes out as text.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import islice
from typing import Any

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.sheets.cells import plain, tidy
from kiosk.sheets.limits import MOST_COLUMNS, MOST_ROWS, NOT_A_SHEET, TOO_MANY_ROWS, kind_of
from kiosk.sheets.writing import RISKY

Columns = Mapping[str, Sequence[str]]
_HEADER_WITHIN = 30  # rows
_TOTALS = ("合计", "总计", "小计", "共计", "本页合计", "total")
_REMARK = re.compile(r"[(（\[【].*?[)）\]】]|[*＊:：\s]")

_NO_HEADER = N_("No header row was found. The list needs these columns: %(columns)s")
_MISSING = N_("The list on sheet %(sheet)s lacks these columns: %(columns)s")
_TWICE = N_("The column %(column)s stands twice on sheet %(sheet)s; remove one")
_NO_ROWS = N_("The list is empty: there is nothing below the header")
_FORMULA = N_("Row %(row)s holds a formula; save the list as values and try again")
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
    kind = kind_of(content)
    sheets = _csv(content) if kind == "csv" else _workbook(content)
    rows, lacking = [], []
    for name, lines in sheets:
        header = _header(lines, columns, list(required))
        if header is None:
            continue
        if header.missing:
            lacking.append(Problem("", _MISSING, {"sheet": name, "columns": "、".join(header.missing)}))
            continue
        if header.twice:
            raise Refused(Problem("", _TWICE, {"sheet": name, "column": header.twice}))
        rows += list(_rows(name, lines, header))
    if rows:
        return rows
    wanted = "、".join(_title(columns, key) for key in required)
    found_header = any(_header(lines, columns, list(required)) for _name, lines in sheets)
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


def _rows(sheet: str, lines: Sequence[Sequence[Any]], header: _Header) -> Iterator[Row]:
    for number, line in enumerate(lines[header.line + 1 :], start=header.line + 2):
        texts = [plain(cell) for cell in line]
        first = next((text for text in texts if text), "")
        if not first or first.lower().startswith(_TOTALS):
            continue
        cells = {key: texts[index] if index < len(texts) else "" for key, index in header.places.items()}
        if any(cells.values()):
            yield Row(sheet, number, cells, header.titles)


def _workbook(content: bytes) -> list[tuple[str, Sequence[Sequence[Any]]]]:
    from python_calamine import CalamineWorkbook

    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        sheets = [
            (name, book.get_sheet_by_name(name).to_python(skip_empty_area=False)) for name in book.sheet_names
        ]
    except BaseException as error:
        # the reader panics on some broken files, with an exception that is not an Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise Refused(Problem("", NOT_A_SHEET)) from error
    for _name, lines in sheets:
        if len(lines) > MOST_ROWS:
            raise Refused(Problem("", TOO_MANY_ROWS, {"most": MOST_ROWS}))
    return [(name, [line[:MOST_COLUMNS] for line in lines]) for name, lines in sheets]


def _csv(content: bytes) -> list[tuple[str, Sequence[Sequence[Any]]]]:
    text = _decoded(content)
    separator = max(",\t;", key=text[:4000].count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        lines = [[_safe_text(cell) for cell in line[:MOST_COLUMNS]] for line in islice(reader, MOST_ROWS + 1)]
    except csv.Error as error:
        raise Refused(Problem("", NOT_A_SHEET)) from error
    if len(lines) > MOST_ROWS:
        raise Refused(Problem("", TOO_MANY_ROWS, {"most": MOST_ROWS}))
    for number, line in enumerate(lines, start=1):
        if any(cell.startswith("=") for cell in line):
            raise Refused(Problem("", _FORMULA, {"row": number}))
    return [("CSV", [[cell.removeprefix(_KEPT) for cell in line] for line in lines])]


_KEPT = "\ue000"  # stands before a text that begins like a formula and was written so that it cannot run


def _safe_text(cell: str) -> str:
    return _KEPT + cell[1:] if cell.startswith("'") and cell[1:].startswith(RISKY) else cell


def _decoded(content: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(Problem("", NOT_A_SHEET))


def _word(cell: object) -> str:
    return _REMARK.sub("", tidy(str(cell or ""))).lower()


def _title(columns: Columns, key: str) -> str:
    words = columns[key]
    return words[0] if words else key
