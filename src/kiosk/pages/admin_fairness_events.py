"""`/admin/fairness/events`: the events behind a figure of `/admin/fairness`."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery, QueryParameter

from kiosk.fairness.behind import Behind, behind
from kiosk.fairness.report import gather
from kiosk.pages import words
from kiosk.pages.admin_fairness import READERS, quarter_asked, scope_of
from kiosk.pages.answers import page, reader_language, translate
from kiosk.pages.downloads import listed
from kiosk.pages.record_offer import BASIS_WORDS
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.roster.villages import Village
from kiosk.scoring.deeds import Deed, deeds
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_
from kiosk.scoring.tables import event
from kiosk.sheets.paper import Column

AnyRequest = Request[Any, Any, Any]
MOST = 300
_MOST_FILED = 5_000
_STATUS = {
    "counted": N_("counted"),
    "waiting": N_("waits for review"),
    "rejected": N_("rejected"),
    "reversed": N_("taken back"),
}
_COLUMNS = (
    Column(N_("No."), 8, "number"),
    Column(N_("Day"), 12, "day"),
    Column(N_("Household code"), 11),
    Column(N_("Person"), 12, "wrap"),
    Column(N_("Item"), 24, "wrap"),
    Column(N_("Points"), 8, "number"),
    Column(N_("Place and reason"), 30, "wrap"),
    Column(N_("Recorder"), 12, "wrap"),
    Column(N_("Recorded at"), 17, "moment"),
    Column(N_("Decided by"), 12, "wrap"),
    Column(N_("State"), 12),
    Column(N_("counted here"), 10),
)
_PERSON = Annotated[int, QueryParameter(name="person")]
_HOUSEHOLD = Annotated[int, QueryParameter(name="household")]


@dataclass(frozen=True)
class Asked:
    """Which figure of which quarter; `person` and `household` (0: any) are numbers."""

    person: int
    what: str
    household: int
    quarter: Period
    village: str


@get("/admin/fairness/events", guards=[READERS], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    person: _PERSON,
    what: FromQuery[str] = "recorded",
    household: _HOUSEHOLD = 0,
    period: FromQuery[str] = "",
    village: FromQuery[str] = "",
) -> Response[Any]:
    """The newest of them, with what became of each; those that a figure counts are marked."""
    quarter = quarter_asked(period, site.clock().date())
    here, found, rows = _read(request, site, Asked(person, what, household, quarter, village), MOST)
    return page(
        request,
        "admin_fairness_events.html",
        village=here,
        found=found,
        rows=rows,
        quarter=quarter,
        basis_words=BASIS_WORDS,
        asked=urlencode({"person": person, "what": what, "household": household, "period": str(quarter)}),
        scope=scope_of(request, here.code),
    )


@get("/admin/fairness/events.xlsx", guards=[READERS], sync_to_thread=True)
def export(
    request: AnyRequest,
    site: NamedDependency[Site],
    person: _PERSON,
    what: FromQuery[str] = "recorded",
    household: _HOUSEHOLD = 0,
    period: FromQuery[str] = "",
    village: FromQuery[str] = "",
) -> Response[Any]:
    """The same as a workbook. The township sees neither who of the household nor why."""
    quarter = quarter_asked(period, site.clock().date())
    here, found, rows = _read(request, site, Asked(person, what, household, quarter, village), _MOST_FILED)
    about, lang = found.title.text(partial(translate, request)), reader_language(request)
    cells = [_cells(request, site, deed, deed.event_id in found.marked) for deed in rows]
    return listed(
        request, here, N_("Fairness"), _COLUMNS, cells, about=f"{words.period(quarter, lang)} {about}"
    )


def _read(request: AnyRequest, site: Site, asked: Asked, most: int) -> tuple[Village, Behind, list[Deed]]:
    """The village, what is behind the figure, and at most so many of its deeds, those that it counts first."""
    with site.database.long_read() as connection:
        here = village_in_scope(request, connection, asked.village)
        facts = gather(connection, here.id, asked.quarter, site.clock())
        found = behind(facts, asked.person, asked.what, asked.household or None)
        if found is None:
            raise NotFoundException
        shown = sorted(found.events, key=lambda one: (one in found.marked, one), reverse=True)[:most]
        rows = list(deeds(connection, here.id, event.c.id.in_(shown)))
    return here, found, sorted(rows, key=lambda deed: deed.event_id not in found.marked)


def _cells(request: AnyRequest, site: Site, deed: Deed, counted: bool) -> tuple[object, ...]:
    inside = bool(request.user.village_id)
    title = deed.title_en if reader_language(request) == "en" and deed.title_en else deed.title
    return (
        deed.event_id,
        deed.occurred_on,
        deed.household_code,
        deed.member_name if inside else "",
        title,
        deed.claimed,
        "；".join(filter(None, (deed.place, deed.reason))) if inside else "",
        deed.recorder,
        deed.recorded_at.astimezone(site.settings.zone),
        "" if deed.decided_by == "rulebook" else deed.decided_by,
        translate(request, _STATUS[deed.status]),
        translate(request, N_("yes")) if counted else "",
    )


routes = [show, export]
