"""`/record/app.webmanifest` and `/record/worker.js`: the recorder's pages as an app on a tablet, by https alone."""

import json
from functools import cache
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException

from kiosk.pages.answers import reader_language, translate
from kiosk.pages.languages import HTML_LANG
from kiosk.pages.site import Site, came_safely
from kiosk.pages.styles import asset, static_folder
from kiosk.scoring.problems import N_

AnyRequest = Request[Any, Any, Any]
_NAME, _SHORT = N_("Village points: record"), N_("Record")
_GREEN, _PAPER = "#1f5a3f", "#faf7f0"
_OPEN = {"exclude_from_csrf": True}
_ASKED_AGAIN = {"cache-control": "no-cache"}


@get("/record/app.webmanifest", opt=_OPEN, sync_to_thread=False)
def manifest(request: AnyRequest, site: NamedDependency[Site]) -> Response[str]:
    """How the app is called and where it begins. Signing in belongs to it, so that it covers the whole site."""
    _insist_on_https(request, site)
    told = {
        "id": "/record",
        "name": translate(request, _NAME),
        "short_name": translate(request, _SHORT),
        "lang": HTML_LANG[reader_language(request)],
        "start_url": "/record",
        "scope": "/",
        "display": "standalone",
        "theme_color": _GREEN,
        "background_color": _PAPER,
        "icons": [
            _icon("app-192.png", 192),
            _icon("app-512.png", 512),
            _icon("app-maskable-512.png", 512, "maskable"),
        ],
    }
    return Response(
        json.dumps(told, ensure_ascii=False), media_type="application/manifest+json", headers=_ASKED_AGAIN
    )


@get("/record/worker.js", opt=_OPEN, sync_to_thread=False)
def worker(request: AnyRequest, site: NamedDependency[Site]) -> Response[str]:
    """The helper's script, allowed to look after `/record` itself and not only what lies below."""
    _insist_on_https(request, site)
    allowed = {"service-worker-allowed": "/record"}
    return Response(_script(), media_type="text/javascript", headers={**_ASKED_AGAIN, **allowed})


def _insist_on_https(request: AnyRequest, site: Site) -> None:
    if not (came_safely(request) or site.is_https):
        raise NotFoundException


def _icon(file: str, size: int, purpose: str = "any") -> dict[str, str]:
    return {"src": asset(file), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}


@cache
def _script() -> str:
    return (static_folder() / "js" / "worker.js").read_text("utf-8")


routes = [manifest, worker]
