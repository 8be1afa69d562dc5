"""`/admin/years`: the years that can be judged, newest first; for the township every village's honours of one."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery
from sqlalchemy import Connection

from kiosk.office.honours import decisions, effective
from kiosk.office.proposals import unsettled
from kiosk.pages.answers import page, translate
from kiosk.pages.downloads import listed
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.roster.villages import Village, villages
from kiosk.scoring import boards
from kiosk.scoring.periods import Period, period_of
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column

AnyRequest = Request[Any, Any, Any]
_READERS = staff("reviewer", "admin", "township")
_FIRST = 2000
_COLUMNS = (
    Column(N_("Village"), 16),
    Column(N_("Year"), 8),
    Column(N_("State"), 14),
    Column(N_("Quarters to settle"), 12, "number"),
    *(
        Column(title, 12, "number")
        for title in (N_("Recommended"), N_("Granted"), N_("Declined"), N_("Barred"))
    ),
)


@dataclass(frozen=True)
class Row:
    """A year of a village: how far its quarters are, and how many honours were decided so far."""

    village: Village
    year: Period
    ended: bool
    unsettled: Sequence[Period]
    words: Counter[str]


@get("/admin/years", guards=[_READERS], sync_to_thread=True)
def show(
    request: AnyRequest, site: NamedDependency[Site], village: FromQuery[str] = "", year: FromQuery[int] = 0
) -> Response[Any]:
    """A village's years; the township, before it has chosen a village, sees all villages in one year."""
    here, chosen, rows = _read(request, site, village, year)
    if here:
        return page(request, "admin_years.html", village=here, rows=rows)
    return page(request, "admin_years_villages.html", year=chosen, rows=rows)


@get("/admin/years.xlsx", guards=[_READERS], sync_to_thread=True)
def export(
    request: AnyRequest, site: NamedDependency[Site], village: FromQuery[str] = "", year: FromQuery[int] = 0
) -> Response[Any]:
    """The same as a workbook."""
    here, chosen, rows = _read(request, site, village, year)
    cells = [
        (
            row.village.name,
            str(row.year),
            translate(request, N_("ended") if row.ended else N_("still running")),
            len(row.unsettled),
            *(row.words[word] for word in ("recommended", "granted", "declined", "barred")),
        )
        for row in rows
    ]
    about = "" if here else str(chosen)
    return listed(request, here, N_("Honours of the year"), _COLUMNS, cells, about=about)


def _read(
    request: AnyRequest, site: Site, village: str, year: int
) -> tuple[Village | None, Period, list[Row]]:
    """A village and its years; or no village, and the chosen year of all of them."""
    now = site.clock()
    asked = year if _FIRST <= year <= now.year else now.year - 1
    chosen = Period(asked * 100 + 1, "year")
    with site.database.read() as connection:
        if request.user.village_id or village:
            here = village_in_scope(request, connection, village)
            return here, chosen, [_row(connection, here, one, now) for one in _years(connection, here, now)]
        return None, chosen, [_row(connection, one, chosen, now) for one in villages(connection)]


def _years(connection: Connection, here: Village, now: datetime) -> list[Period]:
    """From the first with an entry to the running one, newest first."""
    running = period_of(now.date(), "year")
    first = boards.first_period(connection, here.id, "year") or running
    return [Period(year * 100 + 1, "year") for year in range(running.year, first.year - 1, -1)]


def _row(connection: Connection, here: Village, year: Period, now: datetime) -> Row:
    words = Counter[str](one.decision for one in effective(decisions(connection, here.id, year.year)))
    left = unsettled(connection, here.id, year, now)
    return Row(here, year, year.end <= now.date(), left, words)


routes = [show, export]
