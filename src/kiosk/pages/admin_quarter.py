"""`/admin/quarters/{quarter}`: one quarter's way to notice and settlement, with all that stands in the way.

A second click does nothing: what is published or settled already is shown as it is.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.fairness import draws
from kiosk.fairness.draws import Draw
from kiosk.office import closing
from kiosk.pages.answers import page, translate
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.scoring import proof, settlement
from kiosk.scoring.periods import Period, parse_period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.settlement import QuarterState

AnyRequest = Request[Any, Any, Any]
Verb = Callable[[Connection, int, Period, datetime], None]
_OFFICE = staff("reviewer", "admin")
_TICK = Problem("sure", N_("Tick the box first: this cannot be taken back"))
_EARLY = Problem("early", N_("Tick this box too: the days of notice are not over"))
_REASON = Problem("early_reason", N_("Write why it cannot wait; it stays on record"))
# what must be fine before settling, in words for when it is, and where to put it right
_CHECKS = (
    ("publication", N_("The quarter is on notice"), ""),
    ("waiting", N_("Every event of the quarter is decided"), "/review"),
    ("objections", N_("Every objection is answered"), "/objections"),
    ("clock", N_("The clock can be trusted"), ""),
)


@dataclass(frozen=True)
class Check:
    """`level` is fine, mind (it can be done all the same) or stop."""

    level: str
    said: Problem
    link: str = ""


@get("/admin/quarters/{quarter:str}", guards=[staff("reviewer", "admin", "township")], sync_to_thread=True)
def show(
    request: AnyRequest, site: NamedDependency[Site], quarter: FromPath[str], village: FromQuery[str] = ""
) -> Response[Any]:
    """Where the quarter stands, and what to do next."""
    return _quarter(request, site, _period(quarter, site), village)


@post(
    "/admin/quarters/{quarter:str}/publication",
    guards=[_OFFICE],
    dependencies=FIELDS,
    status_code=303,
    sync_to_thread=True,
)
def publication(
    request: AnyRequest, site: NamedDependency[Site], quarter: FromPath[str], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Put it on notice, and fix which public number will draw the sample."""
    source = fields["draw_source"] or translate(request, settlement.USUAL_SOURCE)

    def publish(connection: Connection, village_id: int, period: Period, now: datetime) -> None:
        closing.publish(connection, village_id, period, request.user.actor, now, source)

    return _close(request, site, quarter, fields, publish, ["open"], site.database.write)


@post(
    "/admin/quarters/{quarter:str}/settlement",
    guards=[_OFFICE],
    dependencies=FIELDS,
    status_code=303,
    sync_to_thread=True,
)
def settle(
    request: AnyRequest, site: NamedDependency[Site], quarter: FromPath[str], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Freeze it for good; before the days of notice are over only with a tick of its own and a reason."""

    def settle(connection: Connection, village_id: int, period: Period, now: datetime) -> None:
        if closing.days_left(connection, village_id, period, now) and (missing := _missing(fields)):
            raise Refused(*missing)
        closing.settle(connection, village_id, period, request.user.actor, now, fields["early_reason"])

    write = partial(closing.for_good, site.database, site.settings.data, now=site.clock())
    return _close(request, site, quarter, fields, settle, ["open", "on notice"], write)


def _close(
    request: AnyRequest,
    site: Site,
    written: str,
    fields: Fields,
    verb: Verb,
    before: Sequence[str],
    write: Callable[[Callable[[Connection], None]], None],
) -> Response[Any]:
    period, now, village_id = _period(written, site), site.clock(), request.user.village_id

    def work(connection: Connection) -> None:
        if settlement.state(connection, village_id, period, now).state in before:
            if not fields["sure"]:
                raise Refused(_TICK)
            verb(connection, village_id, period, now)

    try:
        write(work)
    except Refused as refusal:
        return _quarter(request, site, period, problems=refusal.problems, fields=fields)
    return Redirect(f"/admin/quarters/{period}", status_code=303)


def _missing(fields: Fields) -> list[Problem]:
    """What an early settlement lacks."""
    return [*([] if fields["early"] else [_EARLY]), *([] if fields["early_reason"] else [_REASON])]


def _period(written: str, site: Site) -> Period:
    """A quarter that has begun."""
    try:
        period = parse_period(written)
    except ValueError:
        raise NotFoundException from None
    if period.kind != "quarter" or str(period) != written or period.first > site.clock().date():
        raise NotFoundException
    return period


def _quarter(
    request: AnyRequest,
    site: Site,
    period: Period,
    code: str = "",
    problems: Sequence[Problem] = (),
    fields: Fields | None = None,
) -> Response[Any]:
    now = site.clock()
    with site.database.read() as connection:
        village = village_in_scope(request, connection, code)
        state = settlement.state(connection, village.id, period, now)
        proven = proof.proof_of(connection, village.id, period)
        obstacles = [] if state.state == "settled" else closing.obstacles(connection, village.id, period, now)
        draw = draws.draw_of(connection, village.id, period)
    stopping = {problem.field for problem in obstacles}
    return page(
        request,
        "admin_quarter.html",
        status=422 if problems else 200,
        village=village,
        state=state,
        proof=proven,
        grouped=proof.grouped,
        promise=draws.promise(state),
        draw=draw,
        usual_source=settlement.USUAL_SOURCE,
        longest=closing.LONGEST,
        ended=period.end <= now.date(),
        early=state.notice_until is not None and now.date() <= state.notice_until,
        checks=[*_checks(obstacles, state, now.date()), *_drawing(state, draw)],
        may_publish=state.state == "open" and period.end <= now.date() and "clock" not in stopping,
        may_settle=state.state == "on notice" and not obstacles,
        problems=problems,
        typed=fields or Fields({}),
    )


def _checks(obstacles: Sequence[Problem], state: QuarterState, today: date) -> Iterator[Check]:
    """What is fine and what is not, in the order in which one does it."""
    for kind, fine, link in _CHECKS:
        wrong = [problem for problem in obstacles if problem.field == kind]
        yield from (Check("stop", problem, link) for problem in wrong)
        if not wrong:
            yield Check("fine", Problem(kind, fine))
    known = {kind for kind, _, _ in _CHECKS}
    yield from (Check("stop", problem) for problem in obstacles if problem.field not in known)
    if state.notice_until and today <= state.notice_until:
        sentence = N_("The notice is to hang until %(day)s; settle it earlier only for a good reason")
        yield Check("mind", Problem("days", sentence, {"day": state.notice_until}))
    elif state.notice_until:
        yield Check("fine", Problem("days", N_("The days of notice are over")))


def _drawing(state: QuarterState, draw: Draw | None) -> Iterator[Check]:
    """The sample keeps no quarter from being settled: the number may come late."""
    if draw:
        yield Check("fine", Problem("sample", N_("The sample for checking is drawn")))
    elif state.published_at:
        sentence = N_("The sample for checking is not drawn yet; its number comes from %(day)s on")
        day = draws.drawn_from(state.published_at)
        yield Check("mind", Problem("sample", sentence, {"day": day}), f"/admin/sample/{state.quarter}")


routes = [show, publication, settle]
