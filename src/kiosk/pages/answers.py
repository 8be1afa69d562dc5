"""Turning a template into an answer.

`page` answers somebody's request; `render` gives the bare text, for what is kept by pages/cache.py.
"""

from collections.abc import Mapping
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response
from litestar.utils.empty import value_or_default
from litestar.utils.scope.state import ScopeState
from markupsafe import Markup

from kiosk import trust
from kiosk.pages import desk_counts, languages, styles, words
from kiosk.pages.language_cookie import chosen
from kiosk.pages.site import Site, came_safely
from kiosk.scoring.problems import Problem

_TEMPLATES = Path(__file__).parent.parent / "templates"
_CSRF_INPUT = Markup('<input type="hidden" name="_csrf_token" value="{}">')


def page(
    request: Request[Any, Any, Any],
    template: str,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    **context: Any,
) -> Response[str]:
    """Answer with a template, for this reader alone: never stored by anything on the way.

    Every template also knows `request`, `lang`, `person` (who is signed in, or none), `csrf_input`,
    `csrf_token`, `here` (this address) and `now`; a whole page `desk`, how much waits for that person, and
    `doubt`, what is wrong with the box's clock, if anything; `https`, what tablets are offered, if anything, and
    whether this page went there by it: `safe`.
    """
    site: Site = request.app.state.site
    token = value_or_default(ScopeState.from_scope(request.scope).csrf_token, "")
    text = render(
        reader_language(request),
        template,
        request=request,
        person=request.scope.get("user"),
        **({} if template.startswith("_") else _desk(request, site.clock())),
        csrf_token=token,
        csrf_input=_CSRF_INPUT.format(token),
        here=_here(request),
        https=site.https,
        safe=came_safely(request) or site.is_https,
        **{"now": site.clock(), **context},
    )
    return Response(
        text,
        status_code=status,
        media_type=MediaType.HTML,
        headers={"cache-control": "no-store", **(headers or {})},
    )


def render(lang: str, template: str, **context: Any) -> str:
    """The text of a template in a language."""
    nobody = {"request": None, "person": None, "desk": None, "csrf_token": "", "csrf_input": "", "here": "/"}
    shared: dict[str, Any] = {**nobody, "doubt": None, "keeping": False, "https": None, "safe": False}
    return environment(lang).get_template(template).render({**shared, **context})


def reader_language(request: Request[Any, Any, Any]) -> str:
    site: Site = request.app.state.site
    return chosen(request.headers.get("cookie", ""), site.settings.lang)


def translate(request: Request[Any, Any, Any], sentence: str) -> str:
    return languages.translations(reader_language(request)).gettext(sentence)


def say(request: Request[Any, Any, Any], problem: Problem) -> str:
    """A problem in the reader's language, as the filter of the same name says it."""
    return said(problem, reader_language(request))


def said(problem: Problem, lang: str) -> str:
    return problem.text(languages.translations(lang).gettext, partial(words.value, lang=lang))


def wants_json(request: Request[Any, Any, Any]) -> bool:
    """Whether a script asks, not a person."""
    accept = request.headers.get("accept", "")
    return "application/json" in accept and "text/html" not in accept


@cache
def environment(lang: str) -> Environment:
    """One environment a language: sentences, dates and periods come out in it without asking."""
    made = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.policies["ext.i18n.trimmed"] = True  # as the sentences are collected
    catalogue = languages.translations(lang)
    made.install_gettext_translations(catalogue, newstyle=True)  # type: ignore[attr-defined]
    made.globals |= {
        "lang": lang,
        "html_lang": languages.HTML_LANG[lang],
        "asset": styles.asset,
        "style": styles.style,
    }
    made.filters |= {
        "points": words.points,
        "signed": words.signed,
        "average": words.average,
        "clock": words.clock,
        "in_path": words.in_path,
        "day": partial(words.day, lang=lang),
        "short_day": partial(words.short_day, lang=lang),
        "weekday": partial(words.weekday, lang=lang),
        "moment": partial(words.moment, lang=lang),
        "period": partial(words.period, lang=lang),
        "say": partial(said, lang=lang),
    }
    return made


def _desk(request: Request[Any, Any, Any], now: datetime) -> dict[str, Any]:
    """What the head of a staff page tells; nothing for anybody else."""
    person = request.scope.get("user")
    if person is None:
        return {}
    site: Site = request.app.state.site
    with site.database.read() as connection:
        return {"desk": desk_counts.read(connection, person.actor), "doubt": trust.clock(connection, now)}


def _here(request: Request[Any, Any, Any]) -> str:
    """This page's own address, for the language switch; a form that was posted cannot be gone back to."""
    if request.method not in ("GET", "HEAD"):
        return request.url.path
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")
