"""The cap rule (scoring.md, 5): what each of one subject's deeds of one item is awarded.

The award is a function of the set of effective events and of nothing else: whoever adds or removes one
calls `awards` again and posts the differences.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from kiosk.scoring.periods import month_number
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.rulebook_fields import written

ZERO = Decimal("0.0")

_OVER_TIMES = {
    "day": N_("No. %(nth)s this day; only %(limit)s count"),
    "month": N_("No. %(nth)s this month; only %(limit)s count"),
    "quarter": N_("No. %(nth)s this quarter; only %(limit)s count"),
    "year": N_("No. %(nth)s this year; only %(limit)s count"),
}
_OVER_POINTS = {
    "day": N_("This item counts at most %(limit)s points a day"),
    "month": N_("This item counts at most %(limit)s points a month"),
    "quarter": N_("This item counts at most %(limit)s points a quarter"),
    "year": N_("This item counts at most %(limit)s points a year"),
}


@dataclass(frozen=True)
class Cap:
    """`max_points` bounds the absolute value of the sum; `per` is day, month, quarter or year."""

    max_times: int | None
    max_points: Decimal | None
    per: str


@dataclass(frozen=True)
class Claim:
    """An effective event as the cap rule sees it. `order` is the order of approval."""

    event_id: int
    day: date
    order: int
    points: Decimal
    cap: Cap


@dataclass(frozen=True)
class Award:
    """The points that count, and why they are fewer than claimed."""

    points: Decimal
    why: Problem | None = None


def awards(claims: Iterable[Claim]) -> dict[int, Award]:
    """Award the claims of one subject and one item, keyed by event id.

    Pass all claims of a calendar year: every cap period lies inside one. Each claim is judged by the cap
    of the rulebook version it was recorded under.
    """
    times: dict[tuple[str, int], int] = defaultdict(int)
    sums: dict[tuple[str, int], Decimal] = defaultdict(lambda: ZERO)
    result = {}
    for claim in sorted(claims, key=lambda claim: (claim.day, claim.order)):
        periods = _cap_periods(claim.day)
        for period in periods.values():
            times[period] += 1
        period = periods[claim.cap.per]
        given = result[claim.event_id] = _award(claim, times[period], sums[period])
        for period in periods.values():
            sums[period] += given.points
    return result


def _cap_periods(day: date) -> dict[str, tuple[str, int]]:
    return {
        "day": ("day", day.toordinal()),
        "month": ("month", month_number(day)),
        "quarter": ("quarter", day.year * 10 + (day.month + 2) // 3),
        "year": ("year", day.year),
    }


def _award(claim: Claim, nth: int, so_far: Decimal) -> Award:
    cap = claim.cap
    if cap.max_times is not None and nth > cap.max_times:
        return Award(ZERO, Problem("", _OVER_TIMES[cap.per], {"nth": nth, "limit": cap.max_times}))
    if cap.max_points is None or abs(so_far + claim.points) <= cap.max_points:
        return Award(claim.points)
    room = max(cap.max_points - abs(so_far), ZERO)
    why = Problem("", _OVER_POINTS[cap.per], {"limit": written(cap.max_points)})
    return Award(room if claim.points > 0 else -room, why)
