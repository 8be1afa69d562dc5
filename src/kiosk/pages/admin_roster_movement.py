"""`/admin/roster/{code}/movement`: people of a household go to another, found one of their own, or leave."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields, whole_number
from kiosk.pages.guard import staff
from kiosk.pages.roster_form import AnyRequest, Attempt, carry_out, home_of, typed_day
from kiosk.pages.site import Site
from kiosk.pages.words import in_path
from kiosk.roster.households import groups, members
from kiosk.roster.moving import WHERE, Going, Where, go
from kiosk.roster.watching import Outcome
from kiosk.scoring.problems import Problem, Refused

_ADMIN = staff("admin")
_MOVEMENT = "/admin/roster/{code:str}/movement"


@get(_MOVEMENT, guards=[_ADMIN], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    code: FromPath[str],
    where: FromQuery[str] = "household",
    everybody: FromQuery[bool] = False,
) -> Response[Any]:
    """The form; `where` is `household`, `new` or `away`."""
    return _form(request, site, code, Fields({"where": where}), Attempt(), everybody)


@post(_MOVEMENT, guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def move(
    request: AnyRequest,
    site: NamedDependency[Site],
    code: FromPath[str],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """First say what will happen; with `sure`, let it happen."""
    today = site.clock().date()

    def work(connection: Connection) -> Outcome:
        return go(connection, home_of(request, connection, code), _going(fields), today)

    attempt = carry_out(request, site, fields, work, always_shown=True)
    if attempt.done:
        return Redirect(f"/admin/roster/{in_path(code)}?done=gone", status_code=303)
    return _form(request, site, code, fields, attempt)


def _going(fields: Fields) -> Going:
    """`goes-12` ticks member 12, `relation-12` says what they are there."""
    problems: list[Problem] = []
    day = typed_day(fields, "day", problems)
    if problems:
        raise Refused(*problems)
    goes = frozenset(_numbered(fields, "goes-"))
    head = fields.number("head")
    return Going(
        _where(fields),
        goes,
        day,
        {key: text for key, text in _numbered(fields, "relation-").items() if key in goes},
        fields["code"],
        {"group": fields["group"], "address": fields["address"]},
        head if head > 0 else None,
    )


def _where(fields: Fields) -> Where:
    return next((one for one in WHERE if one == fields["where"]), WHERE[0])


def _numbered(fields: Fields, prefix: str) -> dict[int, str]:
    """The fields of that beginning by the number behind it."""
    names = [name for name in fields.texts if name.startswith(prefix)]
    keys = {name: whole_number(name.removeprefix(prefix)) for name in names}
    return {key: fields[name] for name, key in keys.items() if key > 0}


def _form(
    request: AnyRequest, site: Site, code: str, fields: Fields, attempt: Attempt, everybody: bool = False
) -> Response[Any]:
    today = site.clock().date()
    with site.database.read() as connection:
        home = home_of(request, connection, code)
        people = [one for one in members(connection, home.id) if one.left is None]
        known = [name for name in groups(connection, home.village_id) if name]
    where = _where(fields)
    blank = {"day": today.isoformat(), "group": home.group}
    ticked = {f"goes-{one.id}": "1" for one in people if everybody}
    words = {f"relation-{one.id}": one.relation for one in people if where == "new" or not one.head}
    typed = fields if len(fields.texts) > 1 else Fields({**blank, **ticked, **words, **fields.texts})
    return page(
        request,
        "admin_roster_movement.html",
        status=attempt.status,
        home=home,
        people=people,
        groups=known,
        where=where,
        typed=typed,
        attempt=attempt,
    )


routes = [show, move]
