"""`/admin/health`: what `kiosk doctor` says, for the office: each line with what to do."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk import trust
from kiosk.office import activity
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.site import Site
from kiosk.scoring.problems import N_, Problem

_ORDER = ("problem", "warning", "ok")
_LOOK = Problem("sure", N_("Compare with a watch first, and set the tick"))


@get("/admin/health", guards=[staff("admin", "township")], sync_to_thread=True)
def show(request: Request[Any, Any, Any], site: NamedDependency[Site]) -> Response[Any]:
    """What needs somebody first; ready within two seconds, whatever is wrong."""
    return _page(request, site)


@post(
    "/admin/health/clock", guards=[staff("admin")], dependencies=FIELDS, status_code=303, sync_to_thread=True
)
def confirm_clock(
    request: Request[Any, Any, Any], site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Somebody has compared the box with a watch: what was written with a wrong clock no longer speaks against it."""
    if not fields["sure"]:
        return _page(request, site, [_LOOK])
    by, now = request.user.actor, site.clock()

    def work(connection: Connection) -> None:
        if trust.clock(connection, now):
            trust.confirm_clock(connection, now)
            said = N_("Confirmed the clock of the box: it was %(shown)s")
            activity.note(connection, by.village_id, by, now, "screen", said, shown=f"{now:%Y-%m-%d %H:%M}")

    site.database.write(work)
    return Redirect("/admin/health#clock", status_code=303)


def _page(request: Request[Any, Any, Any], site: Site, problems: Sequence[Problem] = ()) -> Response[Any]:
    from kiosk.doctor.examining import LEVELS, glance  # the start does without

    checks = glance(site.settings, site.database, site.clock())
    checks.sort(key=lambda check: _ORDER.index(check.level))
    ill = sum(check.level != "ok" for check in checks)
    return page(
        request,
        "admin_health.html",
        status=422 if problems else 200,
        checks=checks,
        levels=LEVELS,
        ill=ill,
        problems=problems,
    )


routes = [show, confirm_clock]
