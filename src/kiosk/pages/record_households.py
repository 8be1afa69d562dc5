"""The first step of the recorder's form: find a household as one types, then show who lives there."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter

from kiosk.pages.answers import page
from kiosk.pages.guard import staff
from kiosk.pages.record_form import Filled
from kiosk.pages.record_offer import chosen
from kiosk.pages.site import Site
from kiosk.roster import search

AnyRequest = Request[Any, Any, Any]
_RECORDERS = staff("recorder", "reviewer", "admin")


@get("/record/households", guards=[_RECORDERS], sync_to_thread=True)
def find(
    request: AnyRequest, site: NamedDependency[Site], typed: Annotated[str, QueryParameter(name="q")] = ""
) -> Response[str]:
    """The households that match what was typed so far."""
    query, village_id, today = query_of(typed), request.user.village_id, site.clock().date()
    with site.database.read() as connection:
        rows = search.search(connection, village_id, query, today) if query else []
    return page(request, "_record_rows.html", rows=rows, query=query)


@get("/record/who", guards=[_RECORDERS], sync_to_thread=True)
def who(
    request: AnyRequest,
    site: NamedDependency[Site],
    household: FromQuery[str] = "",
    member: FromQuery[str] = "",
) -> Response[str]:
    """The first step with a household in it, or back at the search."""
    actor, now = request.user.actor, site.clock()
    with site.database.read() as connection:
        known = chosen(connection, actor, household, now.date()) if household else None
    filled = Filled(household=household if known else "", member=member)
    return page(request, "_record_who.html", who=known, filled=filled, rows=[], query="", problems=[])


def query_of(typed: str) -> str:
    """What was typed, as far as a search needs it."""
    return typed.strip()[:40]


routes = [find, who]
