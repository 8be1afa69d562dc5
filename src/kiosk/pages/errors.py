"""Pages for what went wrong: a sentence in the reader's language that says what to do, never a traceback.

JSON goes only to those who ask for it.
"""

import logging
import secrets
from typing import Any

from litestar import Request, Response
from litestar.exceptions import HTTPException
from litestar.response import Redirect
from litestar.types import ExceptionHandlersMap

from kiosk.database import StorageFault
from kiosk.pages import languages
from kiosk.pages.answers import reader_language, render, say, wants_json
from kiosk.scoring.problems import N_, Problem, Refused

_UNKEPT = {"cache-control": "no-store"}
_log = logging.getLogger("kiosk")
AnyRequest = Request[Any, Any, Any]

# status: (heading, what to do)
_SENTENCES = {
    400: (N_("This request cannot be understood"), N_("Go back and try again.")),
    401: (N_("Please sign in"), N_("This page is for staff of the village.")),
    403: (
        N_("This is not allowed here"),
        N_("The page was open for too long, or is not meant for you. Go back, reload it and try again."),
    ),
    404: (
        N_("There is no such page"),
        N_("Check the address, or scan the code again. Perhaps the page has moved."),
    ),
    405: (N_("This address does not work like that"), N_("Go back and use the buttons of the page.")),
    409: (N_("This was already saved with other content"), N_("Look at what was saved first.")),
    410: (N_("There is a new plate"), N_("This plate has been replaced, and its code no longer works.")),
    413: (N_("This is too large"), N_("Choose a smaller photo or file.")),
    422: (N_("Something is not right yet"), N_("Go back and correct what you entered.")),
    429: (N_("Too many tries"), N_("Wait a little, then try again.")),
    500: (
        N_("Something went wrong on our side"),
        N_("Nothing was changed. Try again; if it happens again, tell whoever looks after the machine."),
    ),
    503: (N_("The program is busy"), N_("Wait a moment, then try again.")),
    507: (N_("The disk is full"), N_("Nothing was saved. Tell whoever looks after the machine.")),
}


def draw(lang: str, status: int, text: str = "", number: str = "", path: str = "", heading: str = "") -> str:
    """The page for a status; `heading` and `text` instead of the usual ones, `number` to find it in the log. Whoever
    asked for the `path` of a household came by the plate and gets the household's page, in its type."""
    usually, advice = _SENTENCES.get(status) or _SENTENCES[500 if status >= 500 else 400]
    gettext = languages.translations(lang).gettext
    said = {"heading": gettext(heading or usually), "text": text or gettext(advice), "number": number}
    usual = "household_error.html" if path.lower().startswith("/h/") else "error.html"
    return render(lang, "household_renewed.html" if status == 410 else usual, status=status, **said)


def _answer(
    request: AnyRequest, status: int, text: str = "", number: str = "", heading: str = ""
) -> Response[Any]:
    lang = reader_language(request)
    if wants_json(request):
        usually = _SENTENCES.get(status, _SENTENCES[500])[0]
        said = text or languages.translations(lang).gettext(usually)
        return Response({"status": status, "detail": said}, status_code=status, headers=_UNKEPT)
    drawn = draw(lang, status, text, number, request.url.path, heading)
    return Response(drawn, status_code=status, media_type="text/html", headers=_UNKEPT)


def _refused_by_framework(request: AnyRequest, error: HTTPException) -> Response[Any]:
    """404, 405, 413 and their like; what the framework says in English stays in the log."""
    if error.status_code >= 500:
        return _broken(request, error)
    answer = _answer(request, error.status_code)
    for name in ("allow", "retry-after"):
        value = (error.headers or {}).get(name)
        if value:
            answer.headers[name] = value
    return answer


def _please_sign_in(request: AnyRequest, error: HTTPException) -> Response[Any]:  # noqa: ARG001
    """Somebody who is not signed in is taken to the form, and afterwards back here."""
    if request.method != "GET" or wants_json(request) or request.headers.get("hx-request"):
        return _answer(request, 401)
    query = f"?{request.url.query}" if request.url.query else ""
    return Redirect("/login", status_code=303, query_params={"next": request.url.path + query})


def _disk_fault(request: AnyRequest, error: StorageFault) -> Response[Any]:
    """Whoever only wanted to read is not told that something was not saved, were it the time of the visit."""
    fault, problem = error.fault, error.problem
    if request.method in ("GET", "HEAD"):
        problem = Problem("", fault.reading)
    return _answer(request, error.status, say(request, problem), heading=fault.heading)


def _refused(request: AnyRequest, error: Refused) -> Response[Any]:
    """A refusal that a page did not put beside its field itself."""
    return _answer(request, 422, " ".join(say(request, problem) for problem in error.problems))


def _broken(request: AnyRequest, error: Exception) -> Response[Any]:
    """The address as the route is written, never as it was asked for: it may hold a household's token."""
    number = secrets.token_hex(4)
    route = request.scope.get("path_template", "?")
    _log.error("error %s at %s %s", number, request.method, route, exc_info=error)
    return _answer(request, 500, number=number)


handlers: ExceptionHandlersMap = {
    401: _please_sign_in,
    HTTPException: _refused_by_framework,
    StorageFault: _disk_fault,
    Refused: _refused,
    Exception: _broken,
}
