"""Answers of the recorder's form: the whole page, the part of it that htmx swaps, or JSON for a script."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from litestar import Request, Response

from kiosk.pages import photos
from kiosk.pages.answers import page, say, wants_json
from kiosk.pages.record_asked import Reply, questions
from kiosk.pages.record_form import Filled
from kiosk.pages.record_offer import SAMPLE, bases, blank, chosen, nobodys_offer, offer
from kiosk.pages.site import Site
from kiosk.roster import search
from kiosk.scoring import declarations, history
from kiosk.scoring.ledger import Receipt
from kiosk.scoring.problems import Problem
from kiosk.scoring.rulebook_fields import written

AnyRequest = Request[Any, Any, Any]


@dataclass(frozen=True)
class Shown:
    """What the form shows: what was typed, what is wrong with it, what became of it.

    `clash` is the receipt of the deed that used this form's key first, `query` an unfinished search for
    a household, `reply` an answer to a reviewer that was refused, `answered` that one was taken.
    """

    filled: Filled
    problems: Sequence[Problem] = ()
    receipt: Receipt | None = None
    clash: Receipt | None = None
    query: str = ""
    reply: Reply | None = None
    answered: bool = False


def form(request: AnyRequest, site: Site, shown: Shown, status: int = 200) -> Response[Any]:
    """The form with today's list: a part for htmx, a page for everybody else."""
    said, person = context(request, site, shown), request.user
    if is_part(request):
        return page(request, "_record.html", status=status, **said)
    said["sample"] = SAMPLE
    with site.database.read() as connection:
        asked = questions(connection, person.actor, shown.reply)
        declared = declarations.waiting_count(connection, person.village_id)
        rejected = history.rejected_of(connection, person.village_id, person.id, site.clock())
    reply = (
        photos.ticket(site, request.user.id, shown.reply.photo) if shown.reply and shown.reply.photo else ""
    )
    said |= {"questions": asked, "reply_ticket": reply, "answered": shown.answered, "declared": declared}
    said |= {"rejected": rejected, "rejected_days": history.LATELY.days}
    return page(request, "record.html", status=status, **said)


def shell_context(site: Site) -> dict[str, Any]:
    """Everything that record.html needs, with nothing of anybody in it."""
    now = site.clock()
    with site.database.read() as connection:
        offered = nobodys_offer(connection, now)
    nothing: dict[str, Any] = dict.fromkeys(("who", "receipt", "clash"))
    return nothing | {
        "offer": offered,
        "filled": Filled(),
        "rows": [],
        "query": "",
        "problems": [],
        "receipt_is_new": False,
        "ticket": "",
        "bases": bases(),
        "now": now,
        "questions": [],
        "answered": False,
        "declared": 0,
        "rejected": (),
        "sample": SAMPLE,
    }


def accepted(request: AnyRequest, site: Site, receipt: Receipt, photo: str = "") -> Response[Any]:
    """201 for a new deed, 200 for one that had been received before; the form is fresh again.

    A script also gets a ticket for the photo, so that further deeds need not bring the same picture again.
    """
    status = 201 if receipt.new else 200
    if wants_json(request):
        said = as_data(receipt)
        said |= {"photo_ticket": photos.ticket(site, request.user.id, photo)} if photo else {}
        return Response(said, status_code=status, headers={"cache-control": "no-store"})
    return form(request, site, Shown(blank(site.clock()), receipt=receipt), status)


def refused(request: AnyRequest, site: Site, shown: Shown, status: int = 422) -> Response[Any]:
    """The same form with everything typed and what is wrong with it."""
    if not wants_json(request):
        return form(request, site, shown, status)
    data = as_problems(request, shown.problems, status)
    if shown.clash:
        data["first"] = as_data(shown.clash)
    return Response(data, status_code=status, headers={"cache-control": "no-store"})


def context(request: AnyRequest, site: Site, shown: Shown) -> dict[str, Any]:
    """Everything that record.html and its fragments need."""
    actor, now = request.user.actor, site.clock()
    with site.database.read() as connection:
        known = (
            chosen(connection, actor, shown.filled.household, now.date()) if shown.filled.household else None
        )
        query = shown.query or ("" if known else shown.filled.household[:40])
        rows = search.search(connection, actor.village_id, query, now.date()) if query else []
        receipts = [one for one in (shown.receipt, shown.clash) if one]
        deeds = {one.event_id: history.deed(connection, actor.village_id, one.event_id) for one in receipts}
        offered = offer(connection, actor, now)
    photo = shown.filled.photo
    return {
        "offer": offered,
        "filled": shown.filled if known else replace(shown.filled, household="", member=""),
        "who": known,
        "rows": rows,
        "query": query,
        "problems": shown.problems,
        "receipt": deeds[shown.receipt.event_id] if shown.receipt else None,
        "receipt_is_new": bool(shown.receipt and shown.receipt.new),
        "clash": deeds[shown.clash.event_id] if shown.clash else None,
        "ticket": photos.ticket(site, request.user.id, photo) if photo else "",
        "bases": bases(),
        "now": now,
    }


def is_part(request: AnyRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("hx-request") == "true"


def as_data(receipt: Receipt) -> dict[str, Any]:
    """A receipt for scripts; points are decimals as text, null until somebody decides."""
    return {
        "event": receipt.event_id,
        "code": receipt.code,
        "status": receipt.status,
        "claimed": written(receipt.claimed),
        "awarded": None if receipt.awarded is None else written(receipt.awarded),
        "item": receipt.item,
        "occurred_on": receipt.occurred_on.isoformat(),
        "recorded_at": receipt.recorded_at.isoformat(),
        "new": receipt.new,
    }


def as_problems(request: AnyRequest, problems: Sequence[Problem], status: int = 422) -> dict[str, Any]:
    """What is wrong, for scripts: each problem at its field, in the reader's language."""
    said = [{"field": one.field, "message": say(request, one)} for one in problems]
    return {"status": status, "detail": " ".join(one["message"] for one in said), "problems": said}
