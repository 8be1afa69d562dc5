"""`/review`: what awaits a second person, oldest first, to be approved or rejected with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.pages.answers import page, wants_json
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.record_answers import as_data, is_part
from kiosk.pages.record_offer import BASIS_WORDS
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.scoring import deciding, history, ledger
from kiosk.scoring.actors import Actor
from kiosk.scoring.history import Deed
from kiosk.scoring.problems import Problem, Refused

AnyRequest = Request[Any, Any, Any]
_REVIEWERS = staff("reviewer", "admin")


@dataclass(frozen=True)
class Row:
    """A deed that waits or was just decided. `barred` says why this reviewer must leave it to others."""

    deed: Deed
    head: str = ""
    barred: Sequence[Problem] = ()
    problems: Sequence[Problem] = ()
    reason: str = ""


@get("/review", guards=[_REVIEWERS], sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site]) -> Response[str]:
    """The list of what waits."""
    with site.database.read() as connection:
        rows = _waiting(connection, request.user.actor)
    return page(request, "review.html", rows=rows, basis_words=BASIS_WORDS)


@post(
    "/review/{event_id:int}/decision",
    guards=[_REVIEWERS],
    dependencies=FIELDS,
    status_code=200,
    sync_to_thread=True,
)
def decide(
    request: AnyRequest,
    site: NamedDependency[Site],
    event_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Approve or reject; the same click twice changes nothing."""
    actor, now = request.user.actor, site.clock()
    verdict, reason = fields["verdict"], fields["reason"]
    try:
        receipt = site.database.write(
            lambda connection: ledger.decide(
                connection, actor.village_id, event_id, verdict, actor, reason, now
            )
        )
    except Refused as refusal:
        return _refused(request, site, event_id, refusal.problems, reason)
    if wants_json(request):
        return Response(as_data(receipt))
    return _row(request, site, event_id) if is_part(request) else Redirect("/review", status_code=303)


def _refused(
    request: AnyRequest, site: Site, event_id: int, problems: Sequence[Problem], reason: str
) -> Response[Any]:
    """The same row, or for a plain form the same page, with what is wrong and the reason still there."""
    if wants_json(request):
        raise Refused(*problems)
    if is_part(request):
        return _row(request, site, event_id, problems, reason)
    with site.database.read() as connection:
        rows = _waiting(connection, request.user.actor)
    marked = [
        Row(row.deed, row.head, row.barred, problems, reason) if row.deed.event_id == event_id else row
        for row in rows
    ]
    loose = [] if event_id in (row.deed.event_id for row in rows) else problems
    return page(request, "review.html", status=422, rows=marked, problems=loose, basis_words=BASIS_WORDS)


def _row(
    request: AnyRequest, site: Site, event_id: int, problems: Sequence[Problem] = (), reason: str = ""
) -> Response[Any]:
    actor: Actor = request.user.actor
    with site.database.read() as connection:
        deed = history.deed(connection, actor.village_id or 0, event_id)
        left = len(history.awaiting(connection, actor.village_id or 0))
        row = _row_of(connection, actor, deed, problems, reason) if deed else None
    if row is None:
        raise Refused(*problems)
    status = 422 if problems else 200
    return page(request, "_review_row.html", status=status, row=row, left=left, basis_words=BASIS_WORDS)


def _waiting(connection: Connection, actor: Actor) -> list[Row]:
    deeds = history.awaiting(connection, actor.village_id or 0)
    return [_row_of(connection, actor, deed) for deed in deeds]


def _row_of(
    connection: Connection, actor: Actor, deed: Deed, problems: Sequence[Problem] = (), reason: str = ""
) -> Row:
    waits = deed.status == "waiting"
    barred = deciding.may_not_decide(connection, actor.village_id or 0, deed, actor) if waits else []
    people = households.members(connection, deed.household_id)
    head = next((one.name for one in people if one.head and one.left is None), "")
    return Row(deed, head, barred, problems, reason)


routes = [show, decide]
