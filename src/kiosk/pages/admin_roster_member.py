"""`/admin/roster/{code}/members/{id}`: one person of a household, put right or taken out."""

from collections.abc import Callable
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.roster_form import AnyRequest, Attempt, carry_out, home_of, typed_person
from kiosk.pages.site import Site
from kiosk.pages.words import in_path
from kiosk.roster import editing
from kiosk.roster.households import Household, Member
from kiosk.roster.watching import Outcome

Change = Callable[[Connection, Household, Member], Outcome]
_ADMIN = staff("admin")
_MEMBER = "/admin/roster/{code:str}/members/{member_id:int}"


@get(_MEMBER, guards=[_ADMIN], sync_to_thread=True)
def show(
    request: AnyRequest, site: NamedDependency[Site], code: FromPath[str], member_id: FromPath[int]
) -> Response[Any]:
    """Everything the roster says about one person."""
    return _member(request, site, code, member_id, Fields({}), Attempt())


@post(_MEMBER, guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def change(
    request: AnyRequest,
    site: NamedDependency[Site],
    code: FromPath[str],
    member_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """As it should have been all along."""
    today = site.clock().date()

    def work(connection: Connection, home: Household, who: Member) -> Outcome:
        return editing.change_person(connection, home, who, typed_person(fields), today)

    return _carry_out(request, site, code, member_id, fields, work)


@post(f"{_MEMBER}/removal", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def remove(
    request: AnyRequest,
    site: NamedDependency[Site],
    code: FromPath[str],
    member_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Take out somebody who was written down by mistake; who is gone already stays so."""
    return _carry_out(request, site, code, member_id, fields, editing.remove_person, always_shown=True)


def _carry_out(
    request: AnyRequest,
    site: Site,
    code: str,
    member_id: int,
    fields: Fields,
    work: Change,
    always_shown: bool = False,
) -> Response[Any]:
    with site.database.read() as connection:
        if editing.person_of(connection, home_of(request, connection, code), member_id) is None:
            return Redirect(f"/admin/roster/{in_path(code)}?done=absent", status_code=303)

    def found(connection: Connection) -> Outcome:
        return work(connection, *_whom(request, connection, code, member_id))

    attempt = carry_out(request, site, fields, found, always_shown)
    if attempt.done:
        return Redirect(f"/admin/roster/{in_path(code)}?done=saved", status_code=303)
    return _member(request, site, code, member_id, fields, attempt)


def _whom(request: AnyRequest, connection: Connection, code: str, member_id: int) -> tuple[Household, Member]:
    home = home_of(request, connection, code)
    who = editing.person_of(connection, home, member_id)
    if who is None:
        raise NotFoundException
    return home, who


def _member(
    request: AnyRequest, site: Site, code: str, member_id: int, fields: Fields, attempt: Attempt
) -> Response[Any]:
    with site.database.read() as connection:
        home, who = _whom(request, connection, code, member_id)
    days = {name: getattr(who, name) for name in ("born", "joined", "left")}
    known = {name: day.isoformat() if day else "" for name, day in days.items()}
    typed = Fields({"name": who.name, "relation": who.relation, **known, **fields.texts})
    return page(
        request,
        "admin_roster_member.html",
        status=attempt.status,
        home=home,
        who=who,
        typed=typed,
        attempt=attempt,
    )


routes = [show, change, remove]
