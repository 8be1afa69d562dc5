"""Reads what a household's page shows."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from sqlalchemy import Connection

from kiosk.accounts.accounts import accounts_of
from kiosk.pages.household_bars import Bar, bars
from kiosk.pages.household_chances import chances
from kiosk.pages.household_declared import Told, told
from kiosk.pages.household_rows import Month, Sum, add_up, by_month, tell
from kiosk.roster.households import Household, members_on
from kiosk.roster.names import is_minor
from kiosk.roster.villages import Village
from kiosk.scoring import boards, history, remarks, settlement
from kiosk.scoring.awards import ZERO
from kiosk.scoring.household_objections import raised_about, raised_by
from kiosk.scoring.objections import Objection
from kiosk.scoring.periods import Period, period_of, quarter_of
from kiosk.scoring.rulebook import Item
from kiosk.scoring.settlement import QuarterState
from kiosk.scoring.standings import Standing

_PHONE = re.compile(r"\+?\d(?:[ -]?\d){6,14}")
_QUARTERS = 6  # as many bars as one looks at


@dataclass(frozen=True)
class Place:
    """`shared` when another household has the same rank; `begun` once points set any two apart."""

    rank: int
    shared: bool
    begun: bool
    households: int


@dataclass(frozen=True)
class Facts:
    """`place` is none for a household that was not on the roll; `month_points` are the running month's;
    `earlier` is the quarter before, unless a bar leads there; `phone` is the number in the village's contact.
    """

    head: str
    quarter: Period
    running: bool
    state: QuarterState
    place: Place | None
    sum: Sum
    months: Sequence[Month]
    month: Period
    month_points: Decimal
    bars: Sequence[Bar]
    earlier: Period | None
    phone: str
    chances: Sequence[Item]
    recorders: Sequence[str]
    objections: Sequence[Objection]
    of_others: Sequence[Objection]
    declared: Sequence[Told]

    @property
    def deeds(self) -> int:
        return sum(len(month.rows) for month in self.months)

    @property
    def waiting(self) -> int:
        return sum(row.fate == "waiting" for month in self.months for row in month.rows)


def read_facts(
    connection: Connection, village: Village, home: Household, quarter: Period, now: datetime
) -> Facts:
    """Everything about a quarter that has begun; `now` is in the village's zone."""
    today = now.date()
    running = quarter_of(today)
    first = boards.first_period(connection, village.id, "quarter") or running
    standings = boards.standings(connection, village.id, quarter, today)
    mine = next((one for one in standings if one.household.id == home.id), None)
    deeds = history.of_household(connection, village.id, home.id, quarter)
    if quarter == running:
        deeds = [*history.late_and_waiting(connection, village.id, home.id), *deeds]
    asked = remarks.asked_among(connection, [deed.event_id for deed in deeds if deed.status == "waiting"])
    rows = [tell(deed, quarter, today, asked) for deed in deeds]
    month = period_of(today, "month")
    totals = boards.household_quarters(connection, village.id, home.id, today, _QUARTERS)
    return Facts(
        head=_head(connection, home, today),
        quarter=quarter,
        running=quarter == running,
        state=settlement.state(connection, village.id, quarter, now),
        place=_place(mine, standings),
        sum=add_up(rows, mine.base_points if mine else ZERO),
        months=by_month(rows, quarter),
        month=month,
        month_points=boards.household_total(connection, village.id, home.id, month, today),
        bars=bars([(period, total) for period, total in totals if period >= first]),
        earlier=quarter.before() if first <= quarter.before() < totals[0][0] else None,
        phone=_phone(village.contact),
        chances=chances(connection, village.id, home, today) if quarter == running else [],
        recorders=_recorders(connection, village.id),
        objections=_objections(raised_by, connection, home, quarter, now),
        of_others=_objections(raised_about, connection, home, quarter, now),
        declared=told(connection, home, now) if quarter == running else [],
    )


def _head(connection: Connection, home: Household, today: date) -> str:
    """The name of a head who is of age, else nothing."""
    people = members_on(connection, home.id, today)
    heads = [one.name for one in people if one.head and not is_minor(one.born, one.relation, today)]
    return heads[0] if heads else ""


def _objections(
    which: Callable[..., list[Objection]],
    connection: Connection,
    home: Household,
    quarter: Period,
    now: datetime,
) -> list[Objection]:
    """Those of the quarter; where the plate leads, also what is still open or was answered lately."""
    running = quarter_of(now.date())
    begun = datetime.combine(running.first, time(), now.tzinfo) if quarter == running else None
    return which(connection, home.village_id, home.id, quarter, begun)[::-1]


def _place(mine: Standing | None, standings: Sequence[Standing]) -> Place | None:
    if mine is None:
        return None
    return Place(
        rank=mine.rank,
        shared=sum(one.rank == mine.rank for one in standings) > 1,
        begun=any(one.total != mine.total for one in standings) or len(standings) == 1,
        households=len(standings),
    )


def _recorders(connection: Connection, village_id: int) -> list[str]:
    return [one.name for one in accounts_of(connection, village_id) if one.role == "recorder" and one.active]


def _phone(contact: str) -> str:
    """The first telephone number in a text, as one dials it."""
    found = _PHONE.search(contact)
    return re.sub(r"[ -]", "", found[0]) if found else ""
