"""`/admin/erasure`: erase the words and the photo of one deed, because the person asks for it or they say too much."""

from collections.abc import Collection, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk import photos
from kiosk.office import activity
from kiosk.pages.admin_people import NO_HOUSEHOLD
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields, whole_number
from kiosk.pages.guard import staff
from kiosk.pages.record_offer import BASIS_WORDS
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.scoring import erasing, history
from kiosk.scoring.problems import N_, Problem, Refused

AnyRequest = Request[Any, Any, Any]
_ADMIN = staff("admin")
_LONGEST, _MOST = 200, 300
_NO_EVENT = N_("There is no event no. %(number)s in this village")
_NO_REASON = Problem("reason", N_("Write why the words are erased; this stands in the activity log"))
_LONG = Problem("reason", N_("Too long; write at most %(limit)s characters"), {"limit": _LONGEST})
_UNSURE = Problem("sure", N_("Tick the box first: this cannot be taken back"))
_ERASED = N_("Erased words and photo of event no. %(number)s: %(reason)s")


@get("/admin/erasure", guards=[_ADMIN], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    event: FromQuery[str] = "",
    household: FromQuery[str] = "",
    done: FromQuery[bool] = False,
) -> Response[Any]:
    """Ask for a household, and list what was noted for it lately; with an event, show what would be erased."""
    return _page(request, site, event, household=household.strip(), done=done)


@post("/admin/erasure", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def erase(request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]) -> Response[Any]:
    """Erase them, with a reason; a second click changes nothing."""
    number, reason = whole_number(fields["event"]), fields["reason"]
    by, now = request.user.actor, site.clock()

    def work(connection: Connection) -> Collection[str]:
        deed = history.deed(connection, by.village_id, number)
        if deed is None:
            raise NotFoundException
        loose = erasing.erase(connection, by.village_id, deed, by)
        if loose is None:
            return ()
        values = {"number": number, "reason": reason}
        activity.note(connection, by.village_id, by, now, "review", _ERASED, **values)
        return loose

    try:
        if problems := _problems(fields):
            raise Refused(*problems)
        loose = site.database.write(work)
    except Refused as refusal:
        return _page(request, site, fields["event"], fields, refusal.problems)
    for name in loose:
        photos.forget(site.settings.data / "photos", name)
    return Redirect(f"/admin/erasure?event={number}&done=true", status_code=303)


def _problems(fields: Fields) -> list[Problem]:
    wrong = [] if fields["reason"] else [_NO_REASON]
    wrong += [_LONG] if len(fields["reason"]) > _LONGEST else []
    return wrong if fields["sure"] else [*wrong, _UNSURE]


def _page(
    request: AnyRequest,
    site: Site,
    event: str,
    fields: Fields | None = None,
    problems: Sequence[Problem] = (),
    household: str = "",
    done: bool = False,
) -> Response[Any]:
    number, village_id = whole_number(event), request.user.village_id
    with site.database.read() as connection:
        deed = history.deed(connection, village_id, number) if number else None
        words = bool(deed) and erasing.has_words(connection, number)
        home = households.by_code(connection, village_id, household) if household else None
        rows = history.newest_of_household(connection, village_id, home.id, _MOST) if home else []
    if household and home is None:
        problems = [Problem("household", NO_HOUSEHOLD, {"code": household[:20]})]
    if event and deed is None:
        problems = [Problem("event", _NO_EVENT, {"number": event[:20]})]
    return page(
        request,
        "admin_erasure.html",
        status=422 if problems else 200,
        event=event,
        household=household,
        rows=rows,
        deed=deed,
        words=words,
        basis_words=BASIS_WORDS,
        longest=_LONGEST,
        typed=fields or Fields({}),
        problems=problems,
        done=done and bool(deed) and not words,
    )


routes = [show, erase]
