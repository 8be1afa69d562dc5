"""`/admin/rulebook/difference`: what differs between any two versions of the rulebook."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from kiosk.pages.answers import page
from kiosk.pages.guard import staff
from kiosk.pages.rulebook_differences import compared
from kiosk.pages.site import Site
from kiosk.scoring import rulebooks


@get("/admin/rulebook/difference", guards=[staff("admin", "township")], sync_to_thread=True)
def show(
    request: Request[Any, Any, Any],
    site: NamedDependency[Site],
    before: FromQuery[int] = 0,
    after: FromQuery[int] = 0,
) -> Response[Any]:
    """From the version `before` to the version `after`; both by their numbers."""
    with site.database.read() as connection:
        known = {one.id for one in rulebooks.versions(connection)}
        if not {before, after} <= known:
            raise NotFoundException
        old, new = rulebooks.version(connection, before), rulebooks.version(connection, after)
    return page(request, "admin_rulebook_difference.html", old=old, new=new, **compared(old.book, new.book))


routes = [show]
