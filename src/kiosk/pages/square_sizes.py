"""How large the writing on the square's screen must be, and how many rows then fit. Pure arithmetic.

Lengths are millimetres on a screen of 16 to 9, until they leave for CSS in vmin: hundredths of the
screen's short side, whichever way it hangs. Nothing is ever measured in the browser.
"""

from dataclasses import dataclass
from math import ceil, hypot, sqrt
from typing import Literal
from unicodedata import east_asian_width

Shape = Literal["landscape", "portrait"]

NAME_PER_METRE = 8.0
TEXT_PER_METRE = 5.0
_ROW = 1.6  # a row's height, in names
_STRIP = 1.4  # the strip at the foot, in secondary text
_HEADER = (1.75, 1.4)  # the header of an upright screen: names, and secondary text
_MARGINS = 0.06  # of the short side
_RAIL = 0.23  # of the width, taken by the banner of a lying screen
# Beyond these the distance does not fit the screen: fewer than three rows, or more than a dozen.
_FARTHEST, _NEAREST = 50, 160


@dataclass(frozen=True)
class Sizes:
    """`name` and `text` are character heights in vmin; rows are what one slide holds."""

    name: float
    text: float
    landscape_rows: int
    portrait_rows: int

    def rows(self, shape: Shape) -> int:
        return self.portrait_rows if shape == "portrait" else self.landscape_rows

    def deeds(self, shape: Shape) -> int:
        """How many lines with a sentence one slide holds: upright, they stand below the name."""
        return self.portrait_rows // 2 if shape == "portrait" else self.landscape_rows

    def message_scale(self, characters: int, shape: Shape) -> int:
        """How large to write a message so that it fills its slide: tenths of the name's height, 3 to 24."""
        long = 100 * 16 / 9
        width, rows = (92.0, self.portrait_rows) if shape == "portrait" else (long * 0.7, self.landscape_rows)
        room = width * rows * self.name * _ROW / self.name**2
        return max(3, min(24, int(10 * sqrt(room * 0.5 / max(characters, 1)))))


def sizes(inches: float, metres: float) -> Sizes:
    """The sizes for a screen of this diagonal, read from this distance."""
    short = inches * 25.4 * 9 / hypot(16, 9)
    distance = min(max(metres, short / _NEAREST), short / _FARTHEST)
    name, text = NAME_PER_METRE * distance, TEXT_PER_METRE * distance
    free = short - _MARGINS * short - _STRIP * text
    upright = free + short * 7 / 9 - _HEADER[0] * name - _HEADER[1] * text
    return Sizes(
        round(100 * name / short, 3),
        round(100 * text / short, 3),
        int(free / (_ROW * name)),
        int(upright / (_ROW * name)),
    )


def ems(text: str) -> int:
    """How many characters wide a text is, counted in Chinese ones; from 1 to 40."""
    wide = sum(east_asian_width(letter) in "WF" for letter in text)
    return max(1, min(40, ceil(wide + 0.6 * (len(text) - wide))))


def stylesheet(size: Sizes) -> str:
    """The custom properties that static/css/square.css does its layout with."""
    return (
        f":root {{ --name: {size.name}vmin; --text: {size.text}vmin; "
        f"--rows: {size.rows('landscape')}; --deeds: {size.deeds('landscape')}; }}\n"
        "@media (orientation: portrait) { "
        f":root {{ --rows: {size.rows('portrait')}; --deeds: {size.deeds('portrait')}; }} }}\n"
    )
