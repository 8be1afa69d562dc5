"""Charts in workbooks, as Excel draws them: readable in black and white."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

_CHARACTER, _LINE = 7, 20  # pixels: a character of a column's width, a row of the sheet
_TALLEST = 560
LINE_HEIGHT = 15.0  # points: a row of the sheet
_LOOKS: Sequence[dict[str, Any]] = (
    {"fill": {"color": "#1F5A3F"}, "border": {"color": "#1F5A3F"}},
    {
        "pattern": {"pattern": "wide_upward_diagonal", "fg_color": "#1F5A3F", "bg_color": "#FFFFFF"},
        "border": {"color": "#1F5A3F"},
    },
)
_LINES: Sequence[dict[str, Any]] = (
    {"line": {"color": "#1F5A3F", "width": 2.25}, "marker": {"type": "circle", "size": 7}},
    {
        "line": {"color": "#B4341D", "width": 2.25, "dash_type": "dash"},
        "marker": {"type": "diamond", "size": 8},
    },
)


@dataclass(frozen=True)
class Chart:
    """The labels of the first column against the `figures`, columns counted from 0; at most two of them.

    The second line of a `line` chart has its own scale.
    """

    kind: Literal["bar", "line"]
    figures: Sequence[int]


def draw(book: Any, page: Any, chart: Chart, wide: int, head: int, last: int) -> int:
    """Draw it `wide` characters wide below the rows that stand under `head` down to `last`.

    Returns the first line below the chart.
    """
    made = book.add_chart({"type": chart.kind})
    for number, column in enumerate(chart.figures):
        looks = _LOOKS[number] if chart.kind == "bar" else _LINES[number]
        series = {
            "name": [page.name, head, column],
            "categories": [page.name, head + 1, 0, last, 0],
            "values": [page.name, head + 1, column, last, column],
            "data_labels": {"value": chart.kind == "bar"},
            "y2_axis": chart.kind == "line" and number == 1,
        }
        made.add_series(series | looks)
    made.set_legend({"position": "top"})
    if chart.kind == "bar":
        made.set_y_axis({"reverse": True, "label_position": "low"})
        made.set_x_axis({"visible": False, "major_gridlines": {"visible": False}})
    else:
        made.set_y_axis({"min": 0, "num_font": {"color": "#1F5A3F"}})
        made.set_y2_axis({"min": 0, "num_font": {"color": "#B4341D"}})
    tall = min(_TALLEST, 120 + 36 * (last - head)) if chart.kind == "bar" else 300
    made.set_size({"width": wide * _CHARACTER, "height": tall})
    page.insert_chart(last + 2, 0, made, {"x_offset": 4, "y_offset": 4})
    return last + 3 + tall // _LINE
