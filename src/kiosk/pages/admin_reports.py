"""`/admin/reports`: quarter and year for the township, as a page to print and as a workbook, and all villages
side by side."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath

from kiosk.office.analysis import choices
from kiosk.office.overview import Row, overview
from kiosk.office.report import Report, report
from kiosk.pages import words
from kiosk.pages.admin_analysis import OFFICE, PERIOD, VILLAGE, AnyRequest, chosen_period, reader_of, scope_of
from kiosk.pages.analysis_charts import charts
from kiosk.pages.answers import page
from kiosk.pages.downloads import taken
from kiosk.pages.findings import findings
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.roster.villages import Village, village_by_id, villages
from kiosk.scoring.periods import Period, quarter_of
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import workbook
from kiosk.sheets.report import honour_title, how_made, overview_sheet, report_sheets, state_of


@get("/admin/reports", guards=[OFFICE], sync_to_thread=True)
def index(request: AnyRequest, site: NamedDependency[Site], period: PERIOD = "") -> Response[Any]:
    """A row for each village of a period; for a village's own staff, for each of its last quarters."""
    wanted, rows, periods = _overview(request, site, period)
    return page(request, "admin_reports.html", rows=rows, periods=periods, wanted=wanted, state_of=state_of)


@get("/admin/reports.xlsx", guards=[OFFICE], sync_to_thread=True)
def index_sheet(request: AnyRequest, site: NamedDependency[Site], period: PERIOD = "") -> Response[Any]:
    """The same as a workbook."""
    wanted, rows, _ = _overview(request, site, period)
    reader = reader_of(request, wanted)
    names = {str(row.period): words.period(row.period, reader.lang) for row in rows}
    here = rows[0].village if rows and request.user.village_id else None
    made = overview_sheet(rows, reader, names, here.name if here else "")
    return taken(request, here, N_("Reports"), workbook([made]), f"{made.name}-{wanted}.xlsx", wanted)


@get("/admin/reports/{period:str}", guards=[OFFICE], sync_to_thread=True)
def show(
    request: AnyRequest, site: NamedDependency[Site], period: FromPath[str], village: VILLAGE = ""
) -> Response[Any]:
    """One village's report; with `.xlsx` behind the period, as a workbook."""
    stem = period.removesuffix(".xlsx")
    place, told, periods = _read(request, site, stem, village)
    reader = reader_of(request, told.period)
    if stem != period:
        today = words.day(site.clock().date(), reader.lang)
        made = report_sheets(told, place.name, reader, today)
        name = f"{place.name}-{told.period}.xlsx"
        return taken(request, place, N_("Report"), workbook(made), name, told.period)
    return page(
        request,
        "admin_report.html",
        village=place,
        told=told,
        seen=told.seen,
        periods=periods,
        made=how_made(told, reader),
        now_moment=site.clock(),
        honour=lambda name: honour_title(told, name, reader.lang),
        findings=findings(told.seen, reader.lang),
        charts=charts(told.seen, reader),
        category=lambda name: reader.told(told.seen.category_title(name, reader.lang)),
        scope=scope_of(request, place),
    )


def _read(request: AnyRequest, site: Site, period: str, village: str) -> tuple[Village, Report, list[Period]]:
    now = site.clock()
    with site.database.read() as connection:
        place = village_in_scope(request, connection, village)
        wanted = chosen_period(period, quarter_of(now.date()))
        if wanted.first > now.date() or str(wanted) != period:
            raise NotFoundException
        told = report(connection, place.id, wanted, now)
        return place, told, choices(connection, place.id, now.date())


def _overview(request: AnyRequest, site: Site, period: str) -> tuple[Period, list[Row], list[Period]]:
    """The period asked for, the rows, and the periods one may ask for (of one's own village: all in rows)."""
    now, own = site.clock(), request.user.village_id
    wanted = chosen_period(period, quarter_of(now.date()))
    if wanted.first > now.date():
        raise NotFoundException
    with site.database.read() as connection:
        if own:
            periods = choices(connection, own, now.date())
            return wanted, overview(connection, [village_by_id(connection, own)], periods, now), []
        known = villages(connection)
        found = [one for place in known for one in choices(connection, place.id, now.date())]
        return wanted, overview(connection, known, [wanted], now), sorted({*found, wanted}, key=_newest_first)


def _newest_first(period: Period) -> tuple[str, int]:
    """Quarters, then years."""
    return period.kind, -period.start


routes = [index, index_sheet, show]
