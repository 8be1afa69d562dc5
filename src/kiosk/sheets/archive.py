"""A workbook (.xlsx) is looked at before it is read, and packed anew: the reader sees exactly what was seen here.

The reader makes room for every cell up to the last row and column, and copies a text into every cell that
shows it, so that a few hundred bytes could ask for gigabytes.
"""

import re
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from xml.etree.ElementTree import ParseError, fromstring

from kiosk.scoring.problems import Problem, Refused
from kiosk.sheets.limits import (
    MOST_COLUMNS,
    MOST_ROWS,
    NOT_A_SHEET,
    TOO_LARGE,
    TOO_MANY_COLUMNS,
    TOO_MANY_ROWS,
)

_MOST_UNPACKED = 60_000_000
_MOST_PARTS = 1_000
_MOST_CELLS = 600_000  # of one sheet: 20,000 rows of 30
_MOST_ROOM = 2_000_000  # cells of all sheets together, the empty ones between included
_MOST_TEXT = 200_000_000  # bytes, if every cell showed the longest text
_PLAIN_PACKING = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)

_CELL = re.compile(rb"<(?:\w+:)?c[\s/>]")
_PLACED = re.compile(rb'<(?:\w+:)?c r="([A-Z]{1,3})([1-9]\d{0,6})"(/>| [^>]*/>)?')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_TEXT_ENDS = re.compile(rb"</(?:\w+:)?si>")
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, ParseError, EOFError, OSError),
    *(NotImplementedError, RuntimeError, LookupError, ValueError),
)


@dataclass(frozen=True)
class Checked:
    """A workbook that is safe to read. `formulas` maps sheets to their first cell with a formula."""

    content: bytes
    formulas: Mapping[str, str]


def check(content: bytes) -> Checked:
    """Look at every part and pack it anew. Raises Refused for what must not be read."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return _checked(archive)
    except _BROKEN as error:
        raise Refused(Problem("", NOT_A_SHEET)) from error


def _checked(archive: zipfile.ZipFile) -> Checked:
    parts = {part.filename: part for part in archive.infolist() if _is_needed(part.filename)}
    if "xl/workbook.xml" not in parts:
        raise Refused(Problem("", NOT_A_SHEET))
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts.values()) > _MOST_UNPACKED:
        raise Refused(Problem("", TOO_LARGE))
    names, packed, formulas = _sheet_names(archive), BytesIO(), dict[str, str]()
    cells = room = longest = 0
    with zipfile.ZipFile(packed, "w") as anew:
        for part in parts.values():
            xml = _content(archive, part)
            if b"sheetData" in xml:
                seen = _look(xml)
                cells, room = cells + seen.cells, room + seen.room
                if seen.formula and part.filename in names:
                    formulas[names[part.filename]] = seen.formula
            if _TEXT_ENDS.search(xml):
                longest = max(longest, *map(len, _TEXT_ENDS.split(xml)))
            anew.writestr(part.filename, xml)
    if room > _MOST_ROOM or cells * longest > _MOST_TEXT:
        raise Refused(Problem("", TOO_LARGE))
    return Checked(packed.getvalue(), formulas)


def _is_needed(name: str) -> bool:
    return name.endswith((".xml", ".rels")) and not name.endswith("/calcChain.xml")


def _sheet_names(archive: zipfile.ZipFile) -> dict[str, str]:
    """The names of the sheets by their parts."""
    relations = fromstring(_content(archive, archive.getinfo("xl/_rels/workbook.xml.rels")))  # noqa: S314
    targets = {one.get("Id"): one.get("Target", "") for one in relations}
    names = {}
    for one in fromstring(_content(archive, archive.getinfo("xl/workbook.xml"))).iter():  # noqa: S314
        if one.tag.endswith("}sheet"):
            target = targets[next(value for key, value in one.attrib.items() if key.endswith("}id"))]
            part = target[1:] if target.startswith("/") else f"xl/{target}"
            if part in names:
                raise ValueError(part)  # many sheets of one part: small for us, large for the reader
            names[part] = one.attrib["name"]
    return names


def _content(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bytes:
    """At most as much as the directory promised. What could hide a cell, or unfold by itself, is refused."""
    if part.compress_type not in _PLAIN_PACKING:
        raise Refused(Problem("", NOT_A_SHEET))
    xml = archive.read(part)
    if b"\x00" in xml or b"<!DOCTYPE" in xml or b"<![CDATA[" in xml:
        raise Refused(Problem("", NOT_A_SHEET))
    return xml


@dataclass(frozen=True)
class _Seen:
    """A sheet: how many cells it has, how much room they ask for, and where its first formula is, if any."""

    cells: int
    room: int
    formula: str


def _look(xml: bytes) -> _Seen:
    if xml.count(b"<c") + xml.count(b":c") > _MOST_CELLS:
        raise Refused(Problem("", TOO_LARGE))
    placed = _PLACED.findall(xml)
    if len(placed) != len(_CELL.findall(xml)):
        raise Refused(Problem("", NOT_A_SHEET))  # cells that do not say where they are
    filled = [(column, row) for column, row, empty in placed if not empty]
    last = max(map(int, {row for _, row in filled}), default=0)
    widest = max(map(_number, {column for column, _ in filled}), default=0)
    if last > MOST_ROWS:
        raise Refused(Problem("", TOO_MANY_ROWS, {"most": MOST_ROWS}))
    if widest > MOST_COLUMNS:
        raise Refused(Problem("", TOO_MANY_COLUMNS, {"most": MOST_COLUMNS}))
    return _Seen(len(filled), last * widest, _first_formula(xml))


def _number(column: bytes) -> int:
    """A is 1, Z is 26, AA is 27."""
    number = 0
    for letter in column:
        number = number * 26 + letter - 64
    return number


def _first_formula(xml: bytes) -> str:
    """The cell it is in. Rules for colours and choices, which are formulas too, stand below the cells."""
    found = _FORMULA.search(xml, 0, xml.rfind(b"sheetData>"))
    if not found:
        return ""
    cell = xml[: found.start()].rpartition(b' r="')[2].partition(b'"')[0]
    return cell.decode("ascii", "replace")
