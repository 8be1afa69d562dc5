"""Writing lists for Excel, as CSV or as JSON. No text that is written can run as a formula."""

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Literal

from kiosk.scoring.rulebook_fields import written

Format = Literal["csv", "xlsx", "json"]
FORMATS: tuple[Format, ...] = ("csv", "xlsx", "json")
RISKY = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""

_NARROW, _WIDE = 6, 48
_A4 = 9


def write_table(columns: Sequence[str], rows: Iterable[Sequence[object]], format: Format) -> bytes:  # noqa: A002
    """The table as a file: CSV in UTF-8 with BOM, a workbook, or a JSON array of objects."""
    if format == "xlsx":
        return _workbook(columns, list(rows))
    if format == "json":
        return json.dumps(records(columns, rows), ensure_ascii=False, indent=1).encode() + b"\n"
    return _csv(columns, rows)


def records(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> list[dict[str, object]]:
    """The table as JSON has it: figures are numbers, days are text."""
    return [dict(zip(columns, map(_value, row), strict=True)) for row in rows]


def unguarded(text: str) -> str:
    """What a cell of our CSV was before it was written so that it cannot run."""
    return text[1:] if text.startswith("'") and text.lstrip("'").startswith(RISKY) else text


def _csv(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([_text(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode("utf-8", "replace")


def _text(cell: object) -> str:
    if isinstance(cell, str):
        return f"'{cell}" if cell.lstrip("'").startswith(RISKY) else cell
    return _written(cell)


def _written(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, Decimal):
        return written(cell) if cell.as_tuple().exponent in (0, -1) else f"{cell:f}"  # an average keeps 7.50
    if isinstance(cell, datetime):
        return cell.isoformat(timespec="seconds")
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def _value(cell: object) -> object:
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    return cell if isinstance(cell, str | int | None) else _written(cell)


def _workbook(columns: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    from xlsxwriter import Workbook

    file = BytesIO()
    book = Workbook(file, {"strings_to_formulas": False, "strings_to_urls": False, "in_memory": True})
    sheet = book.add_worksheet()
    bold, day = book.add_format({"bold": True, "bottom": 1}), book.add_format({"num_format": "yyyy-mm-dd"})
    sheet.write_row(0, 0, columns, bold)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)
    sheet.set_paper(_A4)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    for line, row in enumerate(rows, start=1):
        for place, cell in enumerate(row):
            if isinstance(cell, Decimal | int) and not isinstance(cell, bool):
                sheet.write_number(line, place, cell)
            elif isinstance(cell, date) and not isinstance(cell, datetime):
                sheet.write_datetime(line, place, cell, day)
            else:
                sheet.write_string(line, place, cell if isinstance(cell, str) else _written(cell))
    for place, title in enumerate(columns):
        sheet.set_column(place, place, _width([title, *(row[place] for row in rows[:500])]))
    book.close()
    return file.getvalue()


def _width(cells: Iterable[object]) -> int:
    """Characters; a Chinese one counts double."""
    longest = max(sum(2 if ord(letter) > 0x2E80 else 1 for letter in _written(cell)) for cell in cells)
    return max(_NARROW, min(longest + 2, _WIDE))
