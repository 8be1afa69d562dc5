"""`/admin/fairness/events`: the events behind a figure of `/admin/fairness`."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery, QueryParameter

from kiosk.fairness.behind import behind
from kiosk.fairness.report import gather
from kiosk.pages.admin_fairness import READERS, quarter_asked, scope_of
from kiosk.pages.answers import page
from kiosk.pages.record_offer import BASIS_WORDS
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.scoring.deeds import deeds
from kiosk.scoring.tables import event

MOST = 300
_PERSON = Annotated[int, QueryParameter(name="person")]
_HOUSEHOLD = Annotated[int, QueryParameter(name="household")]


@get("/admin/fairness/events", guards=[READERS], sync_to_thread=True)
def show(
    request: Request[Any, Any, Any],
    site: NamedDependency[Site],
    person: _PERSON,
    what: FromQuery[str] = "recorded",
    household: _HOUSEHOLD = 0,
    period: FromQuery[str] = "",
    village: FromQuery[str] = "",
) -> Response[Any]:
    """The newest of them, with what became of each; those that a figure counts are marked."""
    now = site.clock()
    quarter = quarter_asked(period, now.date())
    with site.database.read() as connection:
        here = village_in_scope(request, connection, village)
        found = behind(gather(connection, here.id, quarter, now), person, what, household or None)
        if found is None:
            raise NotFoundException
        shown = sorted(found.events, key=lambda one: (one in found.marked, one), reverse=True)[:MOST]
        rows = list(deeds(connection, here.id, event.c.id.in_(shown)))
    return page(
        request,
        "admin_fairness_events.html",
        village=here,
        found=found,
        rows=sorted(rows, key=lambda deed: deed.event_id not in found.marked),
        quarter=quarter,
        basis_words=BASIS_WORDS,
        scope=scope_of(request, here.code),
    )


routes = [show]
