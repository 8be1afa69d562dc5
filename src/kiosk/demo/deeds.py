"""What happens in the demo village, and when each thing is written down, decided, taken back.

A pure plan: it draws from the given `Random` and knows the clock only as `now`.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib.resources import files
from itertools import accumulate
from random import Random

from kiosk.demo.families import Family, Person
from kiosk.scoring.periods import quarter_of

AGES = {"adult": (18, 85), "worker": (18, 65), "child": (6, 17)}
REJECTIONS = ("同一件事已有人登记", "依据不足，请补充说明后重新登记", "经核实不属实")
REVERSALS = ("记错了户", "重复登记", "点错了条目")
LATE = timedelta(days=20)


@dataclass(frozen=True)
class Habit:
    """One item as it happens here; `points` only for items with a range."""

    item: str
    weight: float
    who: str
    reasons: Sequence[str]
    places: Sequence[str]
    points: Sequence[str] = ()
    bases: Sequence[str] = ("巡查", "群众反映", "自主申报")


@dataclass(frozen=True)
class Deed:
    """`family` and `person` are places in the list of families; `person` is None for the whole household."""

    family: int
    person: int | None
    item: str
    points: Decimal | None
    occurred_on: date
    recorded_at: datetime
    place: str
    reason: str
    basis: str
    late: bool = False


def habits() -> list[Habit]:
    data = tomllib.loads((files("kiosk") / "demo" / "deeds.toml").read_text("utf-8"))
    return [Habit(item, **fields) for item, fields in data.items()]


def deeds(random: Random, village: Sequence[Family], count: int, start: date, now: datetime) -> list[Deed]:
    """`count` deeds from `start` up to `now`, in the order in which they were written down."""
    drawn = _Draw(random, village)
    moments = sorted(_moment(random, start, now) for _ in range(count))
    return [drawn.deed(moment, start) for moment in moments]


class _Draw:
    """Draws deeds: busy families do more, common items come more often."""

    def __init__(self, random: Random, village: Sequence[Family]) -> None:
        self._random = random
        self._village = village
        self._busy = list(accumulate(random.lognormvariate(0, 0.7) for _ in village))
        self._habits = habits()
        self._common = list(accumulate(habit.weight for habit in self._habits))

    def deed(self, moment: datetime, start: date) -> Deed:
        """A deed written down at this moment, mostly on the day it happened, by somebody who lived here."""
        random = self._random
        late = random.random() < 0.004 and moment.date() - LATE > quarter_of(start).end
        day = self._day(moment.date(), start, late)
        while True:
            family = random.choices(range(len(self._village)), cum_weights=self._busy)[0]
            habit = random.choices(self._habits, cum_weights=self._common)[0]
            here = [one for one, person in enumerate(self._village[family].people) if _here(person, day)]
            able = [
                one
                for one in here
                if habit.who == "household" or _able(self._village[family].people[one], habit, day)
            ]
            if able:
                return self._written(habit, family, random.choice(able), day, moment, late)

    def _day(self, written_on: date, start: date, late: bool) -> date:
        if late:
            return quarter_of(written_on - LATE).first - timedelta(days=self._random.randint(1, 30))
        days_before = self._random.randint(1, 3) if self._random.random() < 0.1 else 0
        return max(written_on - timedelta(days=days_before), start)

    def _written(
        self, habit: Habit, family: int, person: int, day: date, moment: datetime, late: bool
    ) -> Deed:
        random = self._random
        return Deed(
            family=family,
            person=None if habit.who == "household" else person,
            item=habit.item,
            points=Decimal(random.choice(habit.points)) if habit.points else None,
            occurred_on=day,
            recorded_at=moment,
            place=random.choice(habit.places),
            reason=random.choice(habit.reasons),
            basis=random.choice(habit.bases),
            late=late,
        )


def _moment(random: Random, start: date, now: datetime) -> datetime:
    """By daylight, and more often in the last week than before, so that the screen has news to show."""
    days = (now.date() - start).days
    back = random.randint(0, min(6, days)) if random.random() < 0.012 else random.randint(0, days)
    day = now.date() - timedelta(days=back)
    moment = datetime.combine(day, time(7, 30), now.tzinfo) + timedelta(seconds=random.randint(0, 43_200))
    if moment < now:
        return moment
    midnight = datetime.combine(day, time(), now.tzinfo)
    return midnight + (now - midnight) * random.random()


def _here(person: Person, day: date) -> bool:
    return person.here(day) and person.born <= day


def _able(person: Person, habit: Habit, day: date) -> bool:
    youngest, oldest = AGES[habit.who]
    return youngest <= (day - person.born).days // 365 <= oldest
