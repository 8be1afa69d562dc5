"""`/healthz`: 200 when the database answers and a write can be made."""

from litestar import Response, get
from litestar.di import NamedDependency

from kiosk.pages.site import Site


@get("/healthz", opt={"exclude_from_csrf": True}, sync_to_thread=True)
def health(site: NamedDependency[Site]) -> Response[str]:
    """Plain text for machines: `ok`, or what is wrong in a sentence."""
    problem = site.database.healthy(site.clock())
    return Response(
        f"{problem.text()}\n" if problem else "ok\n",
        status_code=503 if problem else 200,
        media_type="text/plain",
        headers={"cache-control": "no-store"},
    )


routes = [health]
