"""`/objections`: what was objected to, open first; and the form for what came on paper or by word of mouth."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery, QueryParameter
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.office import activity
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.objection_form import complaint_of, key_of, quarter_named, quarters_to_choose
from kiosk.pages.site import Site
from kiosk.scoring import objections
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


@get("/objections", guards=[_REVIEWERS], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    quarter: FromQuery[str] = "",
    asked_state: Annotated[str, QueryParameter(name="state")] = "",
) -> Response[Any]:
    """Those of a quarter or of a state, or all of them."""
    return _list(request, site, Fields({}), quarter, asked_state)


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
    quarter: str = "",
    state: str = "",
    problems: Sequence[Problem] = (),
) -> Response[Any]:
    today = site.clock().date()
    with site.database.read() as connection:
        every = objections.of_village(connection, request.user.village_id)
    shown = [one for one in every if quarter in ("", str(one.quarter)) and _is(one, state, today)]
    return page(
        request,
        "objections.html",
        status=422 if problems else 200,
        rows=sorted(shown, key=_open_first),
        any=bool(every),
        waiting=sum(one.is_open for one in every),
        overdue=sum(one.is_overdue(today) for one in every),
        held_up=sorted({one.quarter for one in every}, reverse=True),
        states=_STATES,
        asked={"quarter": quarter, "state": state},
        today=today,
        quarters=quarters_to_choose(today, fields["quarter"]),
        chosen=quarter_named(fields["quarter"], today),
        typed=fields,
        key=key_of(fields, problems),
        problems=problems,
    )


def _is(one: Objection, state: str, today: date) -> bool:
    return one.is_overdue(today) if state == "overdue" else state in ("", one.state)


def _open_first(one: Objection) -> tuple[bool, date, int]:
    """What is due soonest, then what was answered, the newest number first."""
    return (
        not one.is_open,
        one.due_on if one.is_open else date.max,
        one.number if one.is_open else -one.number,
    )


routes = [show, write_down]
