"""`/record/declarations`: what families say they have done, for a recorder to take up or to decline."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.office import activity
from kiosk.pages.answers import page, wants_json
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.photos import photo_response
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.scoring import declarations, declaring, recusal
from kiosk.scoring.declarations import Declaration
from kiosk.scoring.problems import N_, Problem, Refused

AnyRequest = Request[Any, Any, Any]
_RECORDERS = staff("recorder", "reviewer", "admin")
_RECENT = 20
_DECLINED = N_("Declined declaration no. %(number)s of household %(code)s")


@dataclass(frozen=True)
class Row:
    """A declaration as one recorder sees it: `barred` says why they must leave it to others."""

    one: Declaration
    head: str
    barred: Sequence[Problem] = ()
    answer: str = ""
    problems: Sequence[Problem] = ()


@get("/record/declarations", guards=[_RECORDERS], sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site], declined: FromQuery[str] = "") -> Response[str]:
    """What waits, the oldest first, and what was answered last."""
    return _list(request, site, declined=bool(declined))


@post(
    "/record/declarations/{number:int}/refusal",
    guards=[_RECORDERS],
    dependencies=FIELDS,
    status_code=303,
    sync_to_thread=True,
)
def decline(
    request: AnyRequest,
    site: NamedDependency[Site],
    number: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Decline one with an `answer`, which the household reads."""
    actor, now = request.user.actor, site.clock()

    def work(connection: Connection) -> None:
        if declaring.decline(connection, actor.village_id, number, actor, fields["answer"], now):
            found = declarations.by_number(connection, actor.village_id, number)
            code = found.household_code if found else ""
            values = {"number": number, "code": code}
            activity.note(connection, actor.village_id, actor, now, "review", _DECLINED, **values)

    try:
        site.database.write(work)
    except Refused as refusal:
        if wants_json(request):
            raise
        return _list(request, site, number, fields["answer"], refusal.problems)
    return Redirect("/record/declarations?declined=1", status_code=303)


@get("/record/declarations/{number:int}/photo", guards=[_RECORDERS], sync_to_thread=True)
def photo(request: AnyRequest, site: NamedDependency[Site], number: FromPath[int]) -> Response[bytes]:
    """The photo of a declaration of one's own village."""
    with site.database.read() as connection:
        found = declarations.by_number(connection, request.user.village_id, number)
    if found is None:
        raise NotFoundException
    return photo_response(site, found.said.photo)


def _list(
    request: AnyRequest,
    site: Site,
    number: int = 0,
    answer: str = "",
    problems: Sequence[Problem] = (),
    declined: bool = False,
) -> Response[str]:
    """The page; `answer` and `problems` belong to the declaration with that number."""
    actor = request.user.actor
    with site.database.read() as connection:
        waiting = declarations.waiting(connection, actor.village_id)
        done = declarations.answered(connection, actor.village_id, _RECENT)
        ties = recusal.read_ties(connection, actor.village_id)
        heads = households.heads(connection, {one.said.household_id for one in [*waiting, *done]})
    rows = [
        Row(
            one,
            heads.get(one.said.household_id, ""),
            ties.problems(actor, one.said.household_id),
            *((answer, problems) if one.id == number else ()),
        )
        for one in waiting
    ]
    shown = number in (one.id for one in waiting)
    return page(
        request,
        "declarations.html",
        status=422 if problems else 200,
        rows=rows,
        done=[Row(one, heads.get(one.said.household_id, "")) for one in done],
        declined=declined,
        loose=() if shown else problems,
    )


routes = [show, decline, photo]
