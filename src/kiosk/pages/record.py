"""`/record`: the recorder's form on a tablet. A deed that was acknowledged is on the disk, once."""

from dataclasses import replace
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency, Provide
from litestar.exceptions import PermissionDeniedException
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.office import rounds
from kiosk.pages import photos
from kiosk.pages.answers import page, translate, wants_json
from kiosk.pages.fields import FIELDS, Fields, whole_number
from kiosk.pages.guard import staff
from kiosk.pages.record_answers import (
    Shown,
    accepted,
    as_data,
    context,
    form,
    is_part,
    refused,
    shell_context,
)
from kiosk.pages.record_declared import filled_from, link
from kiosk.pages.record_form import Filled, Submission, draft_of, read_submission
from kiosk.pages.record_households import query_of
from kiosk.pages.record_offer import blank
from kiosk.pages.shells import is_shell, shell
from kiosk.pages.site import Site
from kiosk.scoring import ledger
from kiosk.scoring.actors import Actor
from kiosk.scoring.ledger import KeyClash, Receipt
from kiosk.scoring.periods import quarter_of
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.storage import Unsaved

AnyRequest = Request[Any, Any, Any]
_RECORDERS = staff("recorder", "reviewer", "admin")
_TYPED = {"submission": Provide(read_submission)}
UNDONE = N_("undone by recorder")
_SOMEBODY_ELSES = N_("Somebody else has filled this in. It can be sent once they have signed in again")


@get("/record", guards=[_RECORDERS], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    household: FromQuery[str] = "",
    member: FromQuery[str] = "",
    typed: Annotated[str, QueryParameter(name="q")] = "",
    answered: FromQuery[str] = "",
    declaration: FromQuery[str] = "",
) -> Response[Any]:
    """The empty form, or with the household that a link has chosen, or with what a family has declared;
    `answered` a question a moment ago."""
    if is_shell(request):
        return shell(request, "record.html", **shell_context(site))
    filled = blank(site.clock(), household=household, member=member)
    if declaration:
        try:
            with site.database.read() as connection:
                filled = filled_from(connection, request.user.actor, whole_number(declaration), site.clock())
        except Refused as refusal:
            return form(request, site, Shown(filled, refusal.problems), 422)
    return form(request, site, Shown(filled, query=query_of(typed), answered=bool(answered)))


@post("/record", guards=[_RECORDERS], dependencies=_TYPED, sync_to_thread=True)
def send(
    request: AnyRequest, site: NamedDependency[Site], submission: NamedDependency[Submission]
) -> Response[Any]:
    """Record a deed: 201 with its receipt, 200 if the same was sent before, else the form with what is wrong."""
    actor: Actor = request.user.actor
    filled = submission.filled
    if filled.account and filled.account != str(request.user.id):
        return refused(request, site, Shown(filled, [Problem("", _SOMEBODY_ELSES)]), 403)
    try:
        photo = photos.enclosed(site, request.user.id, submission.upload, submission.ticket)
        filled = replace(filled, photo=photo)
        receipt = _record(site, actor, filled)
    except Refused as refusal:
        return refused(request, site, Shown(filled, refusal.problems))
    except KeyClash as clash:
        fresh = replace(filled, submission_key=blank(site.clock()).submission_key)
        return refused(request, site, Shown(fresh, [clash.problem], clash=clash.receipt), 409)
    except Unsaved as fault:
        if is_part(request) or wants_json(request):
            raise  # the page is still there, with the photo in it; only the sentence is needed
        return refused(request, site, Shown(filled, [fault.problem]), fault.status)
    return accepted(request, site, receipt, filled.photo)


@post("/record/preview", guards=[_RECORDERS], dependencies=_TYPED, status_code=200, sync_to_thread=True)
def preview(
    request: AnyRequest, site: NamedDependency[Site], submission: NamedDependency[Submission]
) -> Response[Any]:
    """What would happen to the deed as it is filled in now."""
    filled, actor, now = submission.filled, request.user.actor, site.clock()
    if submission.photo_ready or photos.redeemed(site, request.user.id, submission.ticket):
        filled = replace(filled, photo="as good as there")
    forecast, elsewhere, problems = None, None, []
    with site.database.read() as connection:
        try:
            draft = draft_of(connection, actor.village_id, filled, now)
            forecast = ledger.preview(connection, actor.village_id, draft, actor, now)
            counts_in = quarter_of(now.date() if draft.late else draft.occurred_on)
            elsewhere = counts_in if counts_in != quarter_of(now.date()) else None
        except Refused as refusal:
            problems = list(refusal.problems)
    return page(
        request,
        "_record_forecast.html",
        forecast=forecast,
        elsewhere=elsewhere,
        problems=problems,
        filled=filled,
    )


@post(
    "/record/{event_id:int}/reversal",
    guards=[_RECORDERS],
    dependencies=FIELDS,
    status_code=200,
    sync_to_thread=True,
)
def undo(
    request: AnyRequest,
    site: NamedDependency[Site],
    event_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Take a deed back; clicking twice is clicking once."""
    if fields["account"] and fields["account"] != str(request.user.id):
        raise PermissionDeniedException
    try:
        reason = fields["reason"] or ("" if request.user.actor.may_decide else translate(request, UNDONE))
        receipt = _reverse(site, request.user.actor, event_id, reason)
    except Refused as refusal:
        return refused(request, site, Shown(blank(site.clock()), refusal.problems))
    if wants_json(request):
        return Response(as_data(receipt))
    if is_part(request):
        shown = Shown(blank(site.clock()), receipt=receipt)
        return page(request, "_record_undone.html", **context(request, site, shown))
    return Redirect(f"/record#deed-{event_id}", status_code=303)


def _record(site: Site, actor: Actor, filled: Filled) -> Receipt:
    now, village_id = site.clock(), actor.village_id or 0

    def work(connection: Connection) -> Receipt:
        draft = draft_of(connection, village_id, filled, now)
        receipt = ledger.record(connection, village_id, draft, actor, now)
        if filled.declaration:
            link(connection, village_id, filled, receipt, actor, now)
        if filled.round:
            rounds.tie(connection, village_id, filled.round, receipt, actor, now, draft.device_at)
        return receipt

    return site.database.write(work)


def _reverse(site: Site, actor: Actor, event_id: int, reason: str) -> Receipt:
    now, village_id = site.clock(), actor.village_id or 0
    return site.database.write(
        lambda connection: ledger.reverse(connection, village_id, event_id, actor, reason, now)
    )


routes = [show, send, preview, undo]
