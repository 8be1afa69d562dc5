"""`/admin/registers`: the village's registers of a month, quarter or year, as workbooks and as pages to print.

The office reads here; the township may read any village's. Taking a workbook home is noted.
"""

from datetime import date
from functools import partial
from itertools import islice
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, QueryParameter
from sqlalchemy import Connection, func, select

from kiosk.pages import words
from kiosk.pages.answers import page, reader_language, translate
from kiosk.pages.downloads import drawn_up, taken
from kiosk.pages.guard import staff
from kiosk.pages.scope import village_in_scope
from kiosk.pages.site import Site
from kiosk.roster.villages import Village
from kiosk.scoring.periods import Kind, Period, parse_period, period_of, quarter_of
from kiosk.scoring.tables import event
from kiosk.sheets.paper import workbook
from kiosk.sheets.registers import FOR_THE_OFFICE, REGISTERS, columns_of, rows_of, sheet_of
from kiosk.sheets.registers_scope import Register, Scope

AnyRequest = Request[Any, Any, Any]
PeriodParameter = Annotated[str, QueryParameter(name="period")]
VillageParameter = Annotated[str, QueryParameter(name="village")]
MOST_ROWS = 5_000
"""What one page to print shows: more would be hundreds of sheets, and too much for a browser."""

_OFFICE = staff("reviewer", "admin", "township")
_KINDS: tuple[Kind, ...] = ("quarter", "month", "year")


@get("/admin/registers", guards=[_OFFICE], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    period: PeriodParameter = "",
    village: VillageParameter = "",
) -> Response[Any]:
    """Choose a period and a register."""
    today = site.clock().date()
    with site.database.read() as connection:
        found = village_in_scope(request, connection, village)
        first = _first_day(connection, found.id, today)
    return page(
        request,
        "admin_registers.html",
        village=found,
        period=_period(period or str(quarter_of(today)), today),
        choices=[(kind, _periods(kind, first, today)) for kind in _KINDS],
        registers=REGISTERS.values(),
        query=_query(request, found),
        office=FOR_THE_OFFICE,
    )


@get("/admin/registers/{name:str}", guards=[_OFFICE], sync_to_thread=True)
def one(
    request: AnyRequest,
    site: NamedDependency[Site],
    name: FromPath[str],
    period: PeriodParameter = "",
    village: VillageParameter = "",
) -> Response[Any]:
    """A register as a page to print, or with `.xlsx` at the end of its name as a workbook."""
    register = REGISTERS.get(name.removesuffix(".xlsx"))
    now = site.clock()
    wanted = _period(period or str(quarter_of(now.date())), now.date())
    if register is None:
        raise NotFoundException
    with site.database.long_read() as connection:
        found = village_in_scope(request, connection, village)
        say, lang = partial(translate, request), reader_language(request)
        named, reader = partial(words.period, lang=lang), request.user.actor
        scope = Scope(found.id, wanted, now, lang, say, named, reader)
        if not name.endswith(".xlsx"):
            rows = list(islice(rows_of(register, connection, scope), MOST_ROWS + 1))
            return _printed(request, register, scope, found, rows)
        sheet = sheet_of(register, connection, scope, found.name, drawn_up(request))
        content = workbook([sheet], author=found.name, made_at=now)
    return taken(
        request, found, register.title, content, f"{found.name}{say(register.title)}{wanted}.xlsx", wanted
    )


def _printed(
    request: AnyRequest, register: Register, scope: Scope, village: Village, rows: list[Any]
) -> Response[Any]:
    columns = columns_of(register, scope.translate)
    sums = [
        sum((row[place] or 0 for row in rows), 0) if column.total else None
        for place, column in enumerate(columns)
    ]
    return page(
        request,
        "admin_register.html",
        village=village,
        register=register,
        period=scope.period,
        columns=columns,
        rows=rows if len(rows) <= MOST_ROWS else [],
        too_many=len(rows) > MOST_ROWS,
        most=MOST_ROWS,
        months=scope.months() if scope.period.kind != "month" else [],
        sums=sums if any(column.total for column in columns) else [],
        query=_query(request, village),
        office=FOR_THE_OFFICE,
    )


def _query(request: AnyRequest, village: Village) -> str:
    """What the township's links carry on: which village they are about."""
    return "" if request.user.village_id else f"&village={village.code}"


def _period(written: str, today: date) -> Period:
    """A period that has begun. Raises NotFoundException."""
    try:
        period = parse_period(written)
    except ValueError:
        raise NotFoundException from None
    if period.first > today:
        raise NotFoundException
    return period


def _first_day(connection: Connection, village_id: int, today: date) -> date:
    first = connection.scalar(select(func.min(event.c.occurred_on)).where(event.c.village_id == village_id))
    return min(first or today, today)


def _periods(kind: Kind, first: date, today: date) -> list[Period]:
    """From the running one back to the one of the first deed, at most twenty years of them."""
    found = [period_of(today, kind)]
    while found[-1].first > first and len(found) < {"month": 240, "quarter": 80}.get(kind, 20):
        found.append(found[-1].before())
    return found


routes = [show, one]
