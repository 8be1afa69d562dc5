"""`/review.xlsx`: what awaits a decision, as a workbook to take to a meeting."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from kiosk.pages.answers import reader_language, translate
from kiosk.pages.downloads import listed
from kiosk.pages.guard import staff
from kiosk.pages.record_offer import BASIS_WORDS
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.roster.villages import village_by_id
from kiosk.scoring.awaiting import Awaiting, awaiting
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column

AnyRequest = Request[Any, Any, Any]
_STATES = {"new": N_("waits for review"), "asked": N_("asked back"), "answered": N_("answered")}
_COLUMNS = (
    Column(N_("No."), 8, "number"),
    Column(N_("Day"), 12, "day"),
    Column(N_("Household code"), 11),
    Column(N_("Head of household"), 12, "wrap"),
    Column(N_("Person"), 12, "wrap"),
    Column(N_("Item"), 26, "wrap"),
    Column(N_("Points"), 8, "number"),
    Column(N_("Place, reason and basis"), 40, "wrap"),
    Column(N_("Recorder"), 12, "wrap"),
    Column(N_("Recorded at"), 17, "moment"),
    Column(N_("State"), 14, "wrap"),
)


@get("/review.xlsx", guards=[staff("reviewer", "admin")], sync_to_thread=True)
def export(request: AnyRequest, site: NamedDependency[Site]) -> Response[Any]:
    """Everything that waits, oldest first, whoever may decide about it."""
    actor, now = request.user.actor, site.clock()
    with site.database.read() as connection:
        here = village_by_id(connection, request.user.village_id)
        waits = awaiting(connection, actor.village_id, actor, now)
        heads = households.heads(connection, {one.deed.household_id for one in waits})
    rows = [_row(request, site, one, heads.get(one.deed.household_id, "")) for one in waits]
    return listed(
        request, here, N_("Waiting for review"), _COLUMNS, rows, empty=N_("Nothing waits. Well done.")
    )


def _row(request: AnyRequest, site: Site, one: Awaiting, head: str) -> tuple[object, ...]:
    deed = one.deed
    basis = translate(request, BASIS_WORDS[deed.basis]) if deed.basis in BASIS_WORDS else deed.basis
    title = deed.title_en if reader_language(request) == "en" and deed.title_en else deed.title
    return (
        deed.event_id,
        deed.occurred_on,
        deed.household_code,
        head,
        deed.member_name or translate(request, N_("the whole household")),
        title,
        deed.claimed,
        "；".join(filter(None, (deed.place, deed.reason, basis))),
        deed.recorder,
        deed.recorded_at.astimezone(site.settings.zone),
        translate(request, _STATES[one.state]),
    )


routes = [export]
