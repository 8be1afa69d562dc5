"""Shells: recorders' pages with nothing personal in them, which a tablet keeps and opens again without a network.

A script asks for a page with `X-Shell: 1`; the browser stores the answer under the page's own address, and a
later visit gets it even while the server is out of reach. Whatever a person may see, the script fills in from
what the tablet carries. Without that header a page is drawn for its reader and never stored.
"""

from hashlib import sha256
from typing import Any

from litestar import MediaType, Request, Response

from kiosk.pages.answers import reader_language, render
from kiosk.pages.site import Site, came_safely

AnyRequest = Request[Any, Any, Any]
_A_WEEK = "private, max-age=604800"


def is_shell(request: AnyRequest) -> bool:
    """Whether a script asks for the page to keep."""
    return request.headers.get("x-shell") == "1"


def shell(request: AnyRequest, template: str, **context: Any) -> Response[str]:
    """The page to keep, or 304 if the tablet has this very one. The template knows `keeping`, which is true."""
    site: Site = request.app.state.site
    shared = {"keeping": True, "here": request.url.path, "safe": came_safely(request) or site.is_https}
    text = render(reader_language(request), template, **shared, **context)
    tag = f'"{sha256(text.encode()).hexdigest()[:32]}"'
    headers = {"cache-control": _A_WEEK, "etag": tag}
    if tag in request.headers.get("if-none-match", "").replace("W/", ""):
        return Response("", status_code=304, headers=headers, media_type=MediaType.HTML)
    return Response(text, headers=headers, media_type=MediaType.HTML)
