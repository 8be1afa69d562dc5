"""`/v/{village}/objection`: anybody objects, from the code on the public notice; nobody must say who they are.

The whole village may share one address, so a device that has sent one is counted for itself, by a cookie
that opens nothing (accounts/throttle.py). While many wait for their answers the form takes no more and says
where else to go. Whoever keeps the address of the answer page can read the outcome.
"""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.accounts import devices, throttle
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.objection_form import (
    ENOUGH,
    client_address,
    complaint_of,
    key_of,
    quarter_named,
    quarters_to_choose,
    refusal_status,
)
from kiosk.pages.site import Site
from kiosk.roster.villages import Village
from kiosk.roster.villages import village as find_village
from kiosk.scoring import objections
from kiosk.scoring.objecting import is_full, raise_objection
from kiosk.scoring.problems import Problem, Refused

AnyRequest = Request[Any, Any, Any]
_PATH = "/v/{village:str}/objection"
_COOKIE, _YEAR, _NOBODY = "objector", 365 * 24 * 3600, 0


@get(_PATH, sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site], village: FromPath[str]) -> Response[Any]:
    """The form (`?quarter=2026Q3`), or with `?sent=…` what became of an objection."""
    fields = Fields({name: value[:100] for name, value in request.query_params.items()})
    return _sent(request, site, village, fields) if fields["sent"] else _form(request, site, village, fields)


@post(_PATH, dependencies=FIELDS, status_code=303, sync_to_thread=True)
def raise_one(
    request: AnyRequest, site: NamedDependency[Site], village: FromPath[str], fields: NamedDependency[Fields]
) -> Response[Any]:
    """A second tap raises nothing more, and is not counted."""
    now, key = site.clock(), site.secrets.key("objector")
    cookie = request.cookies.get(_COOKIE, "")
    marked = devices.enrol(cookie, key, _NOBODY)
    known = devices.known(cookie, key, _NOBODY)
    device = known or marked.partition(".")[0]

    def work(connection: Connection) -> None:
        here = _village(connection, village)
        complaint = complaint_of(connection, here.id, fields, "notice", now.date())
        _, new = raise_objection(connection, here.id, complaint, now)
        limits = throttle.objection_counters(here.code, client_address(request), device, bool(known))
        if new and not throttle.take_objection(connection, limits, now):
            raise Refused(Problem("", ENOUGH))

    try:
        site.database.write(work)
    except Refused as refusal:
        return _form(request, site, village, fields, refusal.problems)
    told = {"sent": fields["submission_key"]}
    sent = Redirect(f"/v/{village}/objection", status_code=303, query_params=told)
    sent.set_cookie(
        Cookie(
            _COOKIE,
            value=marked,
            max_age=_YEAR,
            path=f"/v/{village}/objection",
            httponly=True,
            samesite="lax",
            secure=site.is_https,
        )
    )
    return sent


def _village(connection: Connection, code: str) -> Village:
    found = find_village(connection, code)
    if found is None:
        raise NotFoundException
    return found


def _form(
    request: AnyRequest, site: Site, code: str, fields: Fields, problems: Sequence[Problem] = ()
) -> Response[Any]:
    today = site.clock().date()
    with site.database.read() as connection:
        village = _village(connection, code)
        full = is_full(connection, village.id)
    return page(
        request,
        "village_objection.html",
        status=refusal_status(problems),
        full=full,
        village=village,
        quarters=quarters_to_choose(today, fields["quarter"]),
        quarter=quarter_named(fields["quarter"], today),
        typed=fields,
        key=key_of(fields, problems),
        size="1",
        problems=problems,
    )


def _sent(request: AnyRequest, site: Site, code: str, fields: Fields) -> Response[Any]:
    with site.database.read() as connection:
        village = _village(connection, code)
        found = objections.sent_with(connection, village.id, fields["sent"])
    if found is None or found.source != "notice":
        raise NotFoundException
    return page(request, "objection_sent.html", village=village, home=None, one=found, size="1")


routes = [show, raise_one]
