"""`/tls`: how a tablet comes to trust this box, and the certificate that it needs; only where https is offered."""

from typing import Any
from urllib.parse import urlsplit

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
    address = f"https://{_host(request, site, found)}:{site.settings.tls_port}/record"
    return page(request, "tls.html", address=address)


@get("/tls/authority.crt", opt={"exclude_from_csrf": True}, sync_to_thread=False)
def certificate(site: NamedDependency[Site]) -> Response[bytes]:
    """The authority's certificate, without its key."""
    return Response(_offered(site).authority, media_type=_KIND, headers={"cache-control": "no-store"})


def _offered(site: Site) -> Kept:
    if site.https is None:
        raise NotFoundException
    return site.https


def _host(request: AnyRequest, site: Site, found: Kept) -> str:
    """The name by which the reader came, if the certificate has it; else the printed one, or the first it has."""
    came = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    host = next(
        (name for name in (came, host_of(site.settings.base_url)) if name in found.names), found.names[0]
    )
    return f"[{host}]" if ":" in host else host


routes = [show, certificate]
