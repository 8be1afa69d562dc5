"""`/admin/kin`: the kin register of the whole village, to read and to print. People change on their own pages."""

from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from kiosk.fairness.kinship import Relatives, kin_register
from kiosk.pages.answers import page
from kiosk.pages.downloads import listed
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.scoring.problems import N_
from kiosk.scoring.recusal import kin_relations
from kiosk.sheets.paper import Column

_READERS = staff("admin", "township")
_COLUMNS = (
    Column(N_("Name"), 14),
    Column(N_("Lives in"), 20),
    Column(N_("Kin"), 20),
    Column(N_("Registered on"), 14, "day"),
)


@get("/admin/kin", guards=[_READERS], sync_to_thread=True)
def show(
    request: Request[Any, Any, Any], site: NamedDependency[Site], village: FromQuery[str] = ""
) -> Response[Any]:
    """Who leaves which households to others."""
    with site.database.read() as connection:
        here = village_in_scope(request, connection, village)
        people = kin_register(connection, here.id, site.clock())
        count = kin_relations(connection, here.id)
    return page(request, "admin_kin.html", village=here, people=people, count=count)


@get("/admin/kin.xlsx", guards=[_READERS], sync_to_thread=True)
def export(
    request: Request[Any, Any, Any], site: NamedDependency[Site], village: FromQuery[str] = ""
) -> Response[Any]:
    """The register as a workbook: one row a relation."""
    with site.database.read() as connection:
        here = village_in_scope(request, connection, village)
        people = kin_register(connection, here.id, site.clock())
    return listed(request, here, N_("Kin register"), _COLUMNS, _rows(people, site))


def _rows(people: Sequence[Relatives], site: Site) -> Iterator[Sequence[object]]:
    for one in people:
        home = f"{one.home.code} {one.home.head}" if one.home else ""
        for relation in one.kin:
            since = relation.since.astimezone(site.settings.zone).date() if relation.since else None
            yield one.person.name, home, f"{relation.code} {relation.head}", since


routes = [show, export]
