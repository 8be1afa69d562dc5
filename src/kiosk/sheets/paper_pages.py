"""Where the last page of a printed sheet begins, so that signatures never stand on a page alone. Pure.

Excel, WPS and LibreOffice break pages each by their own fonts, and none of them keeps rows together. So one break of
ours comes before the last page: where Excel's own would be, or a few rows before the end. Heights are in points.
"""

from collections import deque
from collections.abc import Sequence

_LONG, _SHORT = 842.0, 595.0  # A4
_SIDES, _ABOVE_AND_BELOW = 72.0, 94.0  # the margins that paper.py sets
_CERTAIN = 0.95  # of a page: what every program gets onto it
TOGETHER = 4  # so many rows, if there are, on the page of the signatures: a last one may be the sums


def room(widths: Sequence[int], landscape: bool) -> float:
    """What stands on a page: more than its own height where the columns are made smaller to fit."""
    wide, tall = (_LONG, _SHORT) if landscape else (_SHORT, _LONG)
    taken = sum(width * 7 + 5 for width in widths) * 0.75
    return (tall - _ABOVE_AND_BELOW) / min(1.0, (wide - _SIDES) / taken) * _CERTAIN


class Pages:
    """Follows a sheet row by row. `above` is what stands over the rows of the first page, `head` what every other
    page repeats over its own."""

    def __init__(self, room: float, above: float, head: float) -> None:
        self._room, self._head, self._used = room, head, above
        self._number, self._begins, self._rows = 1, 0, 0  # the page being filled: its first line, its rows
        self._last: deque[tuple[int, float]] = deque(maxlen=TOGETHER)

    def row(self, line: int, height: float) -> None:
        """A row below all others."""
        if self._rows and self._used + height > self._room:
            self._number, self._used, self._rows = self._number + 1, self._head, 0
        if not self._rows:
            self._begins = line
        self._used += height
        self._rows += 1
        self._last.append((line, height))

    def last_page(self, closing: float) -> int | None:
        """The line with which it begins, if so much is to stand below the rows; none where one page is enough."""
        fits = self._used + closing <= self._room
        if not self._last or (fits and self._number == 1):
            return None
        if fits and self._rows >= TOGETHER:
            return self._begins
        line, used = self._last[-1][0], self._head + closing
        for above, height in reversed(self._last):
            used += height
            line = above if used <= self._room else line
        return line
