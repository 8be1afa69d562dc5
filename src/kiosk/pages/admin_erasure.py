"""`/admin/erasure`: erase the words about one deed or of one objection, because somebody asks or they say too much."""

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
from kiosk.scoring import answering, erasing, history, objections, remarks
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_, Problem, Refused

AnyRequest = Request[Any, Any, Any]
_ADMIN = staff("admin")
_LONGEST, _MOST = 200, 300
_NO_EVENT = N_("There is no event no. %(number)s in this village")
_NO_OBJECTION = N_("There is no objection no. %(number)s in this village")
_NO_REASON = Problem("reason", N_("Write why the words are erased; this stands in the activity log"))
_LONG = Problem("reason", N_("Too long; write at most %(limit)s characters"), {"limit": _LONGEST})
_UNSURE = Problem("sure", N_("Tick the box first: this cannot be taken back"))
_ERASED = N_("Erased words and photo of event no. %(number)s: %(reason)s")
_ERASED_OBJECTION = N_("Erased the words of objection no. %(number)s and of its answer: %(reason)s")


@get("/admin/erasure", guards=[_ADMIN], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    event: FromQuery[str] = "",
    objection: FromQuery[str] = "",
    household: FromQuery[str] = "",
    done: FromQuery[bool] = False,
) -> Response[Any]:
    """Ask for a household, and list what was noted for it lately; with an event or an objection, show what
    would be erased."""
    asked = Fields({"event": event, "objection": objection, "household": household.strip()})
    return _page(request, site, asked, done=done)


@post("/admin/erasure", guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def erase(request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]) -> Response[Any]:
    """Erase them, with a reason; a second click changes nothing."""
    of = "objection" if fields["objection"] else "event"
    number, now = whole_number(fields[of]), site.clock()
    village_id, by = request.user.village_id, request.user.actor

    def work(connection: Connection) -> Collection[str]:
        take, topic, sentence = _OF[of]
        loose = take(connection, village_id, number, by)
        if loose is None:
            return ()
        values = {"number": number, "reason": fields["reason"]}
        activity.note(connection, village_id, by, now, topic, sentence, **values)
        return loose

    try:
        if problems := _problems(fields):
            raise Refused(*problems)
        loose = site.database.write(work)
    except Refused as refusal:
        return _page(request, site, fields, refusal.problems)
    for name in loose:
        photos.forget(site.settings.data / "photos", name)
    return Redirect(f"/admin/erasure?{of}={number}&done=true", status_code=303)


def _of_event(connection: Connection, village_id: int, number: int, by: Actor) -> Collection[str] | None:
    deed = history.deed(connection, village_id, number)
    if deed is None:
        raise NotFoundException
    return erasing.erase(connection, village_id, deed, by)


def _of_objection(connection: Connection, village_id: int, number: int, by: Actor) -> Collection[str] | None:
    one = objections.numbered(connection, village_id, number)
    if one is None:
        raise NotFoundException
    return () if erasing.erase_objection(connection, village_id, one, by) else None


_OF = {"event": (_of_event, "review", _ERASED), "objection": (_of_objection, "objections", _ERASED_OBJECTION)}


def _problems(fields: Fields) -> list[Problem]:
    wrong = [] if fields["reason"] else [_NO_REASON]
    wrong += [_LONG] if len(fields["reason"]) > _LONGEST else []
    return wrong if fields["sure"] else [*wrong, _UNSURE]


def _page(
    request: AnyRequest,
    site: Site,
    asked: Fields,
    problems: Sequence[Problem] = (),
    done: bool = False,
) -> Response[Any]:
    village_id, household, by = request.user.village_id, asked["household"], request.user.actor
    with site.database.read() as connection:
        home = households.by_code(connection, village_id, household) if household else None
        rows = history.newest_of_household(connection, village_id, home.id, _MOST) if home else []
        of_deed = _deed(connection, village_id, asked["event"])
        of_objection = _objection(connection, village_id, asked["objection"], by)
    if household and home is None:
        problems = [Problem("household", NO_HOUSEHOLD, {"code": household[:20]})]
    if asked["event"] and not of_deed:
        problems = [Problem("event", _NO_EVENT, {"number": asked["event"][:20]})]
    if asked["objection"] and not of_objection:
        problems = [Problem("objection", _NO_OBJECTION, {"number": asked["objection"][:20]})]
    shown = {"deed": None, "one": None, "words": False} | of_deed | of_objection
    return page(
        request,
        "admin_erasure.html",
        status=422 if problems else 200,
        typed=asked,
        rows=rows,
        **shown,
        basis_words=BASIS_WORDS,
        today=site.clock().date(),
        problems=problems,
        done=done and bool(shown["deed"] or shown["one"]) and not shown["words"],
    )


def _deed(connection: Connection, village_id: int, typed: str) -> dict[str, Any]:
    """An event, what was asked back about it, and whether anything is there to be erased."""
    number = whole_number(typed)
    deed = history.deed(connection, village_id, number) if number else None
    if deed is None:
        return {}
    said = remarks.of_events(connection, [number])[number]
    about = objections.against(connection, village_id, number)
    return {"deed": deed, "said": said, "about": about, "words": erasing.has_words(connection, number)}


def _objection(connection: Connection, village_id: int, typed: str, by: Actor) -> dict[str, Any]:
    """An objection, and whether anything is there to be erased; who must not know does not learn who objected."""
    number = whole_number(typed)
    one = objections.numbered(connection, village_id, number) if number else None
    if one is None:
        return {}
    barred = answering.may_not_answer(connection, village_id, one, by)
    shown = objections.without_raiser(one) if barred else one
    return {"one": shown, "barred": bool(barred), "words": one.says_something}


routes = [show, erase]
