"""`/v/{village}/notice/{period}`: the public notice (公示表) of a quarter, and the list of a month, for paper.

A quarter's sheet is the one of its publication, or its settled result: printed again it is the same. It shows
fixed moments only. A month's list is as of its drawing.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from litestar.exceptions import NotFoundException
from sqlalchemy import Connection

from kiosk.fairness import draws
from kiosk.pages.public import View, public
from kiosk.pages.ready import Drawn
from kiosk.pages.square_code import code_path
from kiosk.roster.names import public_name
from kiosk.roster.villages import Village, village
from kiosk.scoring import proof
from kiosk.scoring.noticed import Sheet, month_sheet, quarter_sheet
from kiosk.scoring.periods import Period, parse_period
from kiosk.scoring.settlement import state
from kiosk.scoring.standings import Standing


@dataclass(frozen=True)
class Row:
    """One household's line; `quarter_total` is a month's alone."""

    rank: int
    code: str
    head: str  # as the village lets it be shown, empty when only the code may be
    group: str
    member_points: Decimal
    household_points: Decimal
    total: Decimal
    quarter_total: Decimal | None


@public("/v/{village:str}/notice/{period:str}")
def notice(view: View) -> Drawn:
    """The sheet; 404 for a period that has not begun, and kind words for a quarter that is not published."""
    period = _period(view)
    with view.site.database.read() as connection:
        found = village(connection, view.village_code)
        if found is None:
            raise NotFoundException
        sheet = _sheet(connection, view, period)
        current = state(connection, view.village_id, period, view.now) if sheet is None else sheet.state
    if sheet is None:
        running = view.today in period
        return view.page("notice_open.html", village=found, period=period, running=running, state=current)
    return view.page("notice.html", **context(view.site.settings.url, found, sheet))


def _period(view: View) -> Period:
    """A quarter or a month that has begun."""
    written = view.path["period"]
    try:
        period = parse_period(written)
    except ValueError:
        raise NotFoundException from None
    if str(period) != written or period.kind == "year" or period.first > view.today:
        raise NotFoundException
    return period


def _sheet(connection: Connection, view: View, period: Period) -> Sheet | None:
    made = quarter_sheet if period.kind == "quarter" else month_sheet
    return made(connection, view.village_id, period, view.now)


def context(url: str, found: Village, sheet: Sheet) -> dict[str, Any]:
    """What notice.html is drawn from; its codes lead to `url`."""
    here = f"{url}/v/{found.code}"
    objection = f"{here}/objection?quarter={sheet.state.quarter}"
    check = f"{here}/verify?{_what_is_printed(sheet)}"
    return {
        "village": found,
        "period": sheet.period,
        "sheet": sheet,
        "rows": [_row(place, found, sheet) for place in sheet.places],
        "objection": objection,
        "check": check,
        "objection_code": code_path(objection),
        "check_code": code_path(check),
        "grouped": proof.grouped,
        "promise": draws.promise(sheet.state) if sheet.period.kind == "quarter" else None,
    }


def _what_is_printed(sheet: Sheet) -> str:
    """For the code beside the digest: which entries, and all 256 bits."""
    proven = sheet.proof
    return f"first={proven.first}&number={proven.last}&digest={proof.coded(proven.digest)}"


def _row(place: Standing, found: Village, sheet: Sheet) -> Row:
    home = place.household
    shown = public_name(home, found.public_names)
    return Row(
        rank=place.rank,
        code=home.code,
        head="" if shown == home.code else shown,
        group=home.group,
        member_points=place.member_points,
        household_points=place.household_points,
        total=place.total,
        quarter_total=sheet.quarter_totals.get(home.id),
    )


routes = [notice]
