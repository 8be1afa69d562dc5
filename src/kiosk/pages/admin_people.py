"""`/admin/people`: who may sign in for this village, and adding somebody."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.accounts import sessions
from kiosk.accounts.accounts import VILLAGE_ROLES, Account, accounts_of, add_account, kin_of
from kiosk.office import arrivals
from kiosk.pages.answers import page, translate
from kiosk.pages.downloads import listed
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.roster.villages import village_by_id
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.sheets.paper import Column

AnyRequest = Request[Any, Any, Any]
_ADMIN = staff("admin")
NO_HOUSEHOLD = N_("There is no household %(code)s in this village; look the code up in the roster")
ROLE_WORDS = {
    "recorder": N_("Recorder"),
    "reviewer": N_("Reviewer"),
    "admin": N_("Administrator"),
    "township": N_("Township"),
}
_PEOPLE = N_("People who may sign in")
_COLUMNS = (
    Column(N_("Name"), 14),
    Column(N_("Role"), 12),
    Column(N_("Lives in"), 12),
    Column(N_("Kin"), 30),
    Column(N_("Account"), 10),
    Column(N_("Last seen"), 18, "moment"),
)


@get("/admin/people", guards=[_ADMIN], sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site]) -> Response[Any]:
    """The list, and the form for one more."""
    return _list(request, site, Fields({}))


@post("/admin/people", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def add(request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]) -> Response[Any]:
    """Add a person to this administrator's village."""
    village_id: int = request.user.village_id
    by, now = request.user.actor, site.clock()

    def work(connection: Connection) -> Account:
        person = _add(connection, village_id, fields)
        arrivals.note_person(connection, person, by, now)
        return person

    try:
        person = site.database.write(work)
    except Refused as refusal:
        return _list(request, site, fields, refusal.problems)
    return Redirect(f"/admin/people/{person.id}?done=added", status_code=303)


@get("/admin/people.xlsx", guards=[_ADMIN], sync_to_thread=True)
def export(request: AnyRequest, site: NamedDependency[Site]) -> Response[Any]:
    """The same list as a workbook, with everybody's kin."""
    village_id, now = request.user.village_id, site.clock()
    with site.database.read() as connection:
        village = village_by_id(connection, village_id)
        people = accounts_of(connection, village_id)
        seen = sessions.last_seen(connection, [one.id for one in people])
        codes = {one.id: one.code for one in households.households(connection, village_id)}
        kin = {
            one.id: [codes[home] for home in kin_of(connection, one.id) if home in codes] for one in people
        }

    rows = [
        (
            one.name,
            translate(request, ROLE_WORDS[one.role]),
            codes.get(one.household_id or 0, ""),
            "、".join(sorted(kin[one.id])),
            "" if one.active else translate(request, N_("closed")),
            seen[one.id].astimezone(now.tzinfo) if one.id in seen else None,
        )
        for one in people
    ]
    return listed(request, village, _PEOPLE, _COLUMNS, rows)


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
    # nobody makes a township out of a village
    role = fields["role"] if fields["role"] in VILLAGE_ROLES else ""
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
        seen = sessions.last_seen(connection, [one.id for one in people])
        codes = {one.id: one.code for one in households.households(connection, request.user.village_id)}
    status = 422 if problems else 200
    return page(
        request,
        "admin_people.html",
        status=status,
        people=people,
        codes=codes,
        seen={key: moment.astimezone(site.clock().tzinfo) for key, moment in seen.items()},
        typed=fields,
        problems=problems,
    )


routes = [show, add, export]
