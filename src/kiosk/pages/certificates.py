"""`/admin/honours/{id}/certificate`: a granted honour as a page to print and hand over; and all of a year's."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery

from kiosk.office import honours
from kiosk.pages.answers import page
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site

AnyRequest = Request[Any, Any, Any]
_READERS = staff("reviewer", "admin", "township")


@get("/admin/honours/{decision_id:int}/certificate", guards=[_READERS], sync_to_thread=True)
def one(
    request: AnyRequest, site: NamedDependency[Site], decision_id: FromPath[int], village: FromQuery[str] = ""
) -> Response[Any]:
    """The certificate of an honour that is granted and holds; 404 for any other decision."""
    with site.database.read() as connection:
        here = village_in_scope(request, connection, village)
        decision = honours.decision_by_id(connection, here.id, decision_id)
        granted = honours.granted_of(connection, here.id, decision.year) if decision else []
    found = [honoured for honoured in granted if honoured.decision == decision]
    if not found:
        raise NotFoundException
    return page(
        request, "certificates.html", village=here, found=found, year=found[0].decision.year, zone=_zone(site)
    )


@get("/admin/years/{year:int}/certificates", guards=[_READERS], sync_to_thread=True)
def of_year(
    request: AnyRequest, site: NamedDependency[Site], year: FromPath[int], village: FromQuery[str] = ""
) -> Response[Any]:
    """All certificates of a year, a sheet each."""
    with site.database.read() as connection:
        here = village_in_scope(request, connection, village)
        found = honours.granted_of(connection, here.id, year)
    return page(request, "certificates.html", village=here, found=found, year=year, zone=_zone(site))


def _zone(site: Site) -> Any:
    return site.settings.zone


routes = [one, of_year]
