"""What a file may be before anything reads it: its directory and raw bytes are looked at first.

A few hundred kilobytes can unpack to gigabytes; a formula can show one number and mean another.
"""

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO
from typing import Literal

from kiosk.scoring.problems import N_, Problem, Refused

MOST_ROWS, MOST_COLUMNS = 20_000, 100
_MOST_BYTES = 20_000_000
_MOST_UNPACKED = 100_000_000
_MOST_RATIO = 150
_MOST_PARTS = 1_000
_CHUNK, _OVERLAP = 1 << 20, 1 << 10

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_ROW = re.compile(rb"<(?:\w+:)?row[ >/]")
_FORMULA = re.compile(rb'<(?:\w+:)?c [^>]*?r="([A-Z]{1,3}\d{1,7})"[^>]*>\s*<(?:\w+:)?f[ >/]')

TOO_MANY_ROWS = N_("The file has more than %(most)s rows; remove the empty ones below the list, or split it")
NOT_A_SHEET = N_("This is not a spreadsheet that can be read; save it as .xlsx or .csv and try again")
_TOO_LARGE = N_("The file is too large to be a list; save only the list in a new file and try again")
_LOCKED = N_("The file is protected by a password; save it without one and try again")
_HAS_FORMULA = N_("Cell %(cell)s holds a formula; copy the list and paste it as values, then try again")

Kind = Literal["xlsx", "xls", "csv"]


def kind_of(content: bytes) -> Kind:
    """What the bytes are, whatever the file is called. Raises Refused for what must not be read."""
    if len(content) > _MOST_BYTES:
        raise Refused(Problem("", _TOO_LARGE))
    if content.startswith(b"PK\x03\x04"):
        _check_workbook(content)
        return "xlsx"
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise Refused(Problem("", _LOCKED))
        return "xls"
    if not content.strip() or b"\x00" in content[:4096]:
        raise Refused(Problem("", NOT_A_SHEET))
    return "csv"


def _check_workbook(content: bytes) -> None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_directory(archive, len(content))
            rows = 0
            for part in archive.infolist():
                if part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml"):
                    rows += _check_sheet(archive, part)
                if rows > MOST_ROWS:
                    raise Refused(Problem("", TOO_MANY_ROWS, {"most": MOST_ROWS}))
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Refused(Problem("", NOT_A_SHEET)) from error


def _check_directory(archive: zipfile.ZipFile, size: int) -> None:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    unpacked = sum(part.file_size for part in parts)
    if "xl/workbook.xml" not in names and "content.xml" not in names:
        raise Refused(Problem("", NOT_A_SHEET))
    if len(parts) > _MOST_PARTS or unpacked > _MOST_UNPACKED or unpacked > size * _MOST_RATIO:
        raise Refused(Problem("", _TOO_LARGE))


def _check_sheet(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> int:
    """Count a sheet's rows without building it. Raises Refused at the first formula."""
    rows = 0
    for chunk, fresh in _chunks(archive, part):
        found = _FORMULA.search(chunk)
        if found:
            raise Refused(Problem("", _HAS_FORMULA, {"cell": found[1].decode()}))
        rows += sum(1 for row in _ROW.finditer(chunk) if row.end() > fresh)
        if rows > MOST_ROWS:
            raise Refused(Problem("", TOO_MANY_ROWS, {"most": MOST_ROWS}))
    return rows


def _chunks(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[tuple[bytes, int]]:
    """The bytes in pieces that overlap, so that nothing is cut in two; and where the new bytes begin.

    Stops at what the directory promised: it may lie.
    """
    tail, left = b"", part.file_size
    with archive.open(part) as stream:
        while left > 0 and (piece := stream.read(min(_CHUNK, left))):
            left -= len(piece)
            yield tail + piece, len(tail)
            tail = (tail + piece)[-_OVERLAP:]
