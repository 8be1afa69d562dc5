"""`/admin/rulebook/versions.xlsx`: every version of the rulebook, as a workbook."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from kiosk.pages.downloads import listed
from kiosk.pages.guard import staff
from kiosk.pages.site import Site
from kiosk.roster.villages import village_by_id
from kiosk.scoring import rulebooks
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column

_COLUMNS = (
    Column(N_("Applies from"), 14, "day"),
    Column(N_("Title"), 36, "wrap"),
    Column(N_("Items"), 10, "number"),
    Column(N_("Brought in by"), 16, "wrap"),
    Column(N_("Brought in at"), 18, "moment"),
    Column(N_("Digest"), 68),
)


@get("/admin/rulebook/versions.xlsx", guards=[staff("admin", "township")], sync_to_thread=True)
def export(request: Request[Any, Any, Any], site: NamedDependency[Site]) -> Response[Any]:
    """The newest first, each with the digest by which the ledger names it."""
    village_id, zone = request.user.village_id, site.settings.zone
    with site.database.read() as connection:
        here = village_by_id(connection, village_id) if village_id else None
        known = [(one, rulebooks.version(connection, one.id)) for one in rulebooks.versions(connection)]
    rows = [
        (
            one.applies_from,
            one.title,
            len(version.book.items),
            one.added_by,
            one.added_at.astimezone(zone),
            version.digest,
        )
        for one, version in known
    ]
    return listed(request, here, N_("Versions of the rulebook"), _COLUMNS, rows)


routes = [export]
