"""`/login` and `/logout`. The right password brings a fresh session; what the browser held before is ended."""

from datetime import datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import QueryParameter
from litestar.response import Redirect

from kiosk.accounts import devices, passwords, sessions, throttle
from kiosk.accounts.accounts import LONGEST_NAME, Account, account_by_name, clean_name
from kiosk.pages import guard
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import ended, held_token, signed_in
from kiosk.pages.languages import safe_back
from kiosk.pages.site import Site
from kiosk.scoring.problems import N_, Problem

AnyRequest = Request[Any, Any, Any]
_START = {"recorder": "/record", "reviewer": "/review"}
_DEVICE = "device"
_YEAR = 365 * 24 * 3600
_WRONG = Problem("password", N_("The name or the password is wrong. Check both and try again."))
_CLOSED = Problem("password", N_("This account is closed. Ask the village's administrator to open it again."))


@get("/login", sync_to_thread=True)
def show(request: AnyRequest, goal: Annotated[str, QueryParameter(name="next")] = "") -> Response[Any]:
    """The form; who is signed in already goes on."""
    person = signed_in(request)
    if person:
        return Redirect(_goal(goal, person), status_code=303)
    return _form(request, "", goal)


@post("/login", dependencies=FIELDS, status_code=303, sync_to_thread=True)
def sign_in(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Sign in and go on to the page that was asked for; a wrong guess is counted."""
    name, now = clean_name(fields["username"])[: 2 * LONGEST_NAME], site.clock()
    with site.database.read() as connection:
        found = account_by_name(connection, name)
    limits = throttle.counters(name, _address(request), _device(request, site, found))
    wait = site.database.write(lambda connection: throttle.take(connection, limits, now))
    if wait:
        return _form(request, fields["username"], fields["next"], wait, 429)
    person, stored = found or (None, None)
    if not passwords.matches(fields["password"], stored) or person is None:
        return _form(request, fields["username"], fields["next"], _WRONG)
    if not person.active:
        return _form(request, fields["username"], fields["next"], _CLOSED)
    token = _begin(request, site, person, limits, now)
    cookies = [*begun(request, person, token), _enrolled(request, site, person)]
    return Redirect(_goal(fields["next"], person), status_code=303, cookies=cookies)


@post("/logout", dependencies=FIELDS, status_code=303, sync_to_thread=True)
def sign_out(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """End this session, or with `everywhere` all of this person's."""
    token, person = held_token(request), signed_in(request)
    if person and fields["everywhere"]:
        site.database.write(lambda connection: sessions.end_all(connection, person.id))
    elif token:
        site.database.write(lambda connection: sessions.end(connection, token))
    return Redirect("/login", status_code=303, cookies=ended(request))


def begun(request: AnyRequest, person: Account, token: str) -> list[Cookie]:
    """The cookie of a new session. A tablet's outlives its browser, an office PC's ends with it."""
    longest = int(sessions.longest(person.role).total_seconds())
    return guard.begun(request, token, longest if person.role == "recorder" else None)


def _begin(request: AnyRequest, site: Site, person: Account, limits: dict[str, int], now: datetime) -> str:
    before = held_token(request)

    def work(connection: Any) -> str:
        throttle.forget(connection, limits)
        if before:
            sessions.end(connection, before)
        return sessions.begin(connection, person.id, now)

    return site.database.write(work)


def _form(
    request: AnyRequest, username: str, goal: str, problem: Problem | None = None, status: int = 422
) -> Response[Any]:
    status = status if problem else 200
    problems = [problem] if problem else []
    return page(
        request, "login.html", status=status, username=username[:200], goal=goal[:500], problems=problems
    )


def _goal(asked: str, person: Account) -> str:
    """The page that was asked for, if it is one of ours, else where this person's work begins."""
    path = safe_back(asked) if asked else "/"
    return _START.get(person.role, "/admin") if path == "/" or path.startswith("/login") else path


def _address(request: AnyRequest) -> str:
    return request.client.host if request.client else ""


def _device(request: AnyRequest, site: Site, found: tuple[Account, str] | None) -> str:
    cookie = request.cookies.get(_DEVICE, "")
    return devices.known(cookie, site.secrets.key("device"), found[0].id) if found else ""


def _enrolled(request: AnyRequest, site: Site, person: Account) -> Cookie:
    marked = devices.enrol(request.cookies.get(_DEVICE, ""), site.secrets.key("device"), person.id)
    return Cookie(
        _DEVICE,
        value=marked,
        max_age=_YEAR,
        path="/login",
        httponly=True,
        samesite="lax",
        secure=site.is_https,
    )


routes = [show, sign_in, sign_out]
