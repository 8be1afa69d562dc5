"""`/tls`: how a tablet comes to trust this box, and the certificate that it needs; only where https is offered."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from kiosk.pages.answers import page
from kiosk.pages.site import Site
from kiosk.tls.kept import Kept
from kiosk.tls.names import host_of

AnyRequest = Request[Any, Any, Any]
_KIND = "application/x-x509-ca-cert"  # iPads and Android offer to install what is called so


@get("/tls", sync_to_thread=False)
def show(request: AnyRequest, site: NamedDependency[Site]) -> Response[str]:
    """Steps for Android, iPad and Windows, and where to go then."""
    found = _offered(site)
    host = found.one_of(request.url.hostname or "", host_of(site.settings.base_url))
    address = f"https://{host}:{site.settings.tls_port}/record"
    return page(request, "tls.html", address=address)


@get("/tls/authority.crt", opt={"exclude_from_csrf": True}, sync_to_thread=False)
def certificate(site: NamedDependency[Site]) -> Response[bytes]:
    """The authority's certificate, without its key."""
    return Response(_offered(site).authority, media_type=_KIND, headers={"cache-control": "no-store"})


def _offered(site: Site) -> Kept:
    if site.https is None:
        raise NotFoundException
    return site.https


routes = [show, certificate]
