"""A funnel plot as geometry: everybody's share of yeses over their number of events, in a viewBox 400 wide.

A bar spans what is usual for that person's items, exactly; the fewer events, the longer it is, and that makes
the funnel. Letters stand for people, in the order of the table behind, so that nobody leads or trails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil
from string import ascii_uppercase

from kiosk.fairness.comparing import Comparison

WIDTH, HEIGHT = 400, 248
LEFT, RIGHT, TOP, BOTTOM = 44, 12, 16, 204
_APART = 26.0  # so that letters do not cover each other
_STEP = 5  # per cent


@dataclass(frozen=True)
class Dot:
    """`kind` is usual, few or asks. Without enough events there is no bar."""

    letter: str
    kind: str
    x: float
    y: float
    low: float | None
    high: float | None
    middle: float


@dataclass(frozen=True)
class Tick:
    at: float
    text: str


@dataclass(frozen=True)
class Funnel:
    dots: Sequence[Dot]
    across: Sequence[Tick]  # numbers of events
    up: Sequence[Tick]  # per cent


def letter(number: int) -> str:
    """A, B … Z, AA, AB … for people in the order of the table."""
    first, last = divmod(number, len(ascii_uppercase))
    return (letter(first - 1) if first else "") + ascii_uppercase[last]


def funnel(compared: Sequence[Comparison]) -> Funnel | None:
    """None where nobody has anything to compare."""
    shown = [(letter(number), one) for number, one in enumerate(compared) if one.events]
    if not shown:
        return None
    most = max(one.events for _, one in shown)
    top = _top([share for _, one in shown for share in _shares(one)])
    places = _apart([LEFT + one.events / most * (WIDTH - LEFT - RIGHT) for _, one in shown])
    dots = [_dot(name, one, x, top) for (name, one), x in zip(shown, places, strict=True)]
    across = [Tick(LEFT + part * (WIDTH - LEFT - RIGHT), str(round(part * most))) for part in (0, 0.5, 1)]
    up = [Tick(_height(part * top, top), f"{round(part * top * 100)} %") for part in (0, 0.5, 1)]
    return Funnel(dots, across, up)


def _dot(name: str, one: Comparison, x: float, top: float) -> Dot:
    low, high = (share / one.events for share in one.usual) if one.enough else (None, None)
    return Dot(
        letter=name,
        kind="asks" if one.asks else ("usual" if one.enough else "few"),
        x=round(x, 1),
        y=_height(one.yes / one.events, top),
        low=None if low is None else _height(low, top),
        high=None if high is None else _height(high, top),
        middle=_height(one.expected / one.events, top),
    )


def _shares(one: Comparison) -> list[float]:
    highest = one.usual[1] if one.enough else 0
    return [max(one.yes, highest, one.expected) / one.events]


def _top(shares: Sequence[float]) -> float:
    """A round share above all of them."""
    return min(1.0, max(0.1, ceil(max(shares) * 100 / _STEP / 2) * _STEP * 2 / 100))


def _height(share: float, top: float) -> float:
    return round(BOTTOM - share / top * (BOTTOM - TOP), 1)


def _apart(places: Sequence[float]) -> list[float]:
    """The places moved as little to the right, and if there is no room to the left, as keeps them apart."""
    order = sorted(range(len(places)), key=places.__getitem__)
    moved = list(places)
    for before, here in pairwise(order):
        moved[here] = max(moved[here], moved[before] + _APART)
    over = max([0.0, *(place - (WIDTH - RIGHT) for place in moved)])
    for here in reversed(order) if over else ():
        later = [moved[one] for one in order[order.index(here) + 1 :]]
        moved[here] = min(moved[here], later[0] - _APART if later else WIDTH - RIGHT)
    return moved
