"""`/admin/kin`: the kin register of the whole village, to read and to print. People change on their own pages."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from kiosk.fairness.figures import kin_relations
from kiosk.fairness.kinship import kin_register
from kiosk.pages.answers import page
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site


@get("/admin/kin", guards=[staff("admin", "township")], sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], site: NamedDependency[Site], village: FromQuery[str] = ""
) -> Response[Any]:
    """Who leaves which households to others."""
    with site.database.read() as connection:
        here = village_in_scope(request, connection, village)
        people = kin_register(connection, here.id, site.clock())
        count = kin_relations(connection, here.id)
    return page(request, "admin_kin.html", village=here, people=people, count=count)


routes = [show]
