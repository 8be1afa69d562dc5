"""Month, Quarter, Year: half-open ranges of local dates in the village's zone.

`first` is inclusive, `end` exclusive. A period is written `2026-08`, `2026Q3` or `2026`.
A month is stored as the whole number `year * 100 + month`, so that a quarter is a range of three.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

Kind = Literal["month", "quarter", "year"]
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_WRITTEN = re.compile(r"(?P<year>\d{4})(?:-(?P<month>0[1-9]|1[0-2])|Q(?P<quarter>[1-4]))?")


@dataclass(frozen=True, order=True)
class Period:
    """`start` is the number of the first month (202607); order is by time within one kind."""

    start: int
    kind: Kind

    @property
    def year(self) -> int:
        return self.start // 100

    @property
    def first(self) -> date:
        return date(self.year, self.start % 100, 1)

    @property
    def end(self) -> date:
        """The first day after the period."""
        month = self.start % 100 - 1 + _MONTHS[self.kind]
        return date(self.year + month // 12, month % 12 + 1, 1)

    @property
    def last(self) -> date:
        return self.end - timedelta(days=1)

    @property
    def last_month(self) -> int:
        return self.start + _MONTHS[self.kind] - 1

    def __contains__(self, day: date) -> bool:
        return self.first <= day < self.end

    def __str__(self) -> str:
        if self.kind == "year":
            return f"{self.year:04}"
        if self.kind == "quarter":
            return f"{self.year:04}Q{(self.start % 100 + 2) // 3}"
        return f"{self.year:04}-{self.start % 100:02}"

    @property
    def number(self) -> int:
        """Which quarter or month of its year this is, from 1."""
        return (self.start % 100 - 1) // _MONTHS[self.kind] + 1

    def before(self) -> "Period":
        """The period of the same kind that ends where this one starts."""
        return period_of(self.first - timedelta(days=1), self.kind)

    def after(self) -> "Period":
        return period_of(self.end, self.kind)

    def quarters(self) -> list["Period"]:
        """The quarters of a year, or the one quarter that holds a month or is a quarter."""
        if self.kind == "year":
            return [Period(self.start + 3 * n, "quarter") for n in range(4)]
        return [period_of(self.first, "quarter")]


def month_number(day: date) -> int:
    return day.year * 100 + day.month


def period_of(day: date, kind: Kind) -> Period:
    """The period of this kind that holds the day."""
    length = _MONTHS[kind]
    return Period(day.year * 100 + (day.month - 1) // length * length + 1, kind)


def quarter_of(day: date) -> Period:
    return period_of(day, "quarter")


def parse_period(text: str) -> Period:
    """Read `2026-08`, `2026Q3` or `2026`. Raises ValueError for anything else."""
    found = _WRITTEN.fullmatch(text.strip().upper())
    if not found or not "1900" <= found["year"] < "9999":
        raise ValueError(text)
    year = int(found["year"])
    if found["month"]:
        return Period(year * 100 + int(found["month"]), "month")
    if found["quarter"]:
        return Period(year * 100 + int(found["quarter"]) * 3 - 2, "quarter")
    return Period(year * 100 + 1, "year")
