"""`/admin/rulebook`: the rulebook item by item, all its versions; a new one after looking at what changes.

One rulebook holds for all villages, so the township brings it in.
"""

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.accounts.accounts import Account, accounts_of
from kiosk.office import arrivals
from kiosk.pages.answers import page, reader_language
from kiosk.pages.downloads import taken
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.rulebook_differences import RULE_WORDS, compared
from kiosk.pages.setup import NO_FILE, at_file
from kiosk.pages.site import Site
from kiosk.roster.villages import village_by_id, villages
from kiosk.scoring import rulebooks
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.rulebook import Rulebook, parse_rulebook
from kiosk.sheets.rulebook import table
from kiosk.sheets.rulebook_file import read_rulebook_file
from kiosk.sheets.writing import write_table

AnyRequest = Request[Any, Any, Any]
_READERS = staff("admin", "township")
_DAY = Problem("applies_from", N_("Choose the day from which it applies: today or later"))
_SAME = Problem("rulebook_file", N_("This is the newest rulebook already; nothing would change"))
_LOST = Problem("rulebook_file", N_("The file was changed on the way; choose it once more"))


@get("/admin/rulebook", guards=[_READERS], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    saved: FromQuery[bool] = False,
    version: FromQuery[int] = 0,
) -> Response[Any]:
    """The rulebook in force or the `version` asked for, all versions, and for who may the form for the next."""
    return _form(request, site, saved=saved, version=version)


@get("/admin/rulebook.xlsx", guards=[_READERS], sync_to_thread=True)
def export(request: AnyRequest, site: NamedDependency[Site], version: FromQuery[int] = 0) -> Response[Any]:
    """The items as a workbook that can be changed and brought in again; where there is none yet, the usual ones."""
    with site.database.read() as connection:
        found = _version(connection, version, site.clock().date())
        empty = not rulebooks.versions(connection)
        here = village_by_id(connection, request.user.village_id) if request.user.village_id else None
    if found is None and (version or not empty):
        raise NotFoundException
    book = found.book if found else rulebooks.default_rulebook()
    content = write_table(*table(book, reader_language(request)), "xlsx")
    name = f"{book.title}-{found.applies_from}.xlsx" if found else f"{book.title}.xlsx"
    return taken(request, here, N_("Rulebook"), content, name, found.applies_from if found else "")


def may_change(connection: Connection, person: Account) -> bool:
    """The township; where nobody signs in for it, the administrator of the only village."""
    if person.role == "township":
        return True
    township = any(one.active for one in accounts_of(connection, None))
    return person.role == "admin" and not township and len(villages(connection)) == 1


@post(
    "/admin/rulebook/draft",
    guards=[_READERS],
    dependencies=FIELDS,
    status_code=200,
    sync_to_thread=True,
)
def draft(request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]) -> Response[Any]:
    """Read the file and show what would change. Nothing is saved yet."""
    with site.database.read() as connection:
        _refuse_others(request, connection)
        newest = rulebooks.newest(connection)
    before = newest.book if newest else rulebooks.default_rulebook()
    content, today = fields.files.get("rulebook_file", b""), site.clock().date()
    if not content:
        return _form(request, site, [NO_FILE])
    try:
        book = read_rulebook_file(content, before)
    except Refused as refusal:
        return _form(request, site, at_file(refusal.problems))
    if newest and book == before:
        return _form(request, site, [_SAME])
    day = max(book.applies_from or today, today).isoformat()
    return _draft(request, before, book, day)


@post("/admin/rulebook", guards=[_READERS], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def bring_in(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Save what the draft showed, from the chosen day on."""
    now, by = site.clock(), request.user
    with site.database.read() as connection:
        _refuse_others(request, connection)
    try:
        book = parse_rulebook(json.loads(fields["content"]))
    except (ValueError, TypeError, AttributeError, RecursionError, Refused):
        return _form(request, site, [_LOST])
    day = _day(fields["applies_from"])
    if day is None or day < now.date():
        with site.database.read() as connection:
            newest = rulebooks.newest(connection)
        before = newest.book if newest else rulebooks.default_rulebook()
        return _draft(request, before, book, fields["applies_from"], [_DAY])

    def work(connection: Connection) -> None:
        newest = rulebooks.newest(connection)
        added = rulebooks.add(connection, book, day, by.name, now)
        if newest and newest.id == added:
            return  # a second click
        arrivals.note_rulebook(connection, book, day, by.actor, now)

    site.database.write(work)
    return Redirect("/admin/rulebook?saved=true", status_code=303)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _draft(
    request: AnyRequest, before: Rulebook, book: Rulebook, day: str, problems: Sequence[Problem] = ()
) -> Response[Any]:
    return page(
        request,
        "admin_rulebook_draft.html",
        status=422 if problems else 200,
        **compared(before, book),
        content=rulebooks.canonical(book),
        day=day,
        problems=problems,
    )


def _form(
    request: AnyRequest,
    site: Site,
    problems: Sequence[Problem] = (),
    saved: bool = False,
    version: int = 0,
) -> Response[Any]:
    today = site.clock().date()
    with site.database.read() as connection:
        shown = _version(connection, version, today)
        in_force = _version(connection, 0, today)
        known = rulebooks.versions(connection)
        mine = may_change(connection, request.user)
    if version and shown is None:
        raise NotFoundException
    return page(
        request,
        "admin_rulebook.html",
        status=422 if problems else 200,
        shown=shown,
        in_force=in_force,
        versions=known,
        may_change=mine,
        rule_words=RULE_WORDS,
        problems=problems,
        saved=saved,
    )


def _version(connection: Connection, version: int, today: date) -> rulebooks.Version | None:
    """The version with this number; with none the one in force today."""
    known = [one.id for one in rulebooks.versions(connection)]
    if not version:
        return rulebooks.in_force(connection, today) if known else None
    return rulebooks.version(connection, version) if version in known else None


def _refuse_others(request: AnyRequest, connection: Connection) -> None:
    if not may_change(connection, request.user):
        raise PermissionDeniedException


routes = [show, export, draft, bring_in]
