"""`/admin/sample/{quarter}/sheet.xlsx`: the events drawn for checking and what was found, as a workbook."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from kiosk.fairness import draws, inspections
from kiosk.pages.admin_sample import READERS, Row, drawn_rows, quarter_named
from kiosk.pages.answers import reader_language, translate
from kiosk.pages.downloads import listed
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column

AnyRequest = Request[Any, Any, Any]
_COLUMNS = (
    Column(N_("No."), 5, "number"),
    Column(N_("Event no."), 9, "number"),
    Column(N_("Household code"), 11),
    Column(N_("Head of household"), 12, "wrap"),
    Column(N_("Item"), 24, "wrap"),
    Column(N_("Points"), 8, "number"),
    Column(N_("Day"), 12, "day"),
    Column(N_("Place and reason"), 30, "wrap"),
    Column(N_("Recorder"), 12, "wrap"),
    Column(N_("Found"), 10),
    Column(N_("Remark"), 26, "wrap"),
    Column(N_("Who went and looked"), 16, "wrap"),
    Column(N_("Noted on"), 12, "day"),
)


@get("/admin/sample/{quarter:str}/sheet.xlsx", guards=[READERS], sync_to_thread=True)
def export(
    request: AnyRequest, site: NamedDependency[Site], quarter: FromPath[str], village: FromQuery[str] = ""
) -> Response[Any]:
    """In the order in which they were drawn. The township sees neither reasons nor who of the household."""
    period = quarter_named(quarter)
    with site.database.read() as connection:
        here = village_in_scope(request, connection, village)
        drawn = draws.draw_of(connection, here.id, period)
        if drawn is None:
            raise NotFoundException
        rows = drawn_rows(connection, here.id, drawn, request.user.actor)
    cells = [(number, *_cells(request, site, row)) for number, row in enumerate(rows, start=1)]
    return listed(request, here, N_("Sample for checking"), _COLUMNS, cells, about=period)


def _cells(request: AnyRequest, site: Site, row: Row) -> tuple[object, ...]:
    deed, found, inside = row.deed, row.found, bool(request.user.village_id)
    title = deed.title_en if reader_language(request) == "en" and deed.title_en else deed.title
    outcome: tuple[object, ...] = ("", "", "", None)
    if found:
        word = translate(request, inspections.OUTCOMES[found.outcome])
        day = found.inspected_at.astimezone(site.settings.zone).date()
        outcome = (word, found.remark if inside else "", found.inspected_by, day)
    return (
        deed.event_id,
        deed.household_code,
        row.head if inside else "",
        title,
        deed.claimed,
        deed.occurred_on,
        "；".join(filter(None, (deed.place, deed.reason))) if inside else "",
        deed.recorder,
        *outcome,
    )


routes = [export]
