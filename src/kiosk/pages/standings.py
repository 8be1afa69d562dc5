"""`/v/{village}/standings/{period}`: the ranking of a month, quarter or year, as a page, JSON or CSV.

A settled quarter's page is made of its snapshot and says nothing about now: it stays the same for ever.
"""

import json
from collections.abc import Sequence
from typing import Any

from litestar.exceptions import NotFoundException

from kiosk.pages.public import View, public
from kiosk.pages.ranking import Ranking, Row, read_ranking
from kiosk.pages.ready import Drawn
from kiosk.roster.villages import Village, village
from kiosk.scoring.periods import Period, parse_period, period_of, quarter_of
from kiosk.sheets.standings import columns
from kiosk.sheets.writing import records, write_table

_ADDRESS = "/v/{village:str}/standings/{period:str}"


@public(_ADDRESS, query=("group", "q"), forms=True)
def standings(view: View) -> Drawn:
    """The ranking of a period that has begun; 404 for any other."""
    period = _period(view)
    with view.site.database.read() as connection:
        found = village(connection, view.village_code)
        if found is None:
            raise NotFoundException
        ranking = read_ranking(connection, view, found, period)
    if view.form == "json":
        return _json(found, ranking)
    if view.form == "csv":
        return _csv(view, ranking)
    return draw_ranking(view, "standings.html", found, ranking)


def draw_ranking(view: View, template: str, found: Village, ranking: Ranking, **more: Any) -> Drawn:
    """A page with a ranking, its period switch, its groups and its search."""
    group, search = view.query.get("group", ""), view.query.get("q", "").strip()
    groups = ranking.groups
    known = not group or group in {one.name for one in groups}
    shown = ranking.only(group, search) if group or search else ranking
    return view.page(
        template,
        keep=known and not search,
        village=found,
        ranking=ranking,
        shown=shown,
        groups=groups,
        group=group,
        search=search,
        period=ranking.period,
        kinds=_kinds(ranking.period, view),
        address=f"/v/{found.code}/standings/{ranking.period}",
        earlier=ranking.earlier,
        later=_begun(ranking.period.after(), view),
        **more,
    )


def _period(view: View) -> Period:
    written = view.path["period"].removesuffix(f".{view.form}")
    try:
        period = _begun(parse_period(written), view)
    except ValueError:
        raise NotFoundException from None
    if period is None or str(period) != written:
        raise NotFoundException
    return period


def _begun(period: Period, view: View) -> Period | None:
    return period if period.first <= view.today else None


def _kinds(period: Period, view: View) -> list[Period]:
    """The quarter, the month and the year beside this period: the newest that have begun."""
    day = min(period.last, view.today)
    return [quarter_of(day), period_of(day, "month"), period_of(day, "year")]


def _cells(row: Row, period: Period) -> Sequence[object]:
    """The row in the order of `columns(period)`; the head as the village shows it in public."""
    start = (row.rank, row.code, row.head, row.group, row.figure)
    return (
        (*start, row.quarters) if period.kind == "year" else (*start, row.member_points, row.household_points)
    )


def _json(found: Village, ranking: Ranking) -> Drawn:
    told = {
        "village": found.code,
        "name": found.name,
        "period": str(ranking.period),
        "state": ranking.state.state if ranking.state else None,
        "standings": records(columns(ranking.period), _table(ranking)),
    }
    return Drawn(json.dumps(told, ensure_ascii=False), "application/json")


def _csv(view: View, ranking: Ranking) -> Drawn:
    content = write_table(columns(ranking.period), _table(ranking), "csv")
    name = f'attachment; filename="{view.village_code}-{ranking.period}.csv"'
    return Drawn(content.decode(), "text/csv; charset=utf-8", {"content-disposition": name})


def _table(ranking: Ranking) -> list[Sequence[object]]:
    return [_cells(row, ranking.period) for row in ranking.rows]


routes = [standings]
