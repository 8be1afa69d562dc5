"""Hands out finished public pages before the framework wakes up.

pages/public.py decides which page an address means and notes it on the cache; from then on the same request
finds its page here, as long as it is the newest.
"""

from typing import Any

from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from kiosk.pages.guard import is_plate_of_staff
from kiosk.pages.ready import Sending, asked_for
from kiosk.pages.site import Site

_BOARD = "/square/board"


class Shelf:
    """Wraps the application, inside the door."""

    def __init__(self, inside: ASGIApp, site: Site) -> None:
        self._inside = inside
        self._site = site

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        http: Any = scope
        answer = self._find(http) if http.get("method") in ("GET", "HEAD") else None
        await (answer or self._inside)(scope, receive, send)

    def _find(self, scope: HTTPScope) -> Sending | None:
        if is_plate_of_staff(scope):
            return None
        asked = asked_for(scope, self._site.settings.lang)
        now = self._site.clock()
        ready = self._site.cache.on_shelf(asked.key, now.date())
        if ready and scope["path"].endswith(_BOARD):
            self._site.screens.asked(scope["path"].split("/")[2], now)
        return Sending(ready, asked.encodings, asked.known) if ready else None
