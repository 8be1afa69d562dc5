"""`/review`: what awaits a second person, oldest first, like ones together; approve, reject or ask back."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.office import activity
from kiosk.pages.answers import wants_json
from kiosk.pages.fields import FIELDS, Fields, whole_number
from kiosk.pages.guard import staff
from kiosk.pages.record_answers import as_data as receipt_data
from kiosk.pages.record_answers import is_part
from kiosk.pages.review_answers import as_data, part, whole
from kiosk.pages.review_groups import Sent
from kiosk.pages.site import Site
from kiosk.scoring import batches, remarks
from kiosk.scoring.actors import Actor
from kiosk.scoring.batches import Decided
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.receipts import Receipt

AnyRequest = Request[Any, Any, Any]
_REVIEWERS = staff("reviewer", "admin")
_AT_ONCE = 25  # events in one transaction: recorders who send meanwhile do not wait for two hundred
_NOTES = {"approved": N_("Approved: no. %(numbers)s"), "rejected": N_("Rejected: no. %(numbers)s")}
_ASKED = N_("Asked back about no. %(number)s")


@get("/review", guards=[_REVIEWERS], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    approved: FromQuery[int] = 0,
    rejected: FromQuery[int] = 0,
) -> Response[str]:
    """The list of what waits; `approved` or `rejected` tell how many have just been decided."""
    return whole(request, site, Sent(), approved=approved, rejected=rejected)


@post("/review/decisions", guards=[_REVIEWERS], dependencies=FIELDS, status_code=200, sync_to_thread=True)
def decide(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Approve or reject each `event` that is ticked; the same click twice changes nothing."""
    return _decide(request, site, fields.numbers("event"), fields)


@post(
    "/review/{event_id:int}/decision",
    guards=[_REVIEWERS],
    dependencies=FIELDS,
    status_code=200,
    sync_to_thread=True,
)
def decide_one(
    request: AnyRequest,
    site: NamedDependency[Site],
    event_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """The same for one event alone; a script gets its receipt."""
    if not wants_json(request):
        return _decide(request, site, [event_id], fields)
    decided = _decide_each(site, request.user.actor, [event_id], fields["verdict"], fields["reason"])
    if decided.refused:
        raise Refused(*decided.refused[event_id])
    return Response(receipt_data(decided.receipts[0]))


@post(
    "/review/{event_id:int}/question",
    guards=[_REVIEWERS],
    dependencies=FIELDS,
    status_code=200,
    sync_to_thread=True,
)
def ask(
    request: AnyRequest,
    site: NamedDependency[Site],
    event_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Ask back: the event goes on waiting until its recorder has answered."""
    listed = _listed(fields, [event_id])
    sent = Sent(listed, fields.numbers("event") or listed, fields["reason"], fields["question"])
    try:
        site.database.write(_asking(request.user.actor, event_id, sent.question, site.clock()))
    except Refused as refusal:
        if wants_json(request):
            raise
        return _refused(request, site, replace(sent, refused={event_id: refusal.problems}))
    return part(request, site, sent) if is_part(request) else Redirect("/review#asked", status_code=303)


def _asking(actor: Actor, event_id: int, words: str, now: datetime) -> Callable[[Connection], None]:
    def work(connection: Connection) -> None:
        village_id = actor.village_id or 0
        if remarks.ask(connection, village_id, event_id, actor, words, now):
            activity.note(connection, village_id, actor, now, "review", _ASKED, number=event_id)

    return work


def _decide(request: AnyRequest, site: Site, ticked: Sequence[int], fields: Fields) -> Response[Any]:
    verdict = fields["verdict"]
    sent = Sent(_listed(fields, ticked), ticked, fields["reason"])
    try:
        if not ticked:
            raise Refused(Problem("event", N_("Tick at least one of them")))
        decided = _decide_each(site, request.user.actor, ticked, verdict, sent.reason)
    except Refused as refusal:
        if wants_json(request):
            raise
        return _refused(request, site, replace(sent, problems=refusal.problems))
    if wants_json(request):
        return as_data(request, decided)
    if decided.refused:
        count = {verdict: len(decided.receipts)}
        return _refused(request, site, replace(sent, reason="", refused=decided.refused), **count)
    if is_part(request):
        return part(request, site, replace(sent, reason=""))
    return Redirect(f"/review?{verdict}={len(decided.receipts)}", status_code=303)


def _decide_each(site: Site, actor: Actor, event_ids: Sequence[int], verdict: str, reason: str) -> Decided:
    now, village_id = site.clock(), actor.village_id or 0
    receipts: list[Receipt] = []
    refused: dict[int, Sequence[Problem]] = {}
    for start in range(0, len(event_ids), _AT_ONCE):
        some = event_ids[start : start + _AT_ONCE]

        def work(connection: Connection, some: Sequence[int] = some) -> Decided:
            decided = batches.decide_each(connection, village_id, some, verdict, actor, reason, now)
            numbers = ", ".join(str(one.event_id) for one in decided.receipts if one.new)
            if numbers:
                activity.note(connection, village_id, actor, now, "review", _NOTES[verdict], numbers=numbers)
            return decided

        decided = site.database.write(work)
        receipts += decided.receipts
        refused |= decided.refused
    return Decided(receipts, refused)


def _refused(request: AnyRequest, site: Site, sent: Sent, **count: int) -> Response[Any]:
    """What was left as it is, with the reasons: 422, though others of the group may have been decided."""
    if is_part(request):
        return part(request, site, sent, 422)
    return whole(request, site, sent, 422, **count)


def _listed(fields: Fields, ticked: Sequence[int]) -> list[int]:
    """All deeds of the group that was sent, also those that were not ticked."""
    shown = [number for number in map(whole_number, fields["listed"].split()) if number >= 0]
    return list(dict.fromkeys([*shown[:1000], *ticked]))


routes = [show, decide, decide_one, ask]
