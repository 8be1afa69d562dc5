"""`/admin/people/{id}`: one person's role and password, whether they may sign in, where they live, and their kin."""

from collections.abc import Callable, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.accounts import accounts, sessions
from kiosk.accounts.accounts import Account, account_in
from kiosk.fairness.kinship import register_kin, strike_kin
from kiosk.office import activity
from kiosk.pages.admin_people import ROLE_WORDS, household_id
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.scoring.problems import N_, Problem, Refused

AnyRequest = Request[Any, Any, Any]
Change = Callable[[Connection, Account], None]
_ADMIN = staff("admin")
_PERSON = "/admin/people/{person_id:int}"
_MYSELF = Problem("", N_("You cannot close your own account; let another administrator do it"))
_NONE = Problem("kin", N_("Write the code of the household"))
_PASSWORD = N_("Set a new password for %(name)s")
_CLOSED, _OPENED = N_("Closed the account of %(name)s"), N_("Opened the account of %(name)s again")
_LIVES, _ELSEWHERE = N_("%(name)s lives in household %(code)s"), N_("%(name)s lives in no household here")
_ROLE = N_("Changed what %(name)s does here from %(before)s to %(role)s")
_DONE = {"added", "password", "role", "state", "household", "kin"}


@get(_PERSON, guards=[_ADMIN], sync_to_thread=True)
def show(
    request: AnyRequest, site: NamedDependency[Site], person_id: FromPath[int], done: FromQuery[str] = ""
) -> Response[Any]:
    """Everything about one person; `done` names what has just been changed."""
    return _person(request, site, person_id, done=done if done in _DONE else "")


@post(f"{_PERSON}/password", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def reset_password(
    request: AnyRequest,
    site: NamedDependency[Site],
    person_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """A new password for somebody who forgot theirs; it signs them out everywhere."""

    def change(connection: Connection, person: Account) -> None:
        accounts.set_password(connection, person, fields["password"])

    return _change(request, site, person_id, "password", change, fields, _PASSWORD)


@post(f"{_PERSON}/role", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def set_role(
    request: AnyRequest,
    site: NamedDependency[Site],
    person_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """What somebody does here from now on; a change signs them out everywhere."""
    by, now = request.user, site.clock()

    def change(connection: Connection, person: Account) -> None:
        if accounts.set_role(connection, person, fields["role"]):
            before, role = (Problem("", ROLE_WORDS[one]) for one in (person.role, fields["role"]))
            said = {"name": person.name, "before": before, "role": role}
            activity.note(connection, by.village_id, by.actor, now, "people", _ROLE, **said)

    return _change(request, site, person_id, "role", change, fields)


@post(f"{_PERSON}/state", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def set_state(
    request: AnyRequest,
    site: NamedDependency[Site],
    person_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Close an account, or open it again. What the person recorded keeps their name."""

    def change(connection: Connection, person: Account) -> None:
        if person.id == request.user.id:
            raise Refused(_MYSELF)
        accounts.set_active(connection, person, fields["active"] == "1")

    noted = _OPENED if fields["active"] == "1" else _CLOSED
    return _change(request, site, person_id, "state", change, fields, noted)


@post(f"{_PERSON}/household", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def set_household(
    request: AnyRequest,
    site: NamedDependency[Site],
    person_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Where the person lives: they record and decide nothing for that household."""

    def change(connection: Connection, person: Account) -> None:
        home = household_id(connection, request.user.village_id, fields["household"])
        accounts.set_household(connection, person, home)

    noted = _LIVES if fields["household"] else _ELSEWHERE
    return _change(request, site, person_id, "household", change, fields, noted)


@post(f"{_PERSON}/kin", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def set_kin(
    request: AnyRequest,
    site: NamedDependency[Site],
    person_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Register a household of relatives, or with `remove` take it off the register."""

    def change(connection: Connection, person: Account) -> None:
        try:
            home = household_id(connection, request.user.village_id, fields["kin"])
        except Refused as refusal:
            raise Refused(
                *(Problem("kin", one.sentence, one.values) for one in refusal.problems)
            ) from refusal
        house = households.by_id(connection, request.user.village_id, home or 0)
        if house is None:
            raise Refused(_NONE)
        change_kin = strike_kin if fields["remove"] else register_kin
        change_kin(connection, person, house, request.user.actor, site.clock())

    return _change(request, site, person_id, "kin", change, fields)


def _change(
    request: AnyRequest,
    site: Site,
    person_id: int,
    what: str,
    change: Change,
    fields: Fields,
    noted: str = "",
) -> Response[Any]:
    """Make a change to a person of the administrator's own village, and note it; 404 for anybody else."""
    by, now = request.user, site.clock()
    code = fields["household"] or fields["kin"]

    def work(connection: Connection) -> None:
        person = account_in(connection, request.user.village_id, person_id)
        if person is None:
            raise NotFoundException
        change(connection, person)
        if noted:
            activity.note(
                connection, by.village_id, by.actor, now, "people", noted, name=person.name, code=code
            )

    try:
        site.database.write(work)
    except Refused as refusal:
        return _person(request, site, person_id, fields, refusal.problems)
    if person_id == by.id and (what == "password" or (what == "role" and fields["role"] != by.role)):
        return Redirect("/login", status_code=303)
    return Redirect(f"/admin/people/{person_id}?done={what}", status_code=303)


def _person(
    request: AnyRequest,
    site: Site,
    person_id: int,
    fields: Fields | None = None,
    problems: Sequence[Problem] = (),
    done: str = "",
) -> Response[Any]:
    village_id: int = request.user.village_id
    with site.database.read() as connection:
        person = account_in(connection, village_id, person_id)
        if person is None:
            raise NotFoundException
        kin = [
            households.by_id(connection, village_id, one) for one in accounts.kin_of(connection, person.id)
        ]
        home = households.by_id(connection, village_id, person.household_id or 0)
        open_sessions = sessions.count_of(connection, person.id)
        seen = sessions.last_seen(connection, [person.id]).get(person.id)
    return page(
        request,
        "admin_person.html",
        status=422 if problems else 200,
        one=person,
        home=home,
        kin=[house for house in kin if house],
        open_sessions=open_sessions,
        seen=seen.astimezone(site.clock().tzinfo) if seen else None,
        typed=fields or Fields({"household": home.code if home else ""}),
        problems=problems,
        done=done,
    )


routes = [show, reset_password, set_role, set_state, set_household, set_kin]
