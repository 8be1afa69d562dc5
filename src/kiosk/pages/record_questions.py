"""`/record/{event}/answer`: the recorder answers what a reviewer asked back, in words or with a photo."""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.office import activity
from kiosk.pages import photos
from kiosk.pages.answers import wants_json
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.record_answers import Shown, refused
from kiosk.pages.record_asked import Reply
from kiosk.pages.record_offer import blank
from kiosk.pages.site import Site
from kiosk.scoring import remarks
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_, Problem, Refused

AnyRequest = Request[Any, Any, Any]
_ANSWERED = N_("Answered the question about no. %(number)s")


@post(
    "/record/{event_id:int}/answer",
    guards=[staff("recorder", "reviewer", "admin")],
    dependencies=FIELDS,
    status_code=200,
    sync_to_thread=True,
)
def answer(
    request: AnyRequest,
    site: NamedDependency[Site],
    event_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """The deed goes back to the reviewers; sending the same twice is sending it once."""
    actor, words, photo = request.user.actor, fields["answer"], ""
    try:
        photo = photos.enclosed(site, request.user.id, fields.files.get("photo", b""), fields["photo_ticket"])
        _answer(site, actor, event_id, words, photo)
    except Refused as refusal:
        if wants_json(request):
            raise
        reply = Reply(event_id, words, photo, refusal.problems)
        return refused(request, site, Shown(blank(site.clock()), _loose(refusal), reply=reply))
    return Redirect("/record?answered=1#questions", status_code=303)


def _answer(site: Site, actor: Actor, event_id: int, words: str, photo: str) -> None:
    now, village_id = site.clock(), actor.village_id or 0

    def work(connection: Connection) -> None:
        if remarks.answer(connection, village_id, event_id, actor, words, photo, now):
            activity.note(connection, village_id, actor, now, "review", _ANSWERED, number=event_id)

    site.database.write(work)


def _loose(refusal: Refused) -> list[Problem]:
    """What belongs to no field stands above the form: the question may not be there any more."""
    return [problem for problem in refusal.problems if problem.field not in ("answer", "photo")]


routes = [answer]
