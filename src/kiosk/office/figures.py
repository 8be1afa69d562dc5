"""The figures of a village and a period: who takes part, what the points are for, how the groups compare.

A household takes part when at least one good deed of its own or of a member counts in the period; it is
silent when no event of any kind does. Both are asked of those on the roll on the period's last day (today,
for the running one), or in a settled quarter of those who were ranked. Points are what landed in the period,
of whatever household: base points are no event's and stand in the ranking alone.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy import Connection

from kiosk.office.counting import Counted, Happened, counted, happened
from kiosk.office.places import Place, members_on_roll, places
from kiosk.scoring import boards
from kiosk.scoring.awards import ZERO
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.rulebook import Item

_LEADERS = 10


@dataclass(frozen=True)
class Share:
    """So many of so many."""

    part: int
    whole: int

    @property
    def percent(self) -> int:
        """Rounded half up; nothing of nothing is 0."""
        return (200 * self.part + self.whole) // (2 * self.whole) if self.whole else 0


@dataclass(frozen=True)
class Course:
    """What became of the events that happened in the period; the four others add up to `noted`."""

    noted: int
    counted: int
    waiting: int
    rejected: int
    reversed: int


@dataclass(frozen=True)
class Category:
    """`gained` and `deducted` (zero or less) landed in the period, from `deeds` that count in it."""

    name: str
    deeds: int
    gained: Decimal
    deducted: Decimal

    @property
    def net(self) -> Decimal:
        return self.gained + self.deducted


@dataclass(frozen=True)
class Group:
    """A group of the village (without a name: those in none); `mean` is its households' mean figure."""

    name: str
    mean: Decimal
    active: Share
    silent: int


@dataclass(frozen=True)
class Figures:
    """All of it for one period. `silent` are households without an event, in the order of their codes."""

    period: Period
    running: bool
    places: Sequence[Place]
    households: Share
    members: Share
    course: Course
    happened: Sequence[Happened]
    counted: Sequence[Counted]
    categories: Sequence[Category]
    groups: Sequence[Group]
    silent: Sequence[Place]

    @property
    def gained(self) -> Decimal:
        return sum((one.gained for one in self.categories), ZERO)

    @property
    def deducted(self) -> Decimal:
        return sum((one.deducted for one in self.categories), ZERO)

    @property
    def deeds(self) -> int:
        return sum(one.deeds for one in self.categories)

    @property
    def mean(self) -> Decimal:
        return mean(place.figure for place in self.places)

    @property
    def capped(self) -> Share:
        """The deeds of which a cap left nothing, of all that count."""
        return Share(sum(one.capped for one in self.counted), self.deeds)

    @property
    def corrections(self) -> tuple[int, Decimal]:
        """How many entries landed here because their own quarter was settled, and their points."""
        return (
            sum(one.corrections for one in self.counted),
            sum((one.corrected for one in self.counted), ZERO),
        )

    @property
    def leaders(self) -> list[Place]:
        """The first ten ranks that have points, unless ties make them a crowd."""
        leading = [place for place in self.places if place.rank <= _LEADERS and place.figure > 0]
        return leading if len(leading) <= 2 * _LEADERS else []


def figures(connection: Connection, village_id: int, period: Period, now: datetime) -> Figures:
    """The figures of a period that has begun; `now` also gives the zone of the days."""
    today = now.date()
    ranked = places(connection, village_id, period, today)
    events = counted(connection, village_id, period)
    told = happened(connection, village_id, period, now.tzinfo)
    people = members_on_roll(connection, village_id, min(period.last, today))
    acting = {one.household_id for one in events if one.earned}
    heard = {one.household_id for one in events if one.effective}
    of_members = {one.member_id for one in events if one.earned}
    return Figures(
        period=period,
        running=today in period,
        places=ranked,
        households=Share(sum(place.household.id in acting for place in ranked), len(ranked)),
        members=Share(len(people.keys() & of_members), len(people)),
        course=_course(told),
        happened=told,
        counted=events,
        categories=_categories(events),
        groups=_groups(ranked, acting, heard),
        silent=sorted(_without(ranked, heard), key=lambda place: place.household.code),
    )


def figures_before(connection: Connection, village_id: int, period: Period, now: datetime) -> Figures | None:
    """The figures of the period before; none if the village had not begun then."""
    first = boards.first_period(connection, village_id, period.kind)
    if first is None or first >= period:
        return None
    return figures(connection, village_id, period.before(), now)


def mean(figures_of: Iterable[Decimal]) -> Decimal:
    """With one decimal, rounded half up; of nothing it is 0."""
    all_of = list(figures_of)
    if not all_of:
        return ZERO
    exact = sum(all_of, ZERO) / len(all_of)
    return exact.quantize(Decimal("0.1"), ROUND_HALF_UP)


def named(group: str) -> str | Problem:
    """A group's name, or that it has none."""
    return group or Problem("", N_("without a group"))


def category_of(item: Item | None) -> str:
    return item.category if item else ""


def _course(told: Sequence[Happened]) -> Course:
    states = Counter(one.state for one in told)
    return Course(len(told), states["counted"], states["waiting"], states["rejected"], states["reversed"])


def _categories(events: Sequence[Counted]) -> list[Category]:
    """Those with anything, most points first."""
    of: dict[str, list[Counted]] = defaultdict(list)
    for one in events:
        of[category_of(one.item)].append(one)
    made = [
        Category(
            name,
            sum(one.effective for one in all_of),
            _points(all_of, lambda one: one.claimed > 0),
            _points(all_of, lambda one: one.claimed < 0),
        )
        for name, all_of in of.items()
    ]
    return sorted(made, key=lambda one: (-one.net, one.name))


def _points(events: Sequence[Counted], which: Callable[[Counted], bool]) -> Decimal:
    return sum((one.points for one in events if which(one)), ZERO)


def _groups(ranked: Sequence[Place], acting: set[int], heard: set[int]) -> list[Group]:
    """Best mean first."""
    of: dict[str, list[Place]] = defaultdict(list)
    for place in ranked:
        of[place.household.group].append(place)
    made = [
        Group(
            name,
            mean(place.figure for place in all_of),
            Share(sum(place.household.id in acting for place in all_of), len(all_of)),
            len(_without(all_of, heard)),
        )
        for name, all_of in of.items()
    ]
    return sorted(made, key=lambda group: (-group.mean, group.name))


def _without(ranked: Sequence[Place], heard: set[int]) -> list[Place]:
    return [place for place in ranked if place.household.id not in heard]
