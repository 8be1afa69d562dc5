"""`/objections`: what was objected to, open first; several rejected at once; what came on paper or by word."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.office import activity
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.objection_form import complaint_of, key_of, quarter_named, quarters_to_choose
from kiosk.pages.site import Site
from kiosk.scoring import answering, objections
from kiosk.scoring.answering import Rejected
from kiosk.scoring.objecting import raise_objection
from kiosk.scoring.objections import Objection
from kiosk.scoring.problems import N_, Problem, Refused

AnyRequest = Request[Any, Any, Any]
_REVIEWERS = staff("reviewer", "admin")
_STATES = {
    "open": N_("waits for an answer"),
    "overdue": N_("overdue"),
    "upheld": N_("upheld"),
    "rejected": N_("not upheld"),
}
_SOURCES = {
    "household": N_("from the household's page"),
    "notice": N_("from the public form"),
    "office": N_("on paper or by word of mouth"),
}
_TOGETHER = N_("Rejected together: objections no. %(numbers)s")
_AT_ONCE = 100  # in one transaction


@dataclass(frozen=True)
class Asked:
    """Which of them are shown, and whether those that can be are ticked."""

    quarter: str = ""
    state: str = ""
    source: str = ""
    tick: str = ""

    def shows(self, one: Objection, today: date) -> bool:
        late = one.is_overdue(today) if self.state == "overdue" else self.state in ("", one.state)
        return late and self.quarter in ("", str(one.quarter)) and self.source in ("", one.source)


@dataclass(frozen=True)
class Ticked:
    """What was sent to be rejected, and why some of it was not."""

    numbers: Sequence[int] = ()
    reason: str = ""
    problems: Sequence[Problem] = ()
    refused: Mapping[int, Sequence[Problem]] = field(default_factory=dict)


_ALL, _NONE = Asked(), Ticked()


@get("/objections", guards=[_REVIEWERS], sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site], rejected: FromQuery[int] = 0) -> Response[Any]:
    """Those of a `quarter`, a `state`, a `source`, or all of them; `rejected` tells how many just were."""
    asked = Asked(**{name: request.query_params.get(name, "")[:20] for name in Asked.__dataclass_fields__})
    return _list(request, site, Fields({}), asked, rejected=rejected)


@post("/objections/answers", guards=[_REVIEWERS], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def reject(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Reject each `number` that is ticked, for one reason; the same click twice changes nothing."""
    actor, now, numbers = request.user.actor, site.clock(), fields.numbers("number")[:_AT_ONCE]

    def work(connection: Connection) -> Rejected:
        done = answering.reject_each(connection, actor.village_id, numbers, fields["reason"], actor, now)
        if done.new:
            told = {"numbers": ", ".join(map(str, done.new))}
            activity.note(connection, actor.village_id, actor, now, "objections", _TOGETHER, **told)
        return done

    ticked = Ticked(numbers, fields["reason"])
    try:
        done = site.database.write(work)
    except Refused as refusal:
        return _list(request, site, Fields({}), ticked=replace(ticked, problems=refusal.problems))
    if done.refused:
        left = Ticked(refused=done.refused)
        return _list(request, site, Fields({}), ticked=left, rejected=len(done.new))
    return Redirect(f"/objections?rejected={len(done.new)}", status_code=303)


@post("/objections", guards=[_REVIEWERS], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def write_down(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Enter one that came on paper or by word of mouth; a second click enters nothing more."""
    actor, now = request.user.actor, site.clock()

    def work(connection: Connection) -> Objection:
        complaint = complaint_of(connection, actor.village_id, fields, "office", now.date())
        found, new = raise_objection(connection, actor.village_id, complaint, now)
        if new:
            done = N_("Wrote down objection no. %(number)s")
            activity.note(connection, actor.village_id, actor, now, "objections", done, number=found.number)
        return found

    try:
        written = site.database.write(work)
    except Refused as refusal:
        return _list(request, site, fields, problems=refusal.problems)
    return Redirect(f"/objections/{written.number}", status_code=303)


def _list(
    request: AnyRequest,
    site: Site,
    fields: Fields,
    asked: Asked = _ALL,
    problems: Sequence[Problem] = (),
    ticked: Ticked = _NONE,
    rejected: int = 0,
) -> Response[Any]:
    actor, today = request.user.actor, site.clock().date()
    with site.database.read() as connection:
        every = objections.of_village(connection, actor.village_id)
        shown = [one for one in every if asked.shows(one, today)]
        waits = [one for one in shown if one.is_open]
        barred = answering.barred(connection, actor.village_id, waits, actor) if waits else {}
    able = [one.number for one in waits if one.number not in barred]
    return page(
        request,
        "objections.html",
        status=422 if problems or ticked.problems or ticked.refused else 200,
        rows=sorted(shown, key=_open_first),
        any=bool(every),
        waiting=sum(one.is_open for one in every),
        overdue=sum(one.is_overdue(today) for one in every),
        held_up=sorted({one.quarter for one in every}, reverse=True),
        states=_STATES,
        sources=_SOURCES,
        asked=asked,
        able=able,
        barred=barred,
        checked=able if asked.tick else ticked.numbers,
        ticked=ticked,
        rejected=rejected,
        today=today,
        quarters=quarters_to_choose(today, fields["quarter"]),
        chosen=quarter_named(fields["quarter"], today),
        typed=fields,
        key=key_of(fields, problems),
        problems=problems,
    )


def _open_first(one: Objection) -> tuple[bool, date, int]:
    """What is due soonest, then what was answered, the newest number first."""
    return (
        not one.is_open,
        one.due_on if one.is_open else date.max,
        one.number if one.is_open else -one.number,
    )


routes = [show, write_down, reject]
