"""`/admin/rewards`: what the village's committees decided for whom, to note, cancel and look up, by the day of the
meeting. On paper and as a workbook it is the register of rewards, at `/admin/registers/rewards`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from secrets import token_hex
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.office import rewards
from kiosk.office.rewards import KINDS, Draft, Reward
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.roster.villages import Village
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import Problem, Refused
from kiosk.sheets.registers_scope import heads_on

AnyRequest = Request[Any, Any, Any]
_READERS = staff("reviewer", "admin", "township")
_DECIDERS = staff("reviewer", "admin")
_ROOT = "/admin/rewards"


@dataclass(frozen=True)
class Register:
    """What the meetings of a year decided, of a kind or (empty) all, and the heads' names by household."""

    village: Village
    year: int
    kind: str
    years: Sequence[int]
    rewards: Sequence[Reward]
    heads: Mapping[int, str]


@get(_ROOT, guards=[_READERS], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    village: FromQuery[str] = "",
    year: FromQuery[int] = 0,
    kind: FromQuery[str] = "",
    done: FromQuery[str] = "",
) -> Response[Any]:
    """The rewards of a year's meetings (this year's if none is chosen), and the form for one more."""
    return _register(request, site, village, year, kind, done=done)


@post(_ROOT, guards=[_DECIDERS], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def note(request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]) -> Response[Any]:
    """Note a reward; a second click is the same one."""
    village_id: int = request.user.village_id
    draft = _draft(fields)
    try:
        site.database.write(
            lambda connection: rewards.give(connection, village_id, draft, request.user.actor, site.clock())
        )
    except Refused as refusal:
        year = draft.decided_on.year if draft.decided_on else 0
        return _register(request, site, "", year, "", fields, refusal.problems)
    met = draft.decided_on.year if draft.decided_on else ""
    return Redirect(f"{_ROOT}?year={met}&done=noted", status_code=303)


@post(
    f"{_ROOT}/{{reward_id:int}}/cancellation",
    guards=[_DECIDERS],
    dependencies=FIELDS,
    status_code=303,
    sync_to_thread=True,
)
def cancel(
    request: AnyRequest,
    site: NamedDependency[Site],
    reward_id: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Cancel a reward with a reason; it stays in the register."""
    village_id: int = request.user.village_id
    by, now, year = request.user.actor, site.clock(), max(fields.number("year"), 0)
    try:
        site.database.write(
            lambda connection: rewards.cancel(connection, village_id, reward_id, fields["reason"], by, now)
        )
    except Refused as refusal:
        return _register(request, site, "", year, "", fields, refusal.problems, wrong=reward_id)
    return Redirect(f"{_ROOT}?year={year}&done=cancelled", status_code=303)


def _draft(fields: Fields) -> Draft:
    return Draft(
        submission_key=fields["submission_key"],
        year=max(fields.number("year"), 0),
        household=fields["household"],
        kind=fields["kind"],
        what=" ".join(fields["what"].split()),
        reason=fields["reason"],
        decided_on=_day(fields["decided_on"]),
    )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _read(
    request: AnyRequest, site: Site, connection: Connection, code: str, year: int, kind: str
) -> Register:
    here, today = village_in_scope(request, connection, code), site.clock().date()
    chosen = year if 2000 <= year <= today.year else today.year
    period = Period(chosen * 100 + 1, "year")
    kind = kind if kind in KINDS else ""
    found = rewards.rewards_of(connection, here.id, period, kind)
    known = heads_on(connection, here.id, min(period.last, today)) if found else {}
    years = sorted({today.year, chosen, *rewards.years_of(connection, here.id)}, reverse=True)
    return Register(here, chosen, kind, years, found, known)


def _register(
    request: AnyRequest,
    site: Site,
    code: str,
    year: int,
    kind: str,
    fields: Fields | None = None,
    problems: Sequence[Problem] = (),
    wrong: int = 0,
    done: str = "",
) -> Response[Any]:
    with site.database.read() as connection:
        found = _read(request, site, connection, code, year, kind)
    fresh = {"submission_key": token_hex(16), "year": str(site.clock().year - 1)}
    return page(
        request,
        "admin_rewards.html",
        status=422 if problems else 200,
        register=found,
        village=found.village,
        kinds=KINDS,
        typed=Fields(fresh | (fields.texts if fields else {})),
        problems=problems,
        wrong=wrong,
        done=done if done in ("noted", "cancelled") else "",
        may_decide=request.user.role != "township",
    )


routes = [show, note, cancel]
