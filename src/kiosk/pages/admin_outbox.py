"""`/admin/import/outbox`: what a tablet has saved to a file because it could not send it.

One step, without a preview: nothing counts before a reviewer says so, and the same file twice changes nothing.
"""

from typing import Any

from litestar import Request, Response, post
from litestar.di import NamedDependency
from sqlalchemy import Connection

from kiosk.office import activity
from kiosk.pages.admin_import import forms
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, LARGEST_FILE, Fields
from kiosk.pages.guard import staff
from kiosk.pages.outbox_file import Outcome, read_outbox, take_in
from kiosk.pages.site import Site
from kiosk.roster import villages
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.sheets.limits import TOO_LARGE

AnyRequest = Request[Any, Any, Any]
_TAKEN = N_(
    "Brought in what a tablet had saved: %(new)s new events, %(known)s already there, %(refused)s refused"
)


@post(
    "/admin/import/outbox", guards=[staff("admin")], dependencies=FIELDS, status_code=200, sync_to_thread=True
)
def take(request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]) -> Response[Any]:
    """Take a tablet's file in, and say of every deed what became of it."""
    by, now = request.user, site.clock()
    try:
        content = _content(fields)
        with site.database.read() as connection:
            village = villages.village_by_id(connection, by.village_id).code
        saved = read_outbox(content, village)
    except Refused as refusal:
        return forms(request, "outbox_file", refusal.problems)

    def work(connection: Connection) -> list[Outcome]:
        told = take_in(connection, by.village_id, saved, site.settings.data / "photos", by.actor, now)
        if _count(told)["new"]:
            activity.note(connection, by.village_id, by.actor, now, "review", _TAKEN, **_count(told))
        return told

    told = site.database.write(work)
    return page(request, "admin_outbox.html", told=told, count=_count(told))


def _content(fields: Fields) -> bytes:
    """The file that was chosen. Raises Refused."""
    content = fields.files.get("outbox_file", b"")
    if not content:
        raise Refused(Problem("outbox_file", N_("Choose the file first")))
    if len(content) > LARGEST_FILE:
        raise Refused(Problem("outbox_file", TOO_LARGE))
    return content


def _count(told: list[Outcome]) -> dict[str, int]:
    new = sum(1 for one in told if one.receipt and one.receipt.new)
    refused = sum(1 for one in told if one.problems)
    return {"new": new, "known": len(told) - new - refused, "refused": refused}


routes = [take]
