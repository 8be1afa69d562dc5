"""`/admin/sample/{quarter}`: ten events of a published quarter, drawn so that nobody can steer which, and what
the supervising group found when it went and looked."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.fairness import draws, inspections
from kiosk.fairness.draws import Draw
from kiosk.fairness.inspections import Inspection
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.scoring import ledger
from kiosk.scoring.actors import Actor
from kiosk.scoring.deeds import Deed, deeds
from kiosk.scoring.periods import Period, parse_period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.roll import on_roll
from kiosk.scoring.settlement import state
from kiosk.scoring.tables import event

AnyRequest = Request[Any, Any, Any]
READERS = staff("reviewer", "admin", "township")
_ADMIN = staff("admin")
_REVIEWERS = staff("reviewer", "admin")
_UNLIKE = Problem("again", N_("This is not the number above; look at both once more"))
_SAMPLE = "/admin/sample/{quarter:str}"


@dataclass(frozen=True)
class Row:
    """A drawn event in the order it came up. `barred` says why this person may not note what was found."""

    deed: Deed
    head: str
    found: Inspection | None
    barred: Sequence[Problem] = ()


@get(_SAMPLE, guards=[READERS], sync_to_thread=True)
def show(
    request: AnyRequest, site: NamedDependency[Site], quarter: FromPath[str], village: FromQuery[str] = ""
) -> Response[Any]:
    """Before the draw how it works; afterwards the ten, each with its outcome or the form for it."""
    return _page(request, site, quarter_named(quarter), village=village)


@get(f"{_SAMPLE}/sheet", guards=[READERS], sync_to_thread=True)
def sheet(
    request: AnyRequest, site: NamedDependency[Site], quarter: FromPath[str], village: FromQuery[str] = ""
) -> Response[Any]:
    """What the supervising group takes along: A4, with room for outcome and signature."""
    return _page(request, site, quarter_named(quarter), template="admin_sample_sheet.html", village=village)


@post(_SAMPLE, guards=[_ADMIN], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def draw(
    request: AnyRequest,
    site: NamedDependency[Site],
    quarter: FromPath[str],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Draw, once; the number is typed twice, for a wrong one could not be put right."""
    period, by, now = quarter_named(quarter), request.user.actor, site.clock()

    def work(connection: Connection) -> None:
        if draws.cleaned(fields["again"]) != draws.cleaned(fields["public_number"]):
            raise Refused(_UNLIKE)
        draws.draw(connection, by.village_id, period, fields["public_number"], by, now)

    return _done(request, site, period, work, fields)


@post(
    f"{_SAMPLE}/inspections", guards=[_REVIEWERS], dependencies=FIELDS, status_code=303, sync_to_thread=True
)
def inspect(
    request: AnyRequest,
    site: NamedDependency[Site],
    quarter: FromPath[str],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Note what was found out about one of them, once."""
    period, by, now = quarter_named(quarter), request.user.actor, site.clock()
    event_id = fields.number("event")

    def work(connection: Connection) -> None:
        words = fields["outcome"], fields["remark"], fields["inspected_by"]
        found = Inspection(event_id, *words, now)
        inspections.inspect(connection, by.village_id, period, event_id, found, by, now)

    return _done(request, site, period, work, fields, f"#event-{event_id}")


@post(f"{_SAMPLE}/reversals", guards=[_REVIEWERS], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def take_back(
    request: AnyRequest,
    site: NamedDependency[Site],
    quarter: FromPath[str],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Take one of them back that was found to be wrong."""
    period, by, now = quarter_named(quarter), request.user.actor, site.clock()
    event_id = fields.number("event")

    def work(connection: Connection) -> None:
        inspections.check_found_wrong(connection, by.village_id, period, event_id)
        ledger.reverse(connection, by.village_id, event_id, by, fields["reason"], now)

    return _done(request, site, period, work, fields, f"#event-{event_id}")


def quarter_named(text: str) -> Period:
    """Raises NotFoundException for what is no quarter."""
    try:
        quarter = parse_period(text)
    except ValueError:
        raise NotFoundException from None
    if quarter.kind != "quarter" or str(quarter) != text:
        raise NotFoundException
    return quarter


def _done(
    request: AnyRequest,
    site: Site,
    quarter: Period,
    work: Callable[[Connection], None],
    fields: Fields,
    place: str = "",
) -> Response[Any]:
    try:
        site.database.write(work)
    except Refused as refusal:
        return _page(request, site, quarter, fields, refusal.problems)
    return Redirect(f"/admin/sample/{quarter}{place}", status_code=303)


def _page(
    request: AnyRequest,
    site: Site,
    quarter: Period,
    fields: Fields | None = None,
    problems: Sequence[Problem] = (),
    template: str = "admin_sample.html",
    village: str = "",
) -> Response[Any]:
    now, actor = site.clock(), request.user.actor
    with site.database.read() as connection:
        here = village_in_scope(request, connection, village)
        stands = state(connection, here.id, quarter, now)
        drawn = draws.draw_of(connection, here.id, quarter)
        rows = drawn_rows(connection, here.id, drawn, actor) if drawn else []
    if template != "admin_sample.html" and drawn is None:
        raise NotFoundException
    return page(
        request,
        template,
        status=422 if problems else 200,
        village=here,
        quarter=quarter,
        state=stands,
        draw=drawn,
        promise=draws.promise(stands),
        rows=rows,
        found={
            one: sum(row.found.outcome == one for row in rows if row.found) for one in inspections.OUTCOMES
        },
        outcomes=inspections.OUTCOMES,
        typed=fields or Fields({}),
        problems=problems,
        scope="" if actor.village_id else f"?village={here.code}",
    )


def drawn_rows(connection: Connection, village_id: int, drawn: Draw, actor: Actor) -> list[Row]:
    """What was drawn, in that order, as this person sees it."""
    found = inspections.inspections_of(connection, village_id, drawn.quarter)
    named = {home.id: home.head for home in on_roll(connection, village_id, drawn.quarter.last)}
    of = {deed.event_id: deed for deed in deeds(connection, village_id, event.c.id.in_(drawn.events))}
    return [
        Row(
            deed=of[event_id],
            head=named.get(of[event_id].household_id, ""),
            found=found.get(event_id),
            barred=()
            if event_id in found or not actor.may_decide
            else inspections.may_not_note(connection, village_id, of[event_id], actor),
        )
        for event_id in drawn.events
    ]


routes = [show, sheet, draw, inspect, take_back]
