"""`/setup`: the first start. A village, its first administrator and a rulebook, in one go, once.

Where somebody may sign in already, or a village exists, there is nothing to set up: the page leads to the
sign-in.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.accounts import sessions
from kiosk.accounts.accounts import Account, add_account, is_anybody, naming_problems
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.login import begun
from kiosk.pages.site import Site
from kiosk.roster.villages import add_village, village_problems, villages
from kiosk.scoring import rulebooks
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.rulebook import Rulebook
from kiosk.scoring.rulebooks import default_rulebook
from kiosk.sheets.rulebook_file import read_rulebook_file

AnyRequest = Request[Any, Any, Any]
_MOST_SHOWN = 20  # problems of a rulebook's file
_DIFFERENT = Problem("password_again", N_("The two passwords are not the same. Type both once more."))
NO_FILE = Problem("rulebook_file", N_("Choose the file of your rulebook, or take the default one"))
_MORE = N_("… and %(count)s more")
_VILLAGE_FIELDS = {"code": "village_code", "name": "village_name"}
_ADMIN_FIELDS = {"name": "admin_name"}


@get("/setup", sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site]) -> Response[Any]:
    """The form, as long as there is nothing yet."""
    with site.database.read() as connection:
        if not _is_new(connection):
            return Redirect("/login", status_code=303)
    return _form(request, Fields({"rulebook": "default"}))


@post("/setup", dependencies=FIELDS, status_code=303, sync_to_thread=True)
def set_up(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Make everything in one transaction and sign the administrator in. The second of two comes too late."""
    with site.database.read() as connection:
        if not _is_new(connection):
            return Redirect("/login", status_code=303)
    book, problems = _rulebook(fields)
    if fields["password"] != fields["password_again"]:
        problems.append(_DIFFERENT)
    now = site.clock()
    try:
        made = site.database.write(lambda connection: _found(connection, fields, book, problems, now))
    except Refused as refusal:
        return _form(request, fields, refusal.problems)
    if made is None:
        return Redirect("/login", status_code=303)
    return Redirect("/admin", status_code=303, cookies=begun(request, made.admin, made.token))


@dataclass(frozen=True)
class _Made:
    admin: Account
    token: str


def _found(
    connection: Connection, fields: Fields, book: Rulebook | None, problems: list[Problem], now: datetime
) -> _Made | None:
    """Raises Refused with every problem, those found before included; None if somebody was faster."""
    if not _is_new(connection):
        return None
    code, village, names = fields["village_code"], fields["village_name"], fields["public_names"]
    name, password = fields["admin_name"], fields["password"]
    wrong = [
        *_renamed(village_problems(connection, code, village, names), _VILLAGE_FIELDS),
        *_renamed(naming_problems(connection, name, password), _ADMIN_FIELDS),
        *problems,
    ]
    if wrong or book is None:
        raise Refused(*wrong)
    home = add_village(connection, code, village, names)
    admin = add_account(connection, name, "admin", password, home.id)
    rulebooks.add(connection, book, book.applies_from or now.date(), admin.name, now)
    return _Made(admin, sessions.begin(connection, admin.id, now))


def _is_new(connection: Connection) -> bool:
    return not is_anybody(connection) and not villages(connection)


def _rulebook(fields: Fields) -> tuple[Rulebook | None, list[Problem]]:
    if fields["rulebook"] != "own":
        return default_rulebook(), []
    content = fields.files.get("rulebook_file", b"")
    if not content:
        return None, [NO_FILE]
    try:
        return read_rulebook_file(content, default_rulebook()), []
    except Refused as refusal:
        return None, at_file(refusal.problems)


def at_file(problems: Sequence[Problem]) -> list[Problem]:
    """The problems of an uploaded rulebook beside its input: the first ones, and how many more there are."""
    shown = [Problem("rulebook_file", one.sentence, one.values) for one in problems[:_MOST_SHOWN]]
    more = len(problems) - len(shown)
    return [*shown, Problem("rulebook_file", _MORE, {"count": more})] if more else shown


def _renamed(problems: list[Problem], names: dict[str, str]) -> list[Problem]:
    return [Problem(names.get(one.field, one.field), one.sentence, one.values) for one in problems]


def _form(request: AnyRequest, fields: Fields, problems: Sequence[Problem] = ()) -> Response[Any]:
    status = 422 if problems else 200
    return page(request, "setup.html", status=status, typed=fields, problems=list(problems))


routes = [show, set_up]
