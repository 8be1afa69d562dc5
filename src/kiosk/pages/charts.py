"""Charts as geometry: bars and lines whose places are worked out here and drawn by templates/_charts.html.

Every figure also stands there in writing, and the second series is hatched: colour is never the only sign.
All measures are in units of the viewBox, which is 400 wide, so that labels stay readable on a telephone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

WIDTH = 400
_HEAD, _THICK, _GAP = 24, 13, 12  # of a row of bars: its words, a bar, the space below
_LONGEST_LABEL = 19  # characters of which a Chinese one takes two halves
_TOP, _TALL, _FOOT, _SIDE = 30, 150, 46, 26  # of a line: above, its own height, below, left and right

_MOST_FIGURES = 14  # along a line; more would stand on each other

Amount = Decimal | int
Write = Callable[[Amount], str]


@dataclass(frozen=True)
class Bar:
    """One bar: `before` is the second series; a negative one reaches to the left of the others' start."""

    x: float
    y: int
    width: float
    negative: bool
    before: bool


@dataclass(frozen=True)
class Row:
    """A label with its figures in writing; `short` is the label as far as there is room."""

    label: str
    short: str
    text: str
    before: str
    y: int
    bars: Sequence[Bar]


@dataclass(frozen=True)
class Bars:
    """Horizontal bars, one row a label. `zero` is where they begin, `compared` whether there are two series."""

    title: str
    height: int
    zero: float
    rows: Sequence[Row]
    compared: bool


@dataclass(frozen=True)
class Step:
    """A figure of a line. `mark` stands below it in the chart and `year` below that; `label` in the table."""

    label: str
    figure: Amount
    mark: str = ""
    year: str = ""


@dataclass(frozen=True)
class Point:
    """A place of the line; `shown` if there is room for its figure."""

    x: float
    y: float
    label: str
    mark: str
    year: str
    text: str
    shown: bool


@dataclass(frozen=True)
class Line:
    """Figures over time. `points` as an SVG path's; `unfinished`: the last is still growing."""

    title: str
    height: int
    bottom: float
    points: Sequence[Point]
    path: str
    area: str
    last_step: str
    unfinished: bool


def bars(
    title: str, rows: Sequence[tuple[str, Amount, Amount | None]], write: Write, thick: int = _THICK
) -> Bars:
    """Bars of label, figure and, where there is something to compare, the figure before."""
    compared = any(before is not None for _, _, before in rows)
    figures = [figure for _, *both in rows for figure in both if figure is not None]
    lowest, highest = min([0, *figures]), max([0, *figures])
    scale = WIDTH / float(highest - lowest or 1)
    zero = round(-float(lowest) * scale, 1)
    tall = _HEAD + thick * (2 if compared else 1) + _GAP
    made = []
    for number, (label, figure, before) in enumerate(rows):
        top = number * tall
        drawn = [_bar(zero, scale, figure, top + _HEAD)]
        if before is not None:
            drawn.append(_bar(zero, scale, before, top + _HEAD + thick, before=True))
        told = "" if before is None else write(before)
        made.append(Row(label, _short(label), write(figure), told, top + _HEAD - 7, drawn))
    return Bars(title, max(tall * len(rows), 1), zero, made, compared)


def line(
    title: str,
    steps: Sequence[Step],
    write: Write,
    unfinished: bool = False,
    among: Sequence[Amount] = (),
) -> Line:
    """A line over time, on one scale with the figures `among` which it stands.

    Of many steps only the highest have their figures beside them.
    """
    figures = [*among, *(step.figure for step in steps)]
    lowest, highest = min([0, *figures]), max([0, *figures])
    scale = _TALL / float(highest - lowest or 1)
    apart = (WIDTH - 2 * _SIDE) / max(len(steps) - 1, 1)
    bottom = round(_TOP + float(highest) * scale, 1)
    roomy = len(steps) <= _MOST_FIGURES
    made = [
        Point(
            x=round(_SIDE + number * apart, 1),
            y=round(bottom - float(step.figure) * scale, 1),
            label=step.label,
            mark=step.mark,
            year=step.year,
            text=write(step.figure),
            shown=roomy or (step.figure == highest != 0),
        )
        for number, step in enumerate(steps)
    ]
    solid = made[:-1] if unfinished and len(made) > 1 else made
    return Line(
        title=title,
        height=_TOP + _TALL + _FOOT,
        bottom=bottom,
        points=made,
        path=_path(solid),
        area=_area(made, bottom),
        last_step=_path(made[-2:]) if unfinished else "",
        unfinished=unfinished,
    )


def _bar(zero: float, scale: float, figure: Amount, y: int, before: bool = False) -> Bar:
    length = round(abs(float(figure)) * scale, 1)
    return Bar(round(zero - length, 1) if figure < 0 else zero, y, length, figure < 0, before)


def _short(label: str) -> str:
    """What fits beside the figures; a letter takes about half of a Chinese character."""
    taken = 0.0
    for place, letter in enumerate(label):
        taken += 1 if ord(letter) > 0x2E80 else 0.55
        if taken > _LONGEST_LABEL - 1:
            return label[:place] + "…"
    return label


def _path(points: Sequence[Point]) -> str:
    return " ".join(f"{point.x},{point.y}" for point in points)


def _area(points: Sequence[Point], bottom: float) -> str:
    if not points:
        return ""
    return f"{points[0].x},{bottom} {_path(points)} {points[-1].x},{bottom}"
