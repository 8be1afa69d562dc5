"""From the bytes of a file to its sheets, whatever the file is called; nothing is understood here yet."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import islice
from typing import TYPE_CHECKING, Any

from kiosk.scoring.problems import Problem, Refused
from kiosk.sheets.archive import check
from kiosk.sheets.legacy import read_legacy
from kiosk.sheets.limits import (
    MOST_COLUMNS,
    MOST_ROWS,
    NOT_A_SHEET,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
    kind_of,
)
from kiosk.sheets.writing import unguarded

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

_ZEROS_KEPT = re.compile(r'="([^"]*)"')  # ="001": how some programs keep the zeros in front
_MOST_FILLED = 500_000  # cells


@dataclass(frozen=True)
class Sheet:
    """Lines from the first row on, merged cells filled downwards. `formula` is the first cell with one, if any."""

    name: str
    lines: Sequence[Sequence[Any]]
    formula: str = ""


def open_sheets(content: bytes) -> list[Sheet]:
    """The sheets of a workbook, or a CSV file as one. Raises Refused for what must not or cannot be read."""
    kind = kind_of(content)
    if kind == "csv":
        return [_csv(content)]
    sheets = _workbook(content) if kind == "xlsx" else [Sheet(*one) for one in read_legacy(content)]
    for sheet in sheets:
        _check_size(sheet.lines)
    return sheets


def _workbook(content: bytes) -> list[Sheet]:
    from python_calamine import CalamineWorkbook  # a server's start needs no spreadsheets

    checked = check(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(checked.content))
        return [
            Sheet(name, _lines(book.get_sheet_by_name(name)), checked.formulas.get(name, ""))
            for name in book.sheet_names
        ]
    except BaseException as error:
        # the reader panics on some broken files, with an exception that is not an Exception
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise Refused(Problem("", NOT_A_SHEET)) from error


def _lines(sheet: "CalamineSheet") -> list[list[Any]]:
    lines = sheet.to_python(skip_empty_area=False)
    blank = [all(cell == "" for cell in line) for line in lines]
    for row, above, column in islice(_merged(sheet, len(lines)), _MOST_FILLED):
        if column < len(lines[row]) and not blank[row]:
            lines[row][column] = lines[above][column]
    return lines


def _merged(sheet: "CalamineSheet", rows: int) -> Iterator[tuple[int, int, int]]:
    """Each cell that lies under another merged with it: (row, row of the value, column)."""
    for (top, column), (bottom, _) in sheet.merged_cell_ranges or ():
        for row in range(top + 1, min(bottom + 1, rows)):
            yield row, top, column


def _csv(content: bytes) -> Sheet:
    text = _decoded(content)
    separator = max(",\t;", key=text[:4000].count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
    try:
        lines = list(islice(reader, MOST_ROWS + 1))
    except csv.Error as error:
        raise Refused(Problem("", NOT_A_SHEET)) from error
    _check_size(lines)
    cells = [[_ZEROS_KEPT.sub(r"\1", cell) for cell in line] for line in lines]
    formulas = (
        f"{chr(65 + column % 26)}{row}"
        for row, line in enumerate(cells, start=1)
        for column, cell in enumerate(line)
        if cell.startswith("=")
    )
    return Sheet("CSV", [[unguarded(cell) for cell in line] for line in cells], next(formulas, ""))


def _decoded(content: bytes) -> str:
    for encoding in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Refused(Problem("", NOT_A_SHEET))


def _check_size(lines: Sequence[Sequence[Any]]) -> None:
    if len(lines) > MOST_ROWS:
        raise Refused(Problem("", TOO_MANY_ROWS, {"most": MOST_ROWS}))
    if max(map(len, lines), default=0) > MOST_COLUMNS:
        raise Refused(Problem("", TOO_MANY_COLUMNS, {"most": MOST_COLUMNS}))
