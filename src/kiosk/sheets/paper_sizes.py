"""How tall a row must be so that what is wrapped in it is seen: neither Excel nor LibreOffice works that out
for merged cells, and not every reader does for others. Pure.

Widths are in digits' breadths; a Chinese letter takes not quite two. Heights are in points.
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate

TITLE_HEIGHT = 32.0
_LINE, _AROUND = 14.5, 4.5  # the tallest of the usual Chinese faces at 10 points
_TALLEST = 409.0  # what Excel lets a row be
_CHINESE = 0x2E80  # letters from here on are broad
_BROAD, _SLIM, _PADDING = 19, 10, 4  # tenths of a digit's breadth: a letter of either kind, a cell's edges


def height(texts: Sequence[str], widths: Sequence[int]) -> float:
    """What a row with these wrapped texts needs, each in its column of that width."""
    most = max([lines(text, width) for text, width in zip(texts, widths, strict=False) if text], default=1)
    return min(_TALLEST, most * _LINE + _AROUND)


def lines(text: str, width: int) -> int:
    """How many lines a text takes: Chinese breaks anywhere, other words are kept whole if they fit."""
    room = max(2 * _BROAD, width * _SLIM - _PADDING)
    return sum(_lines_of(paragraph, room) for paragraph in text.split("\n"))


def spans(widths: Sequence[int], count: int) -> list[tuple[int, int]]:
    """The columns divided into so many neighbours of about equal breadth, as (first, last)."""
    count = min(count, len(widths))
    ends = list(accumulate(widths))
    made, first = [], 0
    for number in range(1, count + 1):
        wanted = ends[-1] * number / count
        places = range(first, len(widths) - count + number)
        last = min(places, key=lambda place: abs(ends[place] - wanted))
        made.append((first, last))
        first = last + 1
    return made


def _lines_of(paragraph: str, room: int) -> int:
    count, used = 1, 0
    for word in _words(paragraph):
        size = _breadth(word)
        if used and used + size > room:
            count, used = count + 1, 0
        count += (used + size - 1) // room if size else 0
        used = (used + size - 1) % room + 1 if size else used
    return count


def _words(paragraph: str) -> Iterator[str]:
    """What is not broken: a Chinese letter, or a run of others up to and with the blank behind it."""
    word = ""
    for letter in paragraph:
        if ord(letter) >= _CHINESE:
            if word:
                yield word
                word = ""
            yield letter
            continue
        word += letter
        if letter == " ":
            yield word
            word = ""
    if word:
        yield word


def _breadth(text: str) -> int:
    return sum(_BROAD if ord(letter) >= _CHINESE else _SLIM for letter in text)
