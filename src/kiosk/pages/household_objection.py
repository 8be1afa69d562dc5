"""`/h/{token}/objection`: a household says that something is not right, and later reads the answer here.

The token says whose household it is. One form, one choice: which of its deeds, one that is missing, or its
rank. Nothing but what is not right must be filled in.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.accounts import throttle
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.household import SIZES, household_of
from kiosk.pages.household_rows import Row, tell
from kiosk.pages.objection_form import ENOUGH, client_address, key_of, quarter_named, refusal_status
from kiosk.pages.site import Site
from kiosk.roster import villages
from kiosk.roster.households import Household
from kiosk.scoring import boards, history, household_objections, objections, settlement
from kiosk.scoring.objecting import MOST_OPEN, Complaint, raise_objection
from kiosk.scoring.periods import Period, quarter_of
from kiosk.scoring.problems import Problem, Refused
from kiosk.scoring.settlement import QuarterState

AnyRequest = Request[Any, Any, Any]
_PATH = "/h/{token:str}/objection"
_EVENT = "event-"


@get(_PATH, sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site], token: FromPath[str]) -> Response[Any]:
    """The form (`?event=12` for one deed, `?period=2026Q2`), or with `?sent=…` what became of it.

    While the last quarter is on notice the form is about that one, unless somebody says another.
    """
    asked = {name: value[:100] for name, value in request.query_params.items()}
    fields = Fields({**asked, "about": f"{_EVENT}{asked.get('event', '')}"})
    return _sent(request, site, token, fields) if fields["sent"] else _form(request, site, token, fields)


@post(_PATH, dependencies=FIELDS, status_code=303, sync_to_thread=True)
def raise_one(
    request: AnyRequest, site: NamedDependency[Site], token: FromPath[str], fields: NamedDependency[Fields]
) -> Response[Any]:
    """A second tap raises nothing more."""
    now = site.clock()

    def work(connection: Connection) -> str:
        home = household_of(connection, token)
        complaint = _complaint(home, fields, now.date())
        _, new = raise_objection(connection, home.village_id, complaint, now)
        limits = throttle.plate_counters(str(home.village_id), client_address(request))
        if new and not throttle.take_objection(connection, limits, now):
            raise Refused(Problem("", ENOUGH))
        return home.token

    try:
        known = site.database.write(work)
    except Refused as refusal:
        return _form(request, site, token, fields, refusal.problems)
    told = {"sent": fields["submission_key"]} | ({"size": fields["size"]} if fields["size"] in SIZES else {})
    return Redirect(f"/h/{known}/objection", status_code=303, query_params=told)


def _complaint(home: Household, fields: Fields, today: date) -> Complaint:
    kind, _, number = fields["about"].partition("-")
    return Complaint(
        submission_key=fields["submission_key"],
        kind=kind,
        source="household",
        about=quarter_named(fields["period"], today),
        words=fields["words"],
        household_id=home.id,
        event_id=Fields({"number": number}).number("number") if kind == "event" else None,
        name=fields["name"],
        contact=fields["contact"],
    )


def _form(
    request: AnyRequest, site: Site, token: str, fields: Fields, problems: Sequence[Problem] = ()
) -> Response[Any]:
    now = site.clock()
    with site.database.read() as connection:
        home = household_of(connection, token)
        last = settlement.state(connection, home.village_id, quarter_of(now.date()).before(), now)
        quarter, rows = _deeds(connection, home, fields, now, last)
        village = villages.village_by_id(connection, home.village_id)
        settled = boards.is_settled(connection, village.id, quarter)
        full = household_objections.open_of(connection, village.id, home.id) >= MOST_OPEN
    return page(
        request,
        "household_objection.html",
        status=refusal_status(problems),
        village=village,
        home=home,
        quarter=quarter,
        running=quarter_of(now.date()),
        last=last,
        rows=rows,
        settled=settled,
        full=full and not problems,
        typed=fields,
        key=key_of(fields, problems),
        size=fields["size"] if fields["size"] in SIZES else "1",
        problems=problems,
    )


def _deeds(
    connection: Connection, home: Household, fields: Fields, now: datetime, last: QuarterState
) -> tuple[Period, list[Row]]:
    """The one deed that was asked about, else all of the quarter."""
    today = now.date()
    deed = history.deed(connection, home.village_id, fields.number("event"))
    if deed and deed.household_id == home.id:
        quarter = quarter_of(deed.counted_on or deed.occurred_on)
        return quarter, [tell(deed, quarter, today)]
    noticed = last.state == "on notice" and not fields["period"]
    quarter = last.quarter if noticed else quarter_named(fields["period"], today)
    deeds = history.of_household(connection, home.village_id, home.id, quarter)
    return quarter, [tell(one, quarter, today) for one in deeds]


def _sent(request: AnyRequest, site: Site, token: str, fields: Fields) -> Response[Any]:
    with site.database.read() as connection:
        home = household_of(connection, token)
        found = objections.sent_with(connection, home.village_id, fields["sent"])
        village = villages.village_by_id(connection, home.village_id)
    if found is None or (found.household_id, found.source) != (home.id, "household"):
        raise NotFoundException
    size = fields["size"] if fields["size"] in SIZES else "1"
    return page(request, "objection_sent.html", village=village, home=home, one=found, size=size)


routes = [show, raise_one]
