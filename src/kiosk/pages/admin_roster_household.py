"""`/admin/roster/{code}`: one household with everybody who is or was of it."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.roster_form import AnyRequest, Attempt, carry_out, home_of, typed_about, typed_person
from kiosk.pages.site import Site
from kiosk.pages.words import in_path
from kiosk.roster import editing
from kiosk.roster.households import Member, groups, members
from kiosk.roster.watching import Outcome, Watch

_ADMIN = staff("admin")
_HOUSEHOLD = "/admin/roster/{code:str}"
_DONE = {"added", "saved", "gone", "absent"}


@get(_HOUSEHOLD, guards=[_ADMIN], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    code: FromPath[str],
    done: FromQuery[str] = "",
    again: FromQuery[int] = 0,
) -> Response[Any]:
    """The household; `again` names somebody who left and comes back, to fill in the form."""
    return _household(request, site, code, done=done if done in _DONE else "", again=again)


@post(_HOUSEHOLD, guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def change(
    request: AnyRequest,
    site: NamedDependency[Site],
    code: FromPath[str],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Group, address and residency."""

    def work(connection: Connection) -> Outcome:
        return editing.change_household(connection, home_of(request, connection, code), typed_about(fields))

    return _answer(request, site, code, fields, carry_out(request, site, fields, work))


@post(f"{_HOUSEHOLD}/members", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def add_member(
    request: AnyRequest,
    site: NamedDependency[Site],
    code: FromPath[str],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Somebody new in the household, or back in it."""
    today = site.clock().date()

    def work(connection: Connection) -> Outcome:
        home = home_of(request, connection, code)
        return editing.add_person(connection, home, typed_person(fields), today)

    return _answer(request, site, code, fields, carry_out(request, site, fields, work))


def _answer(request: AnyRequest, site: Site, code: str, fields: Fields, attempt: Attempt) -> Response[Any]:
    if attempt.done:
        return Redirect(f"/admin/roster/{in_path(code)}?done=saved", status_code=303)
    return _household(request, site, code, fields, attempt)


def _household(
    request: AnyRequest,
    site: Site,
    code: str,
    fields: Fields | None = None,
    attempt: Attempt | None = None,
    done: str = "",
    again: int = 0,
) -> Response[Any]:
    today, attempt = site.clock().date(), attempt or Attempt()
    with site.database.read() as connection:
        home = home_of(request, connection, code)
        people = members(connection, home.id)
        known = [name for name in groups(connection, home.village_id) if name]
        staff_here = Watch(connection, home.village_id, home).staff()
    about = {"group": home.group, "address": home.address, "residency": home.residency}
    back = next((_person_texts(one) for one in people if one.id == again), {})
    return page(
        request,
        "admin_roster_household.html",
        status=attempt.status,
        home=home,
        present=[one for one in people if one.left is None or one.left >= today],
        past=[one for one in people if one.left is not None and one.left < today],
        groups=known,
        staff_here=staff_here,
        typed=Fields({**about, **back, **(fields.texts if fields else {})}),
        attempt=attempt,
        done=done,
        coming_back=bool(back),
    )


def _person_texts(one: Member) -> dict[str, str]:
    return {"name": one.name, "relation": one.relation, "born": one.born.isoformat() if one.born else ""}


routes = [show, change, add_member]
