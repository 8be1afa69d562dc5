"""`/admin/roster`: the households of the village and who has left; a new household; the roster as a workbook."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect

from kiosk.pages.answers import page, reader_language
from kiosk.pages.downloads import taken
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.roster_form import AnyRequest, Attempt, carry_out, typed_about, typed_person
from kiosk.pages.site import Site
from kiosk.pages.words import in_path
from kiosk.roster import editing, listing
from kiosk.roster.households import groups
from kiosk.roster.villages import village_by_id
from kiosk.scoring.problems import N_
from kiosk.sheets import roster

_ADMIN = staff("admin")
_MOST_ROWS = 600


@get("/admin/roster", guards=[_ADMIN], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    q: FromQuery[str] = "",
    group: FromQuery[str] = "",
    left: FromQuery[bool] = False,
) -> Response[Any]:
    """Households that match, or with `left` the people who have left."""
    return _list(request, site, Fields({}), Attempt(), q.strip()[:40], group, left)


@post("/admin/roster", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def add(request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]) -> Response[Any]:
    """A new household with its head."""
    village_id, today = request.user.village_id, site.clock().date()
    attempt = carry_out(
        request,
        site,
        fields,
        lambda connection: editing.found_household(
            connection, village_id, fields["code"], typed_about(fields), typed_person(fields), today
        ),
    )
    if attempt.done and attempt.outcome:
        return Redirect(f"/admin/roster/{in_path(attempt.outcome.code)}?done=added", status_code=303)
    return _list(request, site, fields, attempt)


@get("/admin/roster.xlsx", guards=[_ADMIN], sync_to_thread=True)
def export(request: AnyRequest, site: NamedDependency[Site]) -> Response[Any]:
    """Everybody who is or was on the roll; the file can be edited and imported again."""
    with site.database.long_read() as connection:
        village = village_by_id(connection, request.user.village_id)
        rows = list(roster.rows(connection, village.id))
    day = site.clock().date()
    content = roster.filed(rows, village.name, day, reader_language(request))
    return taken(request, village, N_("Roster"), content, f"{village.name}-花名册-{day}.xlsx")


def _list(
    request: AnyRequest,
    site: Site,
    fields: Fields,
    attempt: Attempt,
    asked: str = "",
    group: str = "",
    left: bool = False,
) -> Response[Any]:
    village_id, today = request.user.village_id, site.clock().date()
    with site.database.read() as connection:
        homes = listing.households_listed(connection, village_id, today, asked, group)
        gone = listing.people_gone(connection, village_id, asked, group) if left else []
        known = [name for name in groups(connection, village_id) if name]
    here = [home for home in homes if home.names]
    return page(
        request,
        "admin_roster.html",
        status=attempt.status,
        homes=here[:_MOST_ROWS],
        count=len(here),
        people=sum(len(home.names) for home in here),
        off=[home for home in homes if not home.names],
        gone=gone[:_MOST_ROWS],
        gone_count=len(gone),
        groups=known,
        group=group,
        asked=asked,
        left=left,
        typed=fields,
        attempt=attempt,
    )


routes = [show, add, export]
