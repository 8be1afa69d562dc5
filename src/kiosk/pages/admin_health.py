"""`/admin/health`: what `kiosk doctor` says, for the office: each line with what to do."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from kiosk.pages.answers import page
from kiosk.pages.guard import staff
from kiosk.pages.site import Site

_ORDER = ("problem", "warning", "ok")


@get("/admin/health", guards=[staff("admin", "township")], sync_to_thread=True)
def show(request: Request[Any, Any, Any], site: NamedDependency[Site]) -> Response[Any]:
    """What needs somebody first; ready within two seconds, whatever is wrong."""
    from kiosk.doctor.examining import LEVELS, glance  # the start does without

    checks = glance(site.settings, site.database, site.clock())
    checks.sort(key=lambda check: _ORDER.index(check.level))
    ill = sum(check.level != "ok" for check in checks)
    return page(request, "admin_health.html", checks=checks, levels=LEVELS, ill=ill)


routes = [show]
