"""`/admin/people`: who may sign in for this village, and adding somebody."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.accounts.accounts import Account, accounts_of, add_account
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.scoring.problems import N_, Problem, Refused

AnyRequest = Request[Any, Any, Any]
_ADMIN = staff("admin")
NO_HOUSEHOLD = N_("There is no household %(code)s in this village; look the code up in the roster")
_ROLES = ("recorder", "reviewer", "admin")


@get("/admin/people", guards=[_ADMIN], sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site]) -> Response[Any]:
    """The list, and the form for one more."""
    return _list(request, site, Fields({}))


@post("/admin/people", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def add(request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]) -> Response[Any]:
    """Add a person to this administrator's village."""
    village_id: int = request.user.village_id
    try:
        person = site.database.write(lambda connection: _add(connection, village_id, fields))
    except Refused as refusal:
        return _list(request, site, fields, refusal.problems)
    return Redirect(f"/admin/people/{person.id}?done=added", status_code=303)


def household_id(connection: Connection, village_id: int, code: str) -> int | None:
    """The household with this code; none for an empty one. Raises Refused."""
    if not code:
        return None
    found = households.by_code(connection, village_id, code)
    if found is None:
        raise Refused(Problem("household", NO_HOUSEHOLD, {"code": code}))
    return found.id


def _add(connection: Connection, village_id: int, fields: Fields) -> Account:
    problems: list[Problem] = []
    home = None
    try:
        home = household_id(connection, village_id, fields["household"])
    except Refused as refusal:
        problems += refusal.problems
    role = fields["role"] if fields["role"] in _ROLES else ""  # nobody makes a township out of a village
    try:
        person = add_account(connection, fields["name"], role, fields["password"], village_id, home)
    except Refused as refusal:
        raise Refused(*refusal.problems, *problems) from refusal
    if problems:
        raise Refused(*problems)
    return person


def _list(request: AnyRequest, site: Site, fields: Fields, problems: Sequence[Problem] = ()) -> Response[Any]:
    with site.database.read() as connection:
        people = accounts_of(connection, request.user.village_id)
        codes = {one.id: one.code for one in households.households(connection, request.user.village_id)}
    status = 422 if problems else 200
    return page(
        request,
        "admin_people.html",
        status=status,
        people=people,
        codes=codes,
        typed=fields,
        problems=problems,
    )


routes = [show, add]
