"""`/admin/rulebook`: the township brings in a new rulebook for all villages, after looking at what changes."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.office import activity
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.setup import NO_FILE, at_file
from kiosk.pages.site import Site
from kiosk.scoring import rulebooks
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.rulebook import SETTINGS, Item, Rulebook, parse_rulebook
from kiosk.sheets.rulebook_file import read_rulebook_file

AnyRequest = Request[Any, Any, Any]
_TOWNSHIP = staff("township")
_DAY = Problem("applies_from", N_("Choose the day from which it applies: today or later"))
_SAME = Problem("rulebook_file", N_("This is the newest rulebook already; nothing would change"))
_BROUGHT_IN = N_("Brought in the rulebook “%(title)s”, which applies from %(day)s on")
_LOST = Problem("rulebook_file", N_("The file was changed on the way; choose it once more"))


@dataclass(frozen=True)
class Difference:
    """An item before and after; one of them is none for a new or a dropped item."""

    before: Item | None
    after: Item | None

    @property
    def item(self) -> Item:
        item = self.after or self.before
        if item is None:
            raise ValueError(self)
        return item


@get("/admin/rulebook", guards=[_TOWNSHIP], sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site], saved: FromQuery[bool] = False) -> Response[Any]:
    """The newest rulebook, and the form for the next."""
    return _form(request, site, saved=saved)


@post(
    "/admin/rulebook/draft",
    guards=[_TOWNSHIP],
    dependencies=FIELDS,
    status_code=200,
    sync_to_thread=True,
)
def draft(request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]) -> Response[Any]:
    """Read the file and show what would change. Nothing is saved yet."""
    with site.database.read() as connection:
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


@post("/admin/rulebook", guards=[_TOWNSHIP], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def bring_in(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Save what the draft showed, from the chosen day on."""
    now, by = site.clock(), request.user
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
        activity.note(connection, None, by.actor, now, "rulebook", _BROUGHT_IN, title=book.title, day=day)

    site.database.write(work)
    return Redirect("/admin/rulebook?saved=true", status_code=303)


def differences(before: Rulebook, after: Rulebook) -> list[Difference]:
    """The items that are new, changed or dropped, in the order of the new rulebook; the dropped ones last."""
    found = [Difference(before.item(item.code), item) for item in after.items]
    dropped = [Difference(item, None) for item in before.items if after.item(item.code) is None]
    return [one for one in found if one.before != one.after] + dropped


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _draft(
    request: AnyRequest, before: Rulebook, book: Rulebook, day: str, problems: Sequence[Problem] = ()
) -> Response[Any]:
    settings = [name for name in SETTINGS if getattr(before, name) != getattr(book, name)]
    return page(
        request,
        "admin_rulebook_draft.html",
        status=422 if problems else 200,
        before=before,
        book=book,
        differences=differences(before, book),
        settings=settings,
        content=rulebooks.canonical(book),
        day=day,
        problems=problems,
    )


def _form(
    request: AnyRequest, site: Site, problems: Sequence[Problem] = (), saved: bool = False
) -> Response[Any]:
    with site.database.read() as connection:
        newest = rulebooks.newest(connection)
    status = 422 if problems else 200
    return page(request, "admin_rulebook.html", status=status, newest=newest, problems=problems, saved=saved)


routes = [show, draft, bring_in]
