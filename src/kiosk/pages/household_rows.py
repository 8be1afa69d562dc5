"""A household's deeds of one quarter, told to the household itself; what they add up to is the total."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from kiosk.roster.names import is_minor
from kiosk.scoring.awards import ZERO
from kiosk.scoring.deeds import Deed
from kiosk.scoring.periods import Period, period_of, quarter_of

Fate = Literal["counted", "less", "waiting", "rejected", "taken back", "elsewhere"]


@dataclass(frozen=True)
class Row:
    """One deed. `points` are those of the quarter that is shown.

    `who` and `relation` are empty for the whole household; a minor has a relation only. `fate` is `less` when
    a cap took something away, and `elsewhere` when the points stand in another quarter. `belated` marks a late
    entry, `correction` points that an earlier quarter would have changed by, had it not been settled,
    `corrected_later` the other half of it.
    """

    deed: Deed
    who: str
    relation: str
    fate: Fate
    belated: bool
    correction: bool
    corrected_later: bool
    asked: bool = False

    @property
    def points(self) -> Decimal:
        return self.deed.points

    @property
    def counts_in(self) -> Period:
        """The quarter to which the points belong."""
        return quarter_of(self.deed.counted_on or self.deed.occurred_on)

    @property
    def shown(self) -> Decimal:
        """What waits shows what it may bring."""
        return self.deed.claimed if self.fate == "waiting" else self.deed.points


@dataclass(frozen=True)
class Month:
    """Rows under one heading, newest first; without `month` what belongs to earlier quarters."""

    month: Period | None
    rows: Sequence[Row]


@dataclass(frozen=True)
class Sum:
    """How a quarter's total comes about."""

    base: Decimal
    gained: Decimal
    deducted: Decimal
    corrected: Decimal

    @property
    def total(self) -> Decimal:
        return self.base + self.gained + self.deducted + self.corrected


def tell(deed: Deed, quarter: Period, today: date, asked: Collection[int] = ()) -> Row:
    """What became of a deed, seen from one quarter; `asked` are the numbers of those asked back."""
    minor = deed.member_id is not None and is_minor(deed.member_born, deed.member_relation, today)
    day = deed.counted_on or deed.occurred_on
    here = day in quarter
    correction = deed.correction and day < quarter.first
    return Row(
        deed=deed,
        who="" if minor else deed.member_name,
        relation=deed.member_relation,
        fate=_fate(deed, correction or here),
        belated=deed.late,
        correction=correction,
        corrected_later=deed.correction and here,
        asked=deed.event_id in asked,
    )


def _fate(deed: Deed, here: bool) -> Fate:
    if deed.status == "waiting":
        return "waiting"
    if deed.status == "rejected":
        return "rejected"
    if deed.status == "reversed":
        return "taken back"
    if not here:
        return "elsewhere"
    return "less" if deed.why else "counted"


def by_month(rows: Iterable[Row], quarter: Period) -> list[Month]:
    """What belongs to earlier quarters first, then the months, newest first."""
    groups: dict[Period | None, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (_day(row, quarter), row.deed.event_id), reverse=True):
        day = _day(row, quarter)
        groups.setdefault(period_of(day, "month") if day in quarter else None, []).append(row)
    earlier = [Month(None, groups.pop(None))] if None in groups else []
    return earlier + [Month(month, of_month) for month, of_month in groups.items()]


def add_up(rows: Sequence[Row], base: Decimal) -> Sum:
    """The parts of the total; deductions and corrections are shown apart."""
    own = [row for row in rows if not row.correction]
    return Sum(
        base=base,
        gained=sum((row.points for row in own if row.deed.claimed > 0), ZERO),
        deducted=sum((row.points for row in own if row.deed.claimed < 0), ZERO),
        corrected=sum((row.points for row in rows if row.correction), ZERO),
    )


def _day(row: Row, quarter: Period) -> date:
    """The day under which a row stands: when it counts, or for what counts elsewhere when it happened."""
    counted = row.deed.counted_on
    return counted if counted and counted in quarter else row.deed.occurred_on
