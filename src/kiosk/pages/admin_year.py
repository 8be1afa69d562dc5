"""`/admin/years/{year}`: the lists for the honours of a year side by side, and the committee's word on each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.accounts.accounts import kin_of
from kiosk.office import honours, judging, proposals
from kiosk.office.honours import ALL
from kiosk.office.judging import Round, Wish
from kiosk.office.proposals import YearSheet
from kiosk.office.refusals import recused
from kiosk.pages.answers import page, translate
from kiosk.pages.downloads import taken
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.roster.villages import Village, villages
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.standings import Household
from kiosk.sheets import honours as honours_sheet
from kiosk.sheets.paper import workbook

AnyRequest = Request[Any, Any, Any]
_READERS = staff("reviewer", "admin", "township")
_DECIDERS = staff("reviewer", "admin")
_YEAR = "/admin/years/{year:int}"
_NO_HOUSEHOLD = N_("There is no household %(code)s in this village; look the code up in the roster")


@dataclass(frozen=True)
class Judged:
    """A year as the page shows it. `left` says, by household id, why this person must leave it to others."""

    village: Village
    sheet: YearSheet
    known: Mapping[int, Household]
    left: Mapping[int, Sequence[Problem]]

    def words_for(self, candidate: proposals.Candidate) -> list[str]:
        return judging.words_for(candidate, self.sheet)

    def has_form(self, typed: Fields) -> bool:
        """Whether what was typed came from a form that still stands on the page, and says what is wrong there."""
        found = self.sheet.proposal(typed["honour"])
        if typed["all"] or typed["other"]:
            return found is not None or not typed["honour"]
        listed = [one.household_id for one in (found.candidates if found else self.sheet.barred)]
        return typed["household"] in {self.known[home].code for home in listed if home in self.known}


@get(_YEAR, guards=[_READERS], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    year: FromPath[int],
    village: FromQuery[str] = "",
    done: FromQuery[int] = -1,
    left: FromQuery[int] = 0,
) -> Response[Any]:
    """The lists; `done` and `left` say how many were just decided, and how many others must decide."""
    return _lists(request, site, year, village, done=done, left=left)


@post(f"{_YEAR}/decisions", guards=[_DECIDERS], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def decide(
    request: AnyRequest, site: NamedDependency[Site], year: FromPath[int], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Decide about one household, or with `all` about all leading or all recommended ones."""
    period = _period(site, year)
    try:
        told = site.database.write(
            lambda connection: _decide(connection, site, request.user.actor, period, fields)
        )
    except Refused as refusal:
        return _lists(request, site, year, "", fields, refusal.problems)
    return Redirect(f"/admin/years/{year}?done={told.decided}&left={told.left}", status_code=303)


@get(f"{_YEAR}/recommendations.xlsx", guards=[_READERS], sync_to_thread=True)
def recommendations(
    request: AnyRequest, site: NamedDependency[Site], year: FromPath[int], village: FromQuery[str] = ""
) -> Response[Any]:
    """Whom to recommend upward, as a workbook: of one's own village, or for the township of all."""
    period, now = _period(site, year), site.clock()
    with site.database.long_read() as connection:
        everywhere = not request.user.village_id and not village
        seen = villages(connection) if everywhere else [village_in_scope(request, connection, village)]
        sheet = honours_sheet.sheet(connection, seen, period, now, partial(translate, request))
    here = None if everywhere else seen[0]
    return taken(request, here, N_("Recommendations"), workbook([sheet]), f"{sheet.title}.xlsx", year)


def _decide(connection: Connection, site: Site, by: Actor, year: Period, fields: Fields) -> Round:
    village_id, now = by.village_id or 0, site.clock()
    if fields["all"]:
        word = "granted" if fields["all"] == "recommended" else "recommended"
        return judging.decide_all(connection, village_id, year, fields["honour"], word, by, now)
    home = households.by_code(connection, village_id, fields["household"])
    if home is None:
        raise Refused(Problem("household", _NO_HOUSEHOLD, {"code": fields["household"]}))
    wish = Wish(year, fields["honour"] or ALL, home.id, fields["decision"], fields["reason"])
    judging.decide(connection, village_id, wish, by, now)
    return Round(1, 0)


def _period(site: Site, year: int) -> Period:
    """Raises NotFoundException for a year that has not begun."""
    if not 1900 <= year <= site.clock().year:
        raise NotFoundException
    return Period(year * 100 + 1, "year")


def _lists(
    request: AnyRequest,
    site: Site,
    year: int,
    code: str,
    fields: Fields | None = None,
    problems: Sequence[Problem] = (),
    **more: Any,
) -> Response[Any]:
    period = _period(site, year)
    with site.database.read() as connection:
        judged = _judged(request, site, connection, period, code)
    typed = fields or Fields({})
    return page(
        request,
        "admin_year.html",
        status=422 if problems else 200,
        judged=judged,
        village=judged.village,
        sheet=judged.sheet,
        typed=typed,
        problems=problems,
        may_decide=request.user.role != "township",
        scope="" if request.user.village_id else f"?village={judged.village.code}",
        **{"done": -1, "left": 0, **more},
    )


def _judged(request: AnyRequest, site: Site, connection: Connection, year: Period, code: str) -> Judged:
    here = village_in_scope(request, connection, code)
    sheet = proposals.year_sheet(connection, here.id, year, site.clock())
    listed = [one.household_id for found in sheet.proposals for one in found.candidates]
    known = honours.who(
        connection, here.id, year.year, [*listed, *(one.household_id for one in sheet.history)]
    )
    return Judged(here, sheet, known, _left_to_others(connection, here.id, request.user.actor))


def _left_to_others(connection: Connection, village_id: int, by: Actor) -> dict[int, Sequence[Problem]]:
    own = {by.household_id} if by.household_id else set()
    mine = own.union(kin_of(connection, by.account_id) if by.account_id else ())
    return {home: recused(connection, village_id, by, home) for home in mine}


routes = [show, decide, recommendations]
