"""The quarters of a household side by side: lengths of bars, in percent of the width."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kiosk.scoring.periods import Period


@dataclass(frozen=True)
class Bar:
    """`start` and `length` in percent; a total below zero reaches to the left of the others' start."""

    quarter: Period
    total: Decimal
    start: float
    length: float


def bars(totals: Sequence[tuple[Period, Decimal]]) -> list[Bar]:
    """One bar a quarter, newest first; the longest fill the width together."""
    figures = [float(total) for _, total in totals]
    lowest, highest = min([0.0, *figures]), max([0.0, *figures])
    width = (highest - lowest) or 1.0
    made = []
    for period, total in totals:
        begin, end = sorted((0.0, float(total)))
        made.append(
            Bar(
                period, total, round(100 * (begin - lowest) / width, 1), round(100 * (end - begin) / width, 1)
            )
        )
    return made[::-1]
