"""`/admin/quarters`: every quarter since the village began, and where it stands. The township reads along."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from kiosk.office.quarters import quarters
from kiosk.pages.answers import page
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site

AnyRequest = Request[Any, Any, Any]


@get("/admin/quarters", guards=[staff("reviewer", "admin", "township")], sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site], village: FromQuery[str] = "") -> Response[Any]:
    """The list, newest first."""
    with site.database.read() as connection:
        found = village_in_scope(request, connection, village)
        rows = quarters(connection, found.id, site.clock())
    return page(request, "admin_quarters.html", village=found, rows=rows)


routes = [show]
