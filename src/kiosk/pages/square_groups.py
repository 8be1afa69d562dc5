"""The village's groups on the screen. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from kiosk.scoring.awards import ZERO
from kiosk.scoring.columns import TENTH
from kiosk.scoring.standings import Standing


@dataclass(frozen=True)
class Group:
    """`average` is a household's; `share` is that in hundredths of the best group's."""

    name: str
    households: int
    total: Decimal
    average: Decimal
    share: int


def groups(places: Iterable[Standing]) -> list[Group]:
    """The groups, best average first; households that name no group belong to none."""
    totals: dict[str, list[Decimal]] = {}
    for place in places:
        if place.household.group:
            totals.setdefault(place.household.group, []).append(place.total)
    best = max([sum(points, ZERO) / len(points) for points in totals.values()], default=ZERO)
    made = [_group(name, points, best) for name, points in totals.items()]
    return sorted(made, key=lambda group: (-group.average, group.name))


def taking_turns(found: Sequence[Group], pages: int, today: date) -> list[Group]:
    """At most so many groups, in the order of their names; where there are more, others every day."""
    ordered = sorted(found, key=lambda group: group.name)
    if len(ordered) <= pages:
        return ordered
    start = today.toordinal() * pages % len(ordered)
    return [*ordered, *ordered][start : start + pages]


def _group(name: str, points: Sequence[Decimal], best: Decimal) -> Group:
    total = sum(points, ZERO)
    average = total / len(points)
    share = int(100 * average / best) if best > 0 else 0
    return Group(name, len(points), total, average.quantize(TENTH, ROUND_HALF_UP), max(0, share))
