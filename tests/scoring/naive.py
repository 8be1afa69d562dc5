"""The rules of scoring.md told a second time, as simply and slowly as possible, from lists alone.

It shares no code with the ledger: it remembers every event with what became of it, works out all awards of
all times anew after each step, and notes where each difference lands.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction


@dataclass
class NaiveItem:
    code: str
    subject: str
    low: Decimal
    high: Decimal
    max_times: int | None
    max_points: Decimal | None
    per: str


@dataclass
class NaiveEvent:
    number: int
    household: int
    member: int | None
    item: NaiveItem
    points: Decimal
    day: date
    late: bool = False
    approval: int | None = None
    reversed: bool = False
    posted: Decimal = Decimal(0)


@dataclass
class NaiveVillage:
    base: Decimal
    events: dict[int, NaiveEvent] = field(default_factory=dict)
    landed: list[tuple[int, int, int, Decimal]] = field(
        default_factory=list
    )  # household, year, month, points
    settled: dict[tuple[int, int], dict[int, Decimal]] = field(default_factory=dict)  # totals by quarter
    approvals: int = 0
    objections: dict[int, tuple[int, int]] = field(default_factory=dict)  # open ones, and what they hold up

    def object_to(self, number: int, about: date, today: date) -> None:
        quarter = about.year, _quarter(about)
        day = self.open_day(today) if quarter in self.settled else about
        self.objections[number] = day.year, _quarter(day)

    def approve(self, number: int, today: date) -> None:
        event = self.events[number]
        self.approvals += 1
        event.approval = self.approvals
        event.day = today if event.late else event.day
        self.post_all(today)

    def take_back(self, number: int, today: date) -> None:
        self.events[number].reversed = True
        self.post_all(today)

    def settle(self, year: int, quarter: int, households: list[int]) -> None:
        self.settled[year, quarter] = {home: self.total(home, year, quarter) for home in households}

    def total(self, household: int, year: int, quarter: int) -> Decimal:
        if (year, quarter) in self.settled:
            return self.settled[year, quarter][household]
        months = range(quarter * 3 - 2, quarter * 3 + 1)
        return self.base + sum(self.month(household, year, month) for month in months)

    def month(self, household: int, year: int, month: int) -> Decimal:
        mine = [points for home, *when, points in self.landed if home == household and when == [year, month]]
        return sum(mine, Decimal(0))

    def average(self, household: int, year: int, today: date) -> Fraction:
        ended = [quarter for quarter in (1, 2, 3, 4) if _after(year, quarter) <= today]
        totals = [Fraction(self.total(household, year, quarter)) for quarter in ended]
        return sum(totals, Fraction(0)) / len(totals) if totals else Fraction(0)

    def post_all(self, today: date) -> None:
        """Post, for every event whose award is not what was posted, the difference."""
        for event in self.events.values():
            missing = self.award(event) - event.posted
            if missing:
                event.posted += missing
                closed = (event.day.year, _quarter(event.day)) in self.settled
                where = self.open_day(today) if closed else event.day
                self.landed.append((event.household, where.year, where.month, missing))

    def open_day(self, today: date) -> date:
        """Today, unless the clock was set back into a settled quarter."""
        if (today.year, _quarter(today)) not in self.settled:
            return today
        return _after(*max(self.settled))

    def award(self, event: NaiveEvent) -> Decimal:
        if event.approval is None or event.reversed:
            return Decimal(0)
        before = [other for other in self.rivals(event) if _order(other) < _order(event)]
        if event.item.max_times is not None and len(before) >= event.item.max_times:
            return Decimal(0)
        if event.item.max_points is None:
            return event.points
        room = event.item.max_points - abs(sum((self.award(other) for other in before), Decimal(0)))
        size = min(abs(event.points), room)
        return size if event.points > 0 else -size

    def rivals(self, event: NaiveEvent) -> list[NaiveEvent]:
        """The effective events of the same subject and item in the same cap period."""
        return [
            other
            for other in self.events.values()
            if other.approval is not None
            and not other.reversed
            and (other.household, other.member, other.item.code)
            == (event.household, event.member, event.item.code)
            and _span(other.day, event.item.per) == _span(event.day, event.item.per)
        ]


def _order(event: NaiveEvent) -> tuple[date, int]:
    return event.day, event.approval or 0


def _span(day: date, per: str) -> tuple[int, ...]:
    return {
        "day": (day.year, day.month, day.day),
        "month": (day.year, day.month),
        "quarter": (day.year, _quarter(day)),
        "year": (day.year,),
    }[per]


def _quarter(day: date) -> int:
    return (day.month + 2) // 3


def _after(year: int, quarter: int) -> date:
    return date(year + quarter // 4, quarter % 4 * 3 + 1, 1)
