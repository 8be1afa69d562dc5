"""`@public(path)`: a page that anybody may read, kept finished by pages/cache.py.

The decorated function draws the page from a View; it runs in a thread and may read the database. It must
depend on nothing else: no clock, no cookie, no person. Answers a village that does not exist with 404.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from litestar import HttpMethod, Request, route
from litestar.exceptions import NotFoundException
from litestar.handlers import HTTPRouteHandler
from litestar.types import ASGIApp, HTTPScope

from kiosk.pages.answers import render
from kiosk.pages.cache import Slot
from kiosk.pages.ready import Asked, Drawn, Sending, asked_for
from kiosk.pages.site import Site

_LONGEST = 100  # characters of a query value; a village's search needs far fewer
_FORMS = {".json": "json", ".csv": "csv"}


@dataclass(frozen=True)
class View:
    """All that a public page is drawn from. `path` and `query` hold the address's named parts."""

    site: Site
    village_id: int
    village_code: str
    lang: str
    form: str  # html, json or csv
    now: datetime
    path: Mapping[str, str]
    query: Mapping[str, str]
    here: str

    @property
    def today(self) -> date:
        return self.now.date()

    def page(self, template: str, *, keep: bool = True, **context: Any) -> Drawn:
        """Draw a template in the reader's language."""
        return Drawn(render(self.lang, template, here=self.here, now=self.now, **context), keep=keep)


def public(
    *paths: str, query: tuple[str, ...] = (), forms: bool = False
) -> Callable[[Callable[[View], Drawn]], HTTPRouteHandler]:
    """Serve GET and HEAD at `paths`, each with `{village:str}`. Only the named `query` parts are seen; with
    `forms` the address may end in .json or .csv, or `Accept` may ask for them."""

    def decorate(draw: Callable[[View], Drawn]) -> HTTPRouteHandler:
        opt = {"exclude_from_csrf": True, "exclude_from_compression": True, "public": True}
        name = f"{draw.__module__.rpartition('.')[2]}.{draw.__name__}"

        @route(list(paths), http_method=[HttpMethod.GET, HttpMethod.HEAD], opt=opt, name=name)
        async def handler(request: Request[Any, Any, Any]) -> ASGIApp:
            site: Site = request.app.state.site
            asked = asked_for(request.scope, site.settings.lang)
            view = _view(request.scope, site, asked, query, forms)
            slot = Slot(view.village_code, view.lang, view.form, view.here)
            ready = await site.cache.answer(slot, view.today, lambda: draw(view))
            site.cache.note(asked.key, slot)
            return Sending(ready, asked.encodings, asked.known)

        return handler

    return decorate


def _view(scope: HTTPScope, site: Site, asked: Asked, names: tuple[str, ...], forms: bool) -> View:
    path: dict[str, str] = dict(scope["path_params"])
    village_id = site.cache.revisions.village_id(path["village"])
    if village_id is None:
        raise NotFoundException
    query = _query(scope["query_string"], names) if scope["query_string"] and names else {}
    here: str = scope["path"] + (f"?{urlencode(query)}" if query else "")
    return View(
        site=site,
        village_id=village_id,
        village_code=path["village"],
        lang=asked.lang,
        form=_form(scope["path"], asked.accept) if forms else "html",
        now=site.clock(),
        path=path,
        query=query,
        here=here,
    )


def _query(text: bytes, names: tuple[str, ...]) -> dict[str, str]:
    """The named parts in a fixed order, so that one page has one address."""
    given = dict(parse_qsl(text.decode("latin-1"), max_num_fields=50)) if len(text) < 2000 else {}
    return {name: given[name][:_LONGEST] for name in names if given.get(name)}


def _form(path: str, accept: bytes) -> str:
    for ending, form in _FORMS.items():
        if path.endswith(ending):
            return form
    if b"text/html" in accept:
        return "html"
    if b"application/json" in accept:
        return "json"
    return "csv" if b"text/csv" in accept else "html"
