"""`/`: the only village's page, a choice of villages, or set-up when there is none yet."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.response import Redirect

from kiosk.pages.answers import page
from kiosk.pages.site import Site
from kiosk.roster.villages import villages


@get("/", sync_to_thread=True)
def home(request: Request[Any, Any, Any], site: NamedDependency[Site]) -> Response[Any]:
    with site.database.read() as connection:
        found = villages(connection)
    if not found:
        return Redirect("/setup", status_code=303)
    if len(found) == 1:
        return Redirect(f"/v/{found[0].code}", status_code=303)
    return page(request, "home.html", villages=found)


routes = [home]
