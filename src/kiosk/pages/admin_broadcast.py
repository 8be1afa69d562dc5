"""`/admin/broadcast/{quarter}`: the text for the village's loudspeaker, made of the quarter, polished and saved.

A text that is made anew stands in the form alone: what was saved is replaced only when somebody saves.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from kiosk.office import broadcasts
from kiosk.office.broadcast import letters, script, seconds
from kiosk.office.broadcast_facts import read_facts
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.site import Site
from kiosk.roster.villages import village_by_id
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period, parse_period
from kiosk.scoring.problems import Problem, Refused

AnyRequest = Request[Any, Any, Any]
ONE_PAGE = 540
"""Letters that fit on one sheet of A4 at 18 points."""

_OFFICE = staff("reviewer", "admin")


@get("/admin/broadcast/{quarter:str}", guards=[_OFFICE], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    quarter: FromPath[str],
    anew: Annotated[str, QueryParameter(name="anew")] = "",
) -> Response[Any]:
    """The saved text, or one made just now; with `anew` a new one in any case."""
    return _form(request, site, _quarter(quarter, site), bool(anew))


@post(
    "/admin/broadcast/{quarter:str}",
    guards=[_OFFICE],
    dependencies=FIELDS,
    status_code=303,
    sync_to_thread=True,
)
def save(
    request: AnyRequest, site: NamedDependency[Site], quarter: FromPath[str], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Keep the text as it was polished."""
    wanted, person = _quarter(quarter, site), request.user
    by, now = Actor(person.id, person.name, person.role), site.clock()
    words, begun_from = fields["words"], fields["begun_from"]
    try:
        site.database.write(
            lambda connection: broadcasts.save(
                connection, person.village_id, wanted, words, begun_from, by, now
            )
        )
    except Refused as refusal:
        return _form(request, site, wanted, typed=words, problems=refusal.problems)
    return Redirect(f"/admin/broadcast/{wanted}?done=saved", status_code=303)


@get("/admin/broadcast/{quarter:str}/paper", guards=[_OFFICE], sync_to_thread=True)
def paper(request: AnyRequest, site: NamedDependency[Site], quarter: FromPath[str]) -> Response[Any]:
    """The saved text in large type, for whoever stands at the microphone."""
    wanted, village_id = _quarter(quarter, site), request.user.village_id
    with site.database.read() as connection:
        village = village_by_id(connection, village_id)
        kept = broadcasts.saved(connection, village_id, wanted)
    if kept is None:
        return Redirect(f"/admin/broadcast/{wanted}", status_code=303)
    return page(
        request,
        "admin_broadcast_paper.html",
        village=village,
        quarter=wanted,
        paragraphs=[line for line in kept.words.split("\n") if line.strip()],
        long=letters(kept.words) > ONE_PAGE,
        minutes=_minutes(kept.words),
    )


def _form(
    request: AnyRequest,
    site: Site,
    quarter: Period,
    anew: bool = False,
    typed: str | None = None,
    problems: Sequence[Problem] = (),
) -> Response[Any]:
    now, village_id = site.clock(), request.user.village_id
    with site.database.read() as connection:
        village = village_by_id(connection, village_id)
        kept = broadcasts.saved(connection, village_id, quarter)
        fresh = typed is None and (anew or kept is None)
        made = script(read_facts(connection, village, quarter, now)) if fresh else ""
    words = typed if typed is not None else made or (kept.words if kept else "")
    return page(
        request,
        "admin_broadcast.html",
        status=422 if problems else 200,
        village=village,
        quarter=quarter,
        later=quarter.after() if quarter.after().first <= now.date() else None,
        kept=kept,
        fresh=fresh,
        words=words,
        problems=problems,
        letters=letters(words),
        minutes=_minutes(words),
        long=letters(words) > ONE_PAGE,
        most=broadcasts.LONGEST,
        done=request.query_params.get("done") == "saved",
    )


def _minutes(words: str) -> tuple[int, int]:
    """Reading time in minutes and seconds, to ten seconds."""
    return divmod((seconds(words) + 5) // 10 * 10, 60)


def _quarter(written: str, site: Site) -> Period:
    """A quarter that has begun. Raises NotFoundException."""
    try:
        found = parse_period(written)
    except ValueError:
        raise NotFoundException from None
    if found.kind != "quarter" or found.first > site.clock().date():
        raise NotFoundException
    return found


routes = [show, save, paper]
