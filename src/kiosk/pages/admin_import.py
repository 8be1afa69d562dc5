"""`/admin/import`: a roster or a paper register from a spreadsheet. First it is shown what would change.

The file goes with the page that shows it, and is read anew when it is confirmed: what is written was checked.
"""

import binascii
from base64 import b64decode, b64encode
from collections.abc import Sequence
from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.office import arrivals
from kiosk.pages import admin_import_lists
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, LARGEST_FILE, Fields
from kiosk.pages.guard import staff
from kiosk.pages.roster_form import typed_day
from kiosk.pages.site import Site
from kiosk.roster.comparing import Plan, plan
from kiosk.roster.updating import bring_in
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.sheets import register
from kiosk.sheets.events import read_register
from kiosk.sheets.limits import TOO_LARGE
from kiosk.sheets.register import BroughtIn
from kiosk.sheets.roster import read_roster

AnyRequest = Request[Any, Any, Any]
_ADMIN = staff("admin")
_DONE = {"roster", "events"}
_MOST_ROWS = 200  # shown of a register, and of problems
_MOST_OF_A_ROSTER = 2000  # of each kind of change: a village is looked through whole, on paper too
_LONG = 1000  # rows that keep somebody waiting
_NO_FILE = N_("Choose the file first")


@get("/admin/import", guards=[_ADMIN], sync_to_thread=True)
def show(request: AnyRequest, done: FromQuery[str] = "") -> Response[Any]:
    """Three forms: for people, for what was written on paper, and for a tablet out of reach."""
    return forms(request, done=done if done in _DONE else "")


@post("/admin/import/roster", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def take_roster(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Compare a roster with the one that is here; with `sure`, bring it in."""
    by, now, content = request.user, site.clock(), b""
    try:
        content = _content(fields, "roster_file")
        homes = read_roster(content, now.date())
    except Refused as refusal:
        return _refused(request, "roster_file", refusal.problems, fields, content)

    def work(connection: Connection) -> Plan:
        made = bring_in(connection, by.village_id, homes, _day(fields))
        arrivals.note_roster(connection, by.village_id, made, bool(fields["left"]), by.actor, now)
        return made

    problems: Sequence[Problem] = ()
    try:
        if fields["sure"] and not fields["list"]:
            site.database.write(work)
            return Redirect("/admin/import?done=roster", status_code=303)
        _day(fields)
    except Refused as refusal:
        problems = refusal.problems
    with site.database.read() as connection:
        made = plan(connection, by.village_id, homes)
    if fields["list"]:
        return admin_import_lists.changes(request, made)
    return page(
        request,
        "admin_import_roster.html",
        status=422 if problems else 200,
        plan=made,
        counts=arrivals.counts(made, bool(fields["left"])),
        most=_MOST_OF_A_ROSTER,
        field_words=admin_import_lists.FIELDS_OF_ROSTER,
        file=b64encode(content).decode(),
        today=now.date(),
        typed=fields,
        problems=problems,
    )


@post("/admin/import/events", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def take_events(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Try a paper register row by row; with `sure`, bring it in."""
    by, now, content = request.user, site.clock(), b""
    try:
        content = _content(fields, "events_file")
        rows = read_register(content)

        def work(connection: Connection) -> BroughtIn:
            approved = fields["state"] == "approved"
            told = register.bring_in(connection, by.village_id, rows, now, approved, by=by.actor)
            if told.problems:
                raise Refused(*told.problems)
            arrivals.note_register(connection, by.village_id, told.new, told.known, by.actor, now)
            return told

        if fields["sure"] and not fields["list"]:
            site.database.write(work)
            return Redirect("/admin/import?done=events", status_code=303)
        told = site.database.rehearse(work)
    except Refused as refusal:
        return _refused(request, "events_file", refusal.problems, fields, content)
    return page(
        request,
        "admin_import_events.html",
        told=told,
        rows=rows[:_MOST_ROWS],
        count=len(rows),
        is_long=len(rows) > _LONG,
        file=b64encode(content).decode(),
        typed=fields,
    )


def _content(fields: Fields, name: str) -> bytes:
    """The file that was chosen, or the one that was shown and now comes back. Raises Refused."""
    try:
        content = fields.files.get(name, b"") or b64decode(fields["file"], validate=True)
    except (binascii.Error, ValueError):
        content = b""
    if not content:
        raise Refused(Problem(name, _NO_FILE))
    if len(content) > LARGEST_FILE:
        raise Refused(Problem(name, TOO_LARGE))
    return content


def _refused(
    request: AnyRequest, field: str, problems: Sequence[Problem], fields: Fields, content: bytes
) -> Response[Any]:
    """The forms with what is wrong; the file goes along, so that all of it can be had as a workbook."""
    rows = admin_import_lists.has_rows(problems)
    if rows and fields["list"]:
        return admin_import_lists.mistakes(request, problems)
    return forms(request, field, problems, fields, file=b64encode(content).decode() if rows else "")


def _day(fields: Fields) -> date | None:
    """The day on which those leave who are not in the file; none if they stay. Raises Refused."""
    problems: list[Problem] = []
    day = typed_day(fields, "left", problems)
    if problems:
        raise Refused(*problems)
    return day


def forms(
    request: AnyRequest,
    field: str = "",
    problems: Sequence[Problem] = (),
    fields: Fields | None = None,
    done: str = "",
    file: str = "",
) -> Response[Any]:
    """The page with its forms; `problems` stand at the `field` of the file that was refused."""
    return page(
        request,
        "admin_import.html",
        status=422 if problems else 200,
        field=field,
        problems=problems[:_MOST_ROWS],
        more=max(0, len(problems) - _MOST_ROWS),
        typed=fields or Fields({}),
        done=done,
        file=file,
    )


routes = [show, take_roster, take_events]
