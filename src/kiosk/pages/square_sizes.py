"""How large the writing on the square's screen must be, and how many rows then fit. Pure arithmetic.

Lengths are millimetres on a screen of 16 to 9, until they leave for CSS in vmin: hundredths of the
screen's short side, whichever way it hangs. Nothing is ever measured in the browser.
"""

from dataclasses import dataclass
from math import ceil, hypot
from typing import Literal
from unicodedata import east_asian_width

Shape = Literal["landscape", "portrait"]

NAME_PER_METRE = 8.0
TEXT_PER_METRE = 5.0
_ROW = 1.6  # a row's height, in names
_STRIP = 1.4  # the strip at the foot, in secondary text
_HEADER = (1.35, 3.2)  # the header of an upright screen: names, and secondary text
_MARGINS, _UPRIGHT_MARGINS = 0.06, 0.075  # of the short side
_RAIL = 0.25  # of the width, taken by the banner of a lying screen
_WIDEST = 40  # characters that square.css has a class for
_LINE = 1.5  # a line of a message, in its letters
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

    def message_scale(self, text: str, shape: Shape) -> int:
        """How large to write a message so that it fits its slide: tenths of the name's height, 3 to 24."""
        width = 90.0 if shape == "portrait" else (1 - _RAIL) * 100 * 16 / 9 * 0.96
        height = self.rows(shape) * _ROW * self.name
        for scale in range(24, 3, -1):
            letter = self.name * scale / 10
            lines = sum(ceil(ems(line) / int(width / letter)) for line in text.splitlines())
            if lines * _LINE * letter <= height:
                return scale
        return 3


def sizes(inches: float, metres: float) -> Sizes:
    """The sizes for a screen of this diagonal, read from this distance."""
    short = inches * 25.4 * 9 / hypot(16, 9)
    distance = min(max(metres, short / _NEAREST), short / _FARTHEST)
    name, text = NAME_PER_METRE * distance, TEXT_PER_METRE * distance
    lying = (1 - _MARGINS) * short - _STRIP * text
    upright = (16 / 9 - _UPRIGHT_MARGINS) * short - _STRIP * text - _HEADER[0] * name - _HEADER[1] * text
    return Sizes(
        round(100 * name / short, 3),
        round(100 * text / short, 3),
        int(lying / (_ROW * name)),
        int(upright / (_ROW * name)),
    )


def ems(text: str) -> int:
    """How many characters wide a text is, counted in Chinese ones; at least 1."""
    wide = sum(east_asian_width(letter) in "WF" for letter in text)
    return max(1, ceil(wide + 0.6 * (len(text) - wide)))


def fit(text: str) -> str:
    """The class that tells square.css how wide a text is; wider ones than it knows are as wide as the widest."""
    return f"c{min(_WIDEST, ems(text))}"


def stylesheet(size: Sizes) -> str:
    """The custom properties that static/css/square.css does its layout with."""
    return (
        f":root {{ --name: {size.name}vmin; --text: {size.text}vmin; "
        f"--rows: {size.rows('landscape')}; --deeds: {size.deeds('landscape')}; }}\n"
        "@media (orientation: portrait) { "
        f":root {{ --rows: {size.rows('portrait')}; --deeds: {size.deeds('portrait')}; }} }}\n"
    )
