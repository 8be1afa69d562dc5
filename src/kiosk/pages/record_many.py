"""`/record/batch` (one deed for many people) and `/record/quick` (keys with figures only).

Both are drawn by scripts from what the tablet carries, and hold nothing of anybody; every deed goes through the
outbox to `POST /record`, one by one, and takes the course of any other.
"""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from kiosk.pages.answers import page
from kiosk.pages.guard import staff
from kiosk.pages.record_form import Filled
from kiosk.pages.record_offer import bases, nobodys_offer
from kiosk.pages.shells import is_shell, shell
from kiosk.pages.site import Site

AnyRequest = Request[Any, Any, Any]
_RECORDERS = staff("recorder", "reviewer", "admin")


@get("/record/batch", guards=[_RECORDERS], sync_to_thread=True)
def batch(request: AnyRequest, site: NamedDependency[Site]) -> Response[str]:
    """One deed for many: pick the people, say once what, when, why, with one photo."""
    now = site.clock()
    with site.database.read() as connection:
        offered = nobodys_offer(connection, now)
    said: dict[str, Any] = {
        "offer": offered,
        "filled": Filled(),
        "problems": [],
        "ticket": "",
        "bases": bases(),
        "now": now,
    }
    if is_shell(request):
        return shell(request, "record_batch.html", **said)
    return page(request, "record_batch.html", **said)


@get("/record/quick", guards=[_RECORDERS], sync_to_thread=True)
def quick(request: AnyRequest) -> Response[str]:
    """Household code, item number, ok."""
    if is_shell(request):
        return shell(request, "record_quick.html")
    return page(request, "record_quick.html")


routes = [batch, quick]
