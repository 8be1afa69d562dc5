"""The smallest old workbook (.xls, BIFF8 in a compound file) that Excel 97 would have opened."""

import struct
from collections.abc import Sequence

_FREE, _END, _TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_SECTOR = 512


def old_workbook(sheet: str, *rows: Sequence[str | float], far: tuple[int, int] | None = None) -> bytes:
    """`far` is the (row, column) of one number more, counted from 0."""
    cells = b"".join(
        _cell(number, column, cell) for number, row in enumerate(rows) for column, cell in enumerate(row)
    )
    cells += _cell(*far, 1.0) if far else b""
    name = sheet.encode("utf-16-le")
    bound = struct.pack("<BBBB", 0, 0, len(sheet), 1) + name
    head = _begin(0x0005) + _record(0x0042, struct.pack("<H", 1200))
    position = len(head) + 4 + 4 + len(bound) + 4
    book = head + _record(0x0085, struct.pack("<I", position) + bound) + _record(0x000A)
    return _compound(book + _begin(0x0010) + cells + _record(0x000A))


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 0x0600))


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _cell(row: int, column: int, cell: str | float) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(cell, str):
        text = struct.pack("<HB", len(cell), 1) + cell.encode("utf-16-le")
        return _record(0x0204, place + text)
    return _record(0x0203, place + struct.pack("<d", cell))


def _compound(stream: bytes) -> bytes:
    """A file system in a file: its table, its directory, and the one stream."""
    stream = stream.ljust(4096, b"\0")
    count = -(-len(stream) // _SECTOR)
    chain = [_TABLE, _END, *range(3, count + 2), _END]
    table = struct.pack("<128I", *chain, *[_FREE] * (128 - len(chain)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, _END, 0, _END, 0)
    header += struct.pack("<109I", 0, *[_FREE] * 108)
    directory = _entry("Root Entry", 5, 1, _END, 0) + _entry("Workbook", 2, _FREE, 2, len(stream))
    directory += 2 * _entry("", 0, _FREE, 0, 0)
    return header + table + directory + stream.ljust(count * _SECTOR, b"\0")


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    length = len(text) + 2 if name else 0
    head = text.ljust(64, b"\0") + struct.pack("<HBBIII", length, kind, 1, _FREE, _FREE, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)
