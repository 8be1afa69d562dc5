"""`/password`: one's own account. A new password, and signing out everywhere."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.accounts import passwords, sessions, throttle
from kiosk.accounts.accounts import Account, account_by_name, set_password
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.login import begun
from kiosk.pages.site import Site
from kiosk.roster.villages import village_by_id
from kiosk.scoring.problems import N_, Problem, Refused

AnyRequest = Request[Any, Any, Any]
_WRONG = Problem("password", N_("This is not your password of now. Type it once more."))
DIFFERENT = Problem("password_again", N_("The two new passwords are not the same. Type both once more."))


@get("/password", guards=[staff()], sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site], changed: FromQuery[bool] = False) -> Response[Any]:
    """Who is signed in, and the form for a new password."""
    return _form(request, site, changed=changed)


@post("/password", guards=[staff()], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def change(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Change the password: every other session of this person ends, this one goes on under a new token."""
    person, now = request.user, site.clock()
    problems = _problems(site, person, fields)
    if problems:
        return _form(request, site, problems)

    def work(connection: Connection) -> str:
        set_password(connection, person, fields["password_new"])
        return sessions.begin(connection, person.id, now)

    try:
        token = site.database.write(work)
    except Refused as refusal:
        return _form(request, site, [_as_new(one) for one in refusal.problems])
    return Redirect("/password?changed=true", status_code=303, cookies=begun(request, person, token))


def _problems(site: Site, person: Account, fields: Fields) -> list[Problem]:
    """The password of now counts as a guess: a tablet left lying about must not be a way to try them all."""
    limits, now = {f"change {person.id}": throttle.PER_ACCOUNT}, site.clock()
    if wait := site.database.write(lambda connection: throttle.take(connection, limits, now)):
        return [wait]
    with site.database.read() as connection:
        found = account_by_name(connection, person.name)
    if not passwords.matches(fields["password"], found[1] if found else None):
        return [_WRONG]
    site.database.write(lambda connection: throttle.forget(connection, limits))
    problems = [_as_new(one) for one in passwords.problems(fields["password_new"], person.name)]
    same = fields["password_new"] == fields["password_again"]
    return problems if same else [*problems, DIFFERENT]


def _as_new(problem: Problem) -> Problem:
    return Problem("password_new", problem.sentence, problem.values)


def _form(
    request: AnyRequest, site: Site, problems: list[Problem] | None = None, changed: bool = False
) -> Response[Any]:
    person: Account = request.user
    with site.database.read() as connection:
        village = village_by_id(connection, person.village_id) if person.village_id else None
        open_sessions = sessions.count_of(connection, person.id)
    return page(
        request,
        "password.html",
        status=422 if problems else 200,
        problems=problems or [],
        village=village,
        open_sessions=open_sessions,
        changed=changed,
    )


routes = [show, change]
