"""`/admin/fairness`: what is unlike the others among recorders and reviewers, asked and never accused.

Administrators see their village, the township each one; nobody else, and nothing of it is public.
"""

from functools import partial
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery

from kiosk.fairness import draws
from kiosk.fairness.comparing import FEWEST
from kiosk.fairness.report import gather, report
from kiosk.pages import words
from kiosk.pages.answers import page, reader_language, translate
from kiosk.pages.downloads import taken
from kiosk.pages.funnel import funnel, letter
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.scoring import settlement
from kiosk.scoring.periods import Period, parse_period, quarter_of
from kiosk.scoring.problems import N_
from kiosk.sheets.fairness import workbook_of

AnyRequest = Request[Any, Any, Any]
READERS = staff("admin", "township")


@get("/admin/fairness", guards=[READERS], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    period: FromQuery[str] = "",
    village: FromQuery[str] = "",
) -> Response[Any]:
    """One quarter's questions, the counts beside them, and where to look."""
    now = site.clock()
    quarter = quarter_asked(period, now.date())
    with site.database.read() as connection:
        here = village_in_scope(request, connection, village)
        facts = gather(connection, here.id, quarter, now)
        codes = {home.id: home.code for home in households.households(connection, here.id)}
        state = settlement.state(connection, here.id, quarter, now).state
        draw = draws.draw_of(connection, here.id, quarter)
    found, later = report(facts), quarter.after()
    return page(
        request,
        "admin_fairness.html",
        village=here,
        report=found,
        quarter=quarter,
        codes=codes,
        state=state,
        draw=draw,
        plots=[(measure, compared, funnel(compared)) for measure, compared in found.compared],
        letter=letter,
        fewest=FEWEST,
        earlier=quarter.before(),
        later=later if later.first <= now.date() else None,
        scope=scope_of(request, here.code),
    )


@get("/admin/fairness.xlsx", guards=[READERS], sync_to_thread=True)
def export(
    request: AnyRequest,
    site: NamedDependency[Site],
    period: FromQuery[str] = "",
    village: FromQuery[str] = "",
) -> Response[Any]:
    """The same as a workbook, for the leading group's file."""
    now = site.clock()
    quarter = quarter_asked(period, now.date())
    with site.database.read() as connection:
        here = village_in_scope(request, connection, village)
        facts = gather(connection, here.id, quarter, now)
        codes = {home.id: home.code for home in households.households(connection, here.id)}
    lang = reader_language(request)
    title = f"{here.name} {words.period(quarter, lang)}"
    content = workbook_of(report(facts), title, codes, partial(translate, request))
    return taken(request, here, N_("Fairness"), content, f"{here.code}-{quarter}-fairness.xlsx", quarter)


def quarter_asked(period: str, today: Any) -> Period:
    """A quarter that has begun; none asked for is the running one. Raises NotFoundException."""
    try:
        quarter = parse_period(period) if period else quarter_of(today)
    except ValueError:
        raise NotFoundException from None
    if quarter.kind != "quarter" or quarter.first > today:
        raise NotFoundException
    return quarter


def scope_of(request: AnyRequest, code: str) -> str:
    """What links carry for the township, which has no village of its own."""
    return "" if request.user.village_id else f"&village={code}"


routes = [show, export]
