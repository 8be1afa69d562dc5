"""`/admin/quarters`: every quarter since the village began, and where it stands. The township reads along."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from kiosk.office.quarters import quarters
from kiosk.pages import words
from kiosk.pages.answers import page, reader_language, translate
from kiosk.pages.downloads import listed
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column

AnyRequest = Request[Any, Any, Any]
_READERS = staff("reviewer", "admin", "township")
_STATES = {"open": N_("Open"), "on notice": N_("On notice"), "settled": N_("Settled")}
_COLUMNS = (
    Column(N_("Quarter"), 18),
    Column(N_("State"), 12),
    *(Column(title, 12, "number") for title in (N_("Households"), N_("Events"), N_("Points together"))),
    *(Column(title, 12, "number") for title in (N_("Waiting"), N_("Open objections"))),
)


@get("/admin/quarters", guards=[_READERS], sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site], village: FromQuery[str] = "") -> Response[Any]:
    """The list, newest first."""
    with site.database.read() as connection:
        found = village_in_scope(request, connection, village)
        rows = quarters(connection, found.id, site.clock())
    return page(request, "admin_quarters.html", village=found, rows=rows)


@get("/admin/quarters.xlsx", guards=[_READERS], sync_to_thread=True)
def export(request: AnyRequest, site: NamedDependency[Site], village: FromQuery[str] = "") -> Response[Any]:
    """The list as a workbook."""
    with site.database.read() as connection:
        found = village_in_scope(request, connection, village)
        rows = quarters(connection, found.id, site.clock())
    lang = reader_language(request)
    cells = [
        (
            words.period(row.quarter, lang),
            translate(request, _STATES[row.state.state]),
            *(row.households, row.events, row.points, row.waiting, row.objections),
        )
        for row in rows
    ]
    return listed(request, found, N_("Quarters"), _COLUMNS, cells)


routes = [show, export]
