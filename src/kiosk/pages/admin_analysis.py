"""`/admin/analysis`: what the leading group asks of a quarter or a year (问题导向). It names households: for the
office alone."""

from collections.abc import Mapping
from functools import partial
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect

from kiosk.office.analysis import Analysis, analysis, choices
from kiosk.office.items import title
from kiosk.pages import words
from kiosk.pages.analysis_charts import charts, small_charts
from kiosk.pages.answers import page, reader_language, translate
from kiosk.pages.downloads import taken
from kiosk.pages.findings import findings
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.roster.villages import Village
from kiosk.scoring.periods import Period, parse_period, quarter_of
from kiosk.sheets.analysis import LISTS, Reader, sheet
from kiosk.sheets.paper import workbook

AnyRequest = Request[Any, Any, Any]
PERIOD = Annotated[str, QueryParameter(name="period")]
VILLAGE = Annotated[str, QueryParameter(name="village")]
OFFICE = staff("reviewer", "admin", "township")


@get("/admin/analysis", guards=[OFFICE], sync_to_thread=True)
def show(
    request: AnyRequest, site: NamedDependency[Site], period: PERIOD = "", village: VILLAGE = ""
) -> Response[Any]:
    """The figures of a village and a period, each section with what they say and what to ask."""
    if not request.user.village_id and not village:
        return Redirect("/admin/reports", status_code=303)
    place, seen, periods = read(request, site, period, village)
    reader = reader_of(request, seen.period)
    return page(
        request,
        "admin_analysis.html",
        village=place,
        seen=seen,
        periods=periods,
        findings=findings(seen, reader.lang),
        charts=charts(seen, reader),
        small=small_charts(seen, reader),
        title=lambda item: title(item, reader.lang),
        category=lambda name: reader.told(seen.category_title(name, reader.lang)),
        scope=scope_of(request, place),
    )


@get("/admin/analysis/{name:str}", guards=[OFFICE], sync_to_thread=True)
def export(
    request: AnyRequest,
    site: NamedDependency[Site],
    name: FromPath[str],
    period: PERIOD = "",
    village: VILLAGE = "",
) -> Response[Any]:
    """One of the lists as a workbook."""
    stem = name.removesuffix(".xlsx")
    if stem not in LISTS or stem == name:
        raise NotFoundException
    place, seen, _ = read(request, site, period, village)
    made = sheet(stem, seen, place.name, reader_of(request, seen.period))
    name = f"{place.name}-{seen.period}-{made.name}.xlsx"
    return taken(request, place, LISTS[stem].name, workbook([made]), name, seen.period)


def read(
    request: AnyRequest, site: Site, period: str, village: str
) -> tuple[Village, Analysis, list[Period]]:
    """The village one may see, its analysis, and the periods one may ask about. Raises NotFoundException."""
    now = site.clock()
    with site.database.read() as connection:
        place = village_in_scope(request, connection, village)
        wanted = chosen_period(period, quarter_of(now.date()))
        if wanted.first > now.date():
            raise NotFoundException
        seen = analysis(connection, place.id, wanted, now)
        return place, seen, choices(connection, place.id, now.date())


def chosen_period(written: str, otherwise: Period) -> Period:
    """The quarter or year that an address names. Raises NotFoundException for anything else."""
    if not written:
        return otherwise
    try:
        period = parse_period(written)
    except ValueError:
        raise NotFoundException from None
    if period.kind == "month":
        raise NotFoundException
    return period


def reader_of(request: AnyRequest, period: Period) -> Reader:
    lang = reader_language(request)
    named = partial(words.period, lang=lang)
    return Reader(partial(translate, request), lang, named(period), named)


def scope_of(request: AnyRequest, village: Village) -> Mapping[str, str]:
    """What links must carry on: the township's village."""
    return {} if request.user.village_id else {"village": village.code}


routes = [show, export]
