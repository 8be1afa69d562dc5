"""`/record/declarations.xlsx`: what families have declared and what became of it, as a workbook."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from kiosk.pages.answers import reader_language, translate
from kiosk.pages.downloads import listed
from kiosk.pages.guard import staff
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.roster.villages import village_by_id
from kiosk.scoring import declarations
from kiosk.scoring.declarations import Declaration
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column

AnyRequest = Request[Any, Any, Any]
_MOST = 20_000
_STATES = {"waiting": N_("waits for a recorder"), "taken": N_("taken up"), "declined": N_("declined")}
_COLUMNS = (
    Column(N_("No."), 8, "number"),
    Column(N_("Declared at"), 17, "moment"),
    Column(N_("Household code"), 11),
    Column(N_("Head of household"), 12, "wrap"),
    Column(N_("Person"), 12, "wrap"),
    Column(N_("Item"), 26, "wrap"),
    Column(N_("Day"), 12, "day"),
    Column(N_("Place and reason"), 36, "wrap"),
    Column(N_("State"), 12),
    Column(N_("Event no."), 10, "number"),
    Column(N_("Answer"), 30, "wrap"),
    Column(N_("Answered by"), 12, "wrap"),
)


@get("/record/declarations.xlsx", guards=[staff("recorder", "reviewer", "admin")], sync_to_thread=True)
def export(request: AnyRequest, site: NamedDependency[Site]) -> Response[Any]:
    """What waits, the oldest first, then all that was answered, the latest first."""
    village_id: int = request.user.village_id
    with site.database.long_read() as connection:
        here = village_by_id(connection, village_id)
        every = declarations.waiting(connection, village_id)
        every += declarations.answered(connection, village_id, _MOST)
        heads = households.heads(connection, {one.said.household_id for one in every})
    rows = [_row(request, site, one, heads.get(one.said.household_id, "")) for one in every]
    return listed(request, here, N_("Declared by families"), _COLUMNS, rows)


def _row(request: AnyRequest, site: Site, one: Declaration, head: str) -> tuple[object, ...]:
    title = one.title_en if reader_language(request) == "en" and one.title_en else one.title
    return (
        one.id,
        one.declared_at.astimezone(site.settings.zone),
        one.household_code,
        head,
        one.member_name or translate(request, N_("the whole household")),
        title,
        one.said.occurred_on,
        "；".join(filter(None, (one.said.place, one.said.reason))),
        translate(request, _STATES[one.state]),
        one.event_id,
        one.answer,
        one.answered_by,
    )


routes = [export]
