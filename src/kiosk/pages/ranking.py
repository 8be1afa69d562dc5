"""A ranking as the public may see it: names as the village chose, nobody under age named."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import Connection

from kiosk.pages.public import View
from kiosk.roster.households import public_name
from kiosk.roster.villages import Village
from kiosk.scoring import boards
from kiosk.scoring.periods import Period, quarter_of
from kiosk.scoring.settlement import QuarterState, state
from kiosk.scoring.standings import Household

_LEADERS = 3
_MOST_LEADERS = 6


@dataclass(frozen=True)
class Row:
    """One household's line. `figure` is the total, or a year's average; `quarter_total` is a month's alone."""

    rank: int
    code: str
    head: str  # as the village lets it be shown; empty when only the code may be
    group: str
    figure: Decimal
    member_points: Decimal | None = None
    household_points: Decimal | None = None
    quarter_total: Decimal | None = None
    quarters: int | None = None


@dataclass(frozen=True)
class Group:
    """A group of the village: how many households, and their mean figure (one decimal, half up)."""

    name: str
    households: int
    mean: Decimal


@dataclass(frozen=True)
class Ranking:
    """All rows of a period; `state` is the quarter's (of a month: of its quarter), none for a year.

    `earlier` is the period before, unless the village had not begun then: see `_earlier`.
    """

    period: Period
    rows: list[Row]
    state: QuarterState | None
    running: bool
    earlier: Period | None
    by_four: bool = False  # a year's average is always over four quarters

    @property
    def has_points(self) -> bool:
        """Whether anybody stands out yet; on a quarter's first morning all share the first rank."""
        return any(row.figure != self.rows[0].figure for row in self.rows)

    @property
    def leaders(self) -> list[Row]:
        """Those on the first three ranks, unless ties make them a crowd."""
        leading = [row for row in self.rows if row.rank <= _LEADERS and row.figure > 0]
        return leading if self.has_points and len(leading) <= _MOST_LEADERS else []

    @property
    def groups(self) -> list[Group]:
        """Every named group, best mean first."""
        figures: dict[str, list[Decimal]] = {}
        for row in self.rows:
            if row.group:
                figures.setdefault(row.group, []).append(row.figure)
        made = [Group(name, len(all_of), _mean(all_of)) for name, all_of in figures.items()]
        return sorted(made, key=lambda group: (-group.mean, group.name))

    def only(self, group: str, search: str) -> "Ranking":
        """The rows of a group, or of what somebody looks for: a code, or a name as it is shown."""
        rows = [row for row in self.rows if not group or row.group == group]
        return replace(self, rows=_found(rows, search.strip().lower()) if search else rows)


def read_ranking(connection: Connection, view: View, village: Village, period: Period) -> Ranking:
    """The public ranking of a period that has begun."""
    make = _year_rows if period.kind == "year" else _rows
    quarter_state = None if period.kind == "year" else _state(connection, view, period)
    rows = make(connection, view, village, period)
    earlier = _earlier(connection, view, period, quarter_state)
    by_four = period.kind == "year" and _divisor(connection, view, period) == "four"
    return Ranking(period, rows, quarter_state, view.today in period, earlier, by_four)


def _divisor(connection: Connection, view: View, year: Period) -> str:
    return boards.annual_divisor(connection, min(year.last, view.today))


def _earlier(
    connection: Connection, view: View, period: Period, quarter_state: QuarterState | None
) -> Period | None:
    """The period before. A settled quarter always leads there: its page must not change by what comes later."""
    first = boards.first_period(connection, view.village_id, period.kind)
    frozen = period.kind == "quarter" and quarter_state is not None and quarter_state.state == "settled"
    return period.before() if frozen or (first and first < period) else None


def _rows(connection: Connection, view: View, village: Village, period: Period) -> list[Row]:
    found = boards.standings(connection, view.village_id, period, view.today)
    running: dict[int, Decimal] = {}
    if period.kind == "month":
        quarter = boards.standings(connection, view.village_id, quarter_of(period.first), view.today)
        running = {standing.household.id: standing.total for standing in quarter}
    return [
        Row(
            rank=standing.rank,
            code=standing.household.code,
            head=_head(standing.household, village),
            group=standing.household.group,
            figure=standing.total,
            member_points=standing.member_points,
            household_points=standing.household_points,
            quarter_total=running.get(standing.household.id),
        )
        for standing in found
    ]


def _year_rows(connection: Connection, view: View, village: Village, period: Period) -> list[Row]:
    return [
        Row(
            rank=place.rank,
            code=place.household.code,
            head=_head(place.household, village),
            group=place.household.group,
            figure=place.figure,
            quarters=place.quarters,
        )
        for place in boards.annual(connection, view.village_id, period, view.today)
    ]


def _state(connection: Connection, view: View, period: Period) -> QuarterState:
    return state(connection, view.village_id, quarter_of(period.first), view.now)


def _head(household: Household, village: Village) -> str:
    if household.head_minor:
        return ""
    shown = public_name(household, village.public_names)
    return "" if shown == household.code else shown


def _found(rows: list[Row], sought: str) -> list[Row]:
    """The household of exactly this code (`7` is 007 too), else all whose code or shown name holds it."""
    exact = [row for row in rows if row.code.lower().lstrip("0") == sought.lstrip("0")]
    return exact or [row for row in rows if sought in row.code.lower() or sought in row.head.lower()]


def _mean(figures: Iterable[Decimal]) -> Decimal:
    all_of = list(figures)
    tenths = sum(all_of, Decimal(0)) * 10
    whole = (2 * tenths + len(all_of)) // (2 * len(all_of))
    return Decimal(whole).scaleb(-1)
