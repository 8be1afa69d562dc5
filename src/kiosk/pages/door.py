"""What every request passes before any page: whose name it was sent to, where it comes from, and what every
answer carries.

Host: a name that we do not know could be a hostile page's own, pointed at this box (DNS rebinding);
addresses in digits and `.local` names cannot be. The port does not matter. Origin: a change must come from
our own page, and one that came by https likewise: what somebody slips into a page of plain http has no say there.
"""

import asyncio
import re
from contextlib import suppress
from functools import lru_cache
from hmac import compare_digest
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from litestar import Request
from litestar.enums import ScopeType
from litestar.exceptions import NotFoundException
from litestar.middleware.csrf import generate_csrf_hash
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from kiosk.pages import errors
from kiosk.pages.fields import LARGEST_NUMBER
from kiosk.pages.language_cookie import chosen
from kiosk.pages.site import Site

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
CONTENT_SECURITY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
ON_EVERY_ANSWER = [
    (b"content-security-policy", CONTENT_SECURITY.encode()),
    (b"referrer-policy", b"same-origin"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"cross-origin-opener-policy", b"same-origin"),
]
_LONGEST_NAME = 255  # bytes that a file's name may have
_CSRF_COOKIE = re.compile(rb"(?:^|;\s*)csrftoken=([^;]*)")


class Door:
    """Wraps the whole application."""

    def __init__(self, inside: ASGIApp, site: Site, csrf_secret: str) -> None:
        self._inside = inside
        self._site = site
        self._csrf_secret = csrf_secret
        self._own_name = urlsplit(site.settings.base_url).netloc

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._inside(scope, receive, send)
        else:
            await self._http(scope, receive, send)

    async def _http(self, scope: HTTPScope, receive: Receive, send: Send) -> None:

        async def send_marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *ON_EVERY_ANSWER]
            await send(message)

        headers: dict[bytes, bytes] = dict(scope["headers"])
        refusal = self._refusal(scope, headers) or (404 if _names_nothing(scope) else 0)
        if refusal:
            await self._refuse(refusal, scope["path"], headers, send_marked)
            return
        if b"cookie" in headers:
            self._drop_stale_csrf(scope, headers[b"cookie"])
        await self._inside(scope, receive, send_marked)
        if scope["method"] not in SAFE_METHODS:
            # the answer is on its way; the public pages learn of the change without making anybody wait, and
            # even if whoever changed something has hung up meanwhile
            with suppress(asyncio.CancelledError):
                await asyncio.shield(self._site.cache.revisions.refresh_soon())

    def _refusal(self, scope: HTTPScope, headers: dict[bytes, bytes]) -> int:
        """400 for an unknown host, 403 for a change asked for by another site's page, else 0."""
        host = headers.get(b"host", b"").decode("latin-1").lower()
        if not _is_ours(host, self._own_name):
            return 400
        if scope["method"] in SAFE_METHODS:
            return 0
        if headers.get(b"sec-fetch-site") == b"cross-site":
            return 403
        origin = headers.get(b"origin")
        if origin is None:
            return 0
        sender = urlsplit(origin.decode("latin-1").lower()).netloc
        if scope["scheme"] == "https":
            return 0 if origin.lower() == b"https://" + headers[b"host"].lower() else 403
        return 0 if sender and sender in (host, self._own_name) else 403

    def _drop_stale_csrf(self, scope: HTTPScope, cookies: bytes) -> None:
        """A cookie signed by an earlier secret would answer 403 until the browser forgets it: hide it, so
        that the next page sets a good one."""
        found = _CSRF_COOKIE.search(cookies)
        if found is None or self._signed(found[1].decode("latin-1")):
            return
        rest = (cookies[: found.start()] + cookies[found.end() :]).lstrip(b"; ")
        others = [(name, value) for name, value in scope["headers"] if name != b"cookie"]
        scope["headers"] = [*others, (b"cookie", rest)] if rest else others

    def _signed(self, token: str) -> bool:
        expected = generate_csrf_hash(token[:64], self._csrf_secret)
        return compare_digest(token[64:].encode(), expected.encode())

    async def _refuse(self, status: int, path: str, headers: dict[bytes, bytes], send: Any) -> None:
        cookies = headers.get(b"cookie", b"").decode("latin-1")
        text = errors.draw(chosen(cookies, self._site.settings.lang), status, path=path)
        kind = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"no-store")]
        await send({"type": "http.response.start", "status": status, "headers": kind})
        await send({"type": "http.response.body", "body": text.encode(), "more_body": False})


async def no_such_number(request: Request[Any, Any, Any]) -> None:
    """Before any page: a number in the address that no row can have names nothing. Raises NotFoundException."""
    for value in request.path_params.values():
        if isinstance(value, int) and not 0 <= value <= LARGEST_NUMBER:
            raise NotFoundException


def _names_nothing(scope: HTTPScope) -> bool:
    """Whether neither a file nor a row can be called what the address asks for."""
    path = scope["path"]
    if "\x00" in path or b"%00" in scope["query_string"]:
        return True
    return any(len(part.encode("utf-8", "replace")) > _LONGEST_NAME for part in path.split("/"))


@lru_cache(100)
def _is_ours(host: str, own_name: str) -> bool:
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name and (name in ("localhost", urlsplit(f"//{own_name}").hostname) or name.endswith(".local")):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
