"""`/admin/village`: how the village names people in public, its screen with its hours and messages, and whom to ask."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.office import activity, messages
from kiosk.pages.answers import page
from kiosk.pages.downloads import listed
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.roster_form import typed_day
from kiosk.pages.site import Site
from kiosk.roster.villages import (
    Village,
    set_open_ledger,
    set_public_names,
    set_screen,
    set_screen_hours,
    village_by_id,
)
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.sheets.paper import Column

AnyRequest = Request[Any, Any, Any]
_ADMIN = staff("admin")
_NAMED = {
    "full": N_("Chose full names for heads of household in public"),
    "masked": N_("Chose surnames only for heads of household in public"),
    "code": N_("Chose household codes instead of names in public"),
}
_FITTED = N_("Changed the screen, or whom to ask")
_HOURS = N_("The screen shows something from %(on)s to %(off)s")
_ALWAYS = N_("The screen shows something day and night")
_SAYS, _SILENT = N_("Put on the screen: “%(words)s”"), N_("Took off the screen: “%(words)s”")
_OPEN = {
    "everybody": N_("Let everybody download the open ledger"),
    "office": N_("Let the office hand out the open ledger to whoever asks"),
}
_MESSAGES = (
    Column(N_("Message"), 60, "wrap"),
    Column(N_("From"), 12, "day"),
    Column(N_("Last day"), 12, "day"),
)
_SCREEN = ("screen_inches", "screen_metres", "screen_theme", "screen_message", "contact")


@get("/admin/village", guards=[_ADMIN], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    saved: FromQuery[bool] = False,
    gone: FromQuery[bool] = False,
) -> Response[Any]:
    """The settings of the administrator's village; `gone` says that a message had been taken off before."""
    return _form(request, site, saved=saved, gone=gone)


@post("/admin/village/names", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def choose_names(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """How heads of household are named in public."""
    village_id: int = request.user.village_id

    def work(connection: Connection) -> None:
        set_public_names(connection, village_id, fields["public_names"])

    return _save(request, site, fields, work, Problem("", _NAMED.get(fields["public_names"], "")))


@post("/admin/village/screen", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def fit_screen(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Size, distance and theme of the screen, the line at its foot, and whom to ask."""
    village_id: int = request.user.village_id
    inches, metres = fields.number("screen_inches"), fields.number("screen_metres")
    words = fields["screen_theme"], fields["screen_message"], fields["contact"]
    return _save(
        request,
        site,
        fields,
        lambda connection: set_screen(connection, village_id, inches, metres, *words),
        Problem("", _FITTED),
    )


@post("/admin/village/hours", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def choose_hours(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """From when to when the screen shows something."""
    village_id: int = request.user.village_id
    hours = fields["screen_on"], fields["screen_off"]

    def work(connection: Connection) -> None:
        set_screen_hours(connection, village_id, *hours)

    noted = Problem("", _HOURS if hours[0] else _ALWAYS, {"on": hours[0], "off": hours[1]})
    return _save(request, site, fields, work, noted)


@post("/admin/village/ledger", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def open_ledger(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Who may have the ledger without names."""
    village_id, choice = request.user.village_id, fields["open_ledger"]

    def work(connection: Connection) -> None:
        set_open_ledger(connection, village_id, choice)

    return _save(request, site, fields, work, Problem("", _OPEN.get(choice, "")))


@post("/admin/village/messages", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def add_message(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Let the screen say something on certain days."""
    village_id, today = request.user.village_id, site.clock().date()

    def work(connection: Connection) -> None:
        problems: list[Problem] = []
        first, last = (typed_day(fields, name, problems) for name in ("first_day", "last_day"))
        if problems:
            raise Refused(*problems)
        messages.add(connection, village_id, fields["words"], first, last, today)

    return _save(request, site, fields, work, Problem("", _SAYS, {"words": fields["words"]}))


@post(
    "/admin/village/messages/{message_id:int}/removal",
    guards=[_ADMIN],
    status_code=303,
    sync_to_thread=True,
)
def remove_message(
    request: AnyRequest, site: NamedDependency[Site], message_id: FromPath[int]
) -> Response[Any]:
    """Take a message off the screen; one that is gone already stays so."""
    by, now = request.user, site.clock()

    def work(connection: Connection) -> bool:
        words = messages.remove(connection, by.village_id, message_id)
        if words is not None:
            activity.note(connection, by.village_id, by.actor, now, "screen", _SILENT, words=words)
        return words is not None

    told = "saved" if site.database.write(work) else "gone"
    return Redirect(f"/admin/village?{told}=true#messages", status_code=303)


@get("/admin/village/messages.xlsx", guards=[_ADMIN], sync_to_thread=True)
def export_messages(request: AnyRequest, site: NamedDependency[Site]) -> Response[Any]:
    """What the screen says on certain days, and what it said, as a workbook."""
    with site.database.read() as connection:
        village = village_by_id(connection, request.user.village_id)
        known = messages.messages(connection, village.id, date.min)
    rows = [(one.words, one.first, one.last) for one in known]
    return listed(request, village, N_("Messages of the day"), _MESSAGES, rows)


def _save(
    request: AnyRequest, site: Site, fields: Fields, change: Callable[[Connection], None], noted: Problem
) -> Response[Any]:
    by, now = request.user, site.clock()

    def work(connection: Connection) -> None:
        change(connection)
        activity.note(connection, by.village_id, by.actor, now, "screen", noted.sentence, **noted.values)

    try:
        site.database.write(work)
    except Refused as refusal:
        return _form(request, site, fields, refusal.problems)
    return Redirect("/admin/village?saved=true", status_code=303)


def _form(
    request: AnyRequest,
    site: Site,
    fields: Fields | None = None,
    problems: Sequence[Problem] = (),
    saved: bool = False,
    gone: bool = False,
) -> Response[Any]:
    """What stands in the database, and over it what was typed."""
    with site.database.read() as connection:
        village = village_by_id(connection, request.user.village_id)
        known = messages.messages(connection, village.id, site.clock().date())
    typed = Fields({**_texts(village), **(fields.texts if fields else {})})
    return page(
        request,
        "admin_village.html",
        status=422 if problems else 200,
        village=village,
        messages=known,
        today=site.clock().date().isoformat(),
        typed=typed,
        problems=problems,
        saved=saved,
        gone=gone,
    )


def _texts(village: Village) -> dict[str, str]:
    names = (*_SCREEN, "screen_on", "screen_off", "public_names")
    texts = {name: str(getattr(village, name) or "") for name in names}
    return texts | {"open_ledger": "everybody" if village.open_ledger else "office"}


routes = [
    show,
    choose_names,
    fit_screen,
    choose_hours,
    open_ledger,
    add_message,
    remove_message,
    export_messages,
]
