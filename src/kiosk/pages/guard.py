"""Who may open a staff page: the session in a cookie, and the roles a route asks for.

A route says `guards=[staff("reviewer", "admin")]`; the person is then `request.user`, an Account.
Public routes never look at the session, but for a plate: a recorder who scans one goes on to the form.

A tablet that comes by https has a session of its own, in a cookie that no page of plain http can see or set: browsers
keep cookies apart by name alone, not by port. A mark that opens nothing tells plain http that there is one, so that a
plate, which leads there, leads on.
"""

from dataclasses import dataclass, replace
from typing import Any

from litestar.concurrency import sync_to_thread
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.types import HTTPScope

from kiosk.accounts import sessions
from kiosk.accounts.accounts import Account
from kiosk.pages.site import Site, came_safely
from kiosk.tls.names import host_of

COOKIE = "session"
SAFE_COOKIE = "__Host-session"
RECORDERS = ("recorder", "reviewer", "admin")
SAFELY = "safely"
_MARKS = (COOKIE.encode() + b"=", SAFELY.encode() + b"=")
Connected = ASGIConnection[Any, Any, Any, Any]


@dataclass(frozen=True)
class Staff:
    """Lets in whoever is signed in with one of these roles; with none given, whoever is signed in."""

    roles: tuple[str, ...]

    async def __call__(self, connection: Connected, handler: BaseRouteHandler) -> None:  # noqa: ARG002
        person = await sync_to_thread(signed_in, connection)  # off the event loop: it waits for the disk
        if person is None:
            raise NotAuthorizedException
        if self.roles and person.role not in self.roles:
            raise PermissionDeniedException
        connection.scope["user"] = person


def staff(*roles: str) -> Staff:
    return Staff(roles)


def signed_in(connection: Connected) -> Account | None:
    """The person whose session the browser holds, if it still does."""
    token = held_token(connection)
    if not token:
        return None
    site: Site = connection.app.state.site
    now = site.clock()
    with site.database.read() as reading:
        person, note = sessions.person_of(reading, token, now)
    if person and note:
        site.database.write(lambda writing: sessions.seen(writing, token, now))
    return person


def is_plate_of_staff(scope: HTTPScope) -> bool:
    """Whether somebody asks for a household's page who may be signed in."""
    if scope["path"][:3] not in ("/h/", "/H/"):
        return False
    cookies = next((value for name, value in scope["headers"] if name == b"cookie"), b"")
    return any(mark in cookies for mark in _MARKS)


def other_door(connection: Connected) -> str:
    """This address by https, if that is where this device signs in and it came by http; else nothing."""
    site: Site = connection.app.state.site
    if came_safely(connection) or site.https is None or SAFELY not in connection.cookies:
        return ""
    named = site.https.one_of(connection.url.hostname or "", host_of(site.settings.base_url))
    return f"https://{named}:{site.settings.tls_port}{connection.url.path}"


def held_token(connection: Connected) -> str | None:
    """What the browser holds for a session."""
    return connection.cookies.get(SAFE_COOKIE if came_safely(connection) else COOKIE)


def _session_cookie(connection: Connected, token: str, max_age: int | None = None) -> Cookie:
    """The cookie that holds a session; ends with the browser unless `max_age` seconds are given."""
    site: Site = connection.app.state.site
    safe = came_safely(connection)
    return Cookie(
        SAFE_COOKIE if safe else COOKIE,
        value=token,
        max_age=max_age,
        path="/",
        httponly=True,
        samesite="lax",
        secure=safe or site.is_https,
    )


def begun(connection: Connected, token: str, max_age: int | None = None) -> list[Cookie]:
    """The cookies of a new session; that of https leaves a mark for plain http."""
    session = _session_cookie(connection, token, max_age)
    mark = Cookie(SAFELY, value="1", max_age=max_age, path="/", httponly=True, samesite="lax")
    return [session, mark] if came_safely(connection) else [session]


def ended(connection: Connected) -> list[Cookie]:
    """Makes the browser forget the session."""
    return [replace(cookie, value="", expires=0) for cookie in begun(connection, "", 0)]
