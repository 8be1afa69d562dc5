"""`/record/day.xlsx`: what one has recorded on a day, as a workbook to sign and hand in."""

from datetime import date, datetime, time, timedelta
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery

from kiosk.pages import words
from kiosk.pages.answers import reader_language, say, translate
from kiosk.pages.downloads import listed
from kiosk.pages.guard import staff
from kiosk.pages.record_offer import BASIS_WORDS
from kiosk.pages.site import Site
from kiosk.roster.villages import village_by_id
from kiosk.scoring import history
from kiosk.scoring.deeds import Deed
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column

AnyRequest = Request[Any, Any, Any]
_STATES = {"waiting": N_("waits for review"), "rejected": N_("rejected"), "reversed": N_("taken back")}
_COLUMNS = (
    Column(N_("Recorded at"), 17, "moment"),
    Column(N_("No."), 8, "number"),
    Column(N_("Receipt"), 10),
    Column(N_("Household code"), 11),
    Column(N_("Person"), 12, "wrap"),
    Column(N_("Item"), 26, "wrap"),
    Column(N_("Day"), 12, "day"),
    Column(N_("Place, reason and basis"), 36, "wrap"),
    Column(N_("Points"), 8, "number"),
    Column(N_("What became of it"), 24, "wrap"),
)


@get("/record/day.xlsx", guards=[staff("recorder", "reviewer", "admin")], sync_to_thread=True)
def export(request: AnyRequest, site: NamedDependency[Site], day: FromQuery[str] = "") -> Response[Any]:
    """One's own deeds in the order in which they were recorded; of today, where no day is said."""
    wanted, village_id = _day(day, site.clock().date()), request.user.village_id
    first, end = _begins(wanted, site), _begins(wanted + timedelta(days=1), site)
    with site.database.read() as connection:
        here = village_by_id(connection, village_id)
        found = history.of_recorder(connection, village_id, request.user.id, first, end)
    about = f"{request.user.name} {words.day(wanted, reader_language(request))}"
    rows = [_row(request, site, deed) for deed in reversed(found)]
    return listed(request, here, N_("Recorded deeds"), _COLUMNS, rows, about=about)


def _day(written: str, today: date) -> date:
    try:
        return min(date.fromisoformat(written), today)
    except ValueError:
        return today


def _begins(day: date, site: Site) -> datetime:
    return datetime.combine(day, time(), site.settings.zone)


def _row(request: AnyRequest, site: Site, deed: Deed) -> tuple[object, ...]:
    basis = translate(request, BASIS_WORDS[deed.basis]) if deed.basis in BASIS_WORDS else deed.basis
    return (
        deed.recorded_at.astimezone(site.settings.zone),
        deed.event_id,
        deed.code,
        deed.household_code,
        deed.member_name or translate(request, N_("the whole household")),
        deed.title_en if reader_language(request) == "en" and deed.title_en else deed.title,
        deed.occurred_on,
        "；".join(filter(None, (deed.place, deed.reason, basis))),
        deed.claimed,
        _became(request, deed),
    )


def _became(request: AnyRequest, deed: Deed) -> str:
    """The points that count, or why there are none; and why fewer."""
    if deed.status in _STATES:
        why = deed.reversal_reason or deed.decision_reason
        return "；".join(filter(None, (translate(request, _STATES[deed.status]), why)))
    return "；".join(filter(None, (words.signed(deed.points), say(request, deed.why) if deed.why else "")))


routes = [export]
