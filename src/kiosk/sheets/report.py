"""The report of a quarter or a year as a workbook, and the township's overview of its villages."""

from collections.abc import Sequence

from kiosk.office.overview import Row
from kiosk.office.report import Indicator, Report
from kiosk.scoring.problems import N_
from kiosk.scoring.proof import grouped
from kiosk.sheets.analysis import (
    CATEGORY_COLUMNS,
    CODE,
    GROUP,
    GROUP_COLUMNS,
    HEAD,
    Reader,
    categories,
    columns_of,
    groups,
)
from kiosk.sheets.paper import Chart, Sheet, signing

_STATES = {"open": N_("not on notice yet"), "on notice": N_("on notice"), "settled": N_("settled")}


def report_sheets(told: Report, village: str, reader: Reader, printed: str) -> list[Sheet]:
    """Main figures, categories, groups, leaders, the quarters before; of a year its honours. `printed` is a day."""
    title = reader.say(N_("%(village)s: points report, %(period)s")) % {
        "village": village,
        "period": reader.period,
    }
    lines = [*how_made(told, reader), reader.say(N_("Made on %(day)s.")) % {"day": printed}]
    made = [
        _sheet(reader, N_("Main figures"), title, _INDICATORS, _indicators(told, reader), lines),
        _sheet(
            reader,
            N_("Categories"),
            title,
            CATEGORY_COLUMNS,
            categories(told.seen, reader),
            chart=Chart("bar", figures=(4, 5)),
        ),
        _sheet(
            reader,
            N_("Groups"),
            title,
            GROUP_COLUMNS,
            groups(told.seen, reader),
            chart=Chart("bar", figures=(5, 6)),
        ),
        _sheet(reader, N_("Leaders"), title, _LEADERS, _leaders(told)),
        _sheet(
            reader,
            N_("Over time"),
            title,
            _OVER_TIME,
            _over_time(told, reader),
            chart=Chart("line", figures=(1, 2)),
        ),
    ]
    if told.period.kind == "year":
        made.append(_sheet(reader, N_("Honours"), title, _HONOURS, _honours(told, reader)))
    return made


def overview_sheet(rows: Sequence[Row], reader: Reader, name_of: dict[str, str], village: str = "") -> Sheet:
    """One row a village and period; `name_of` has the words of each period. `village`: all rows are of this one."""
    title = reader.say(N_("Villages in %(period)s")) % {"period": reader.period}
    if village:
        title = f"{village} {reader.say(N_('Reports'))}"
    cells = [
        (
            *(row.village.name, name_of[str(row.period)], reader.say(state_of(row))),
            *(row.now.households.whole, row.now.households.part, row.now.households.percent),
            *(row.now.deeds, row.now.gained, row.now.deducted, row.now.mean, row.now.course.waiting),
            *(row.objections.raised, row.objections.open),
        )
        for row in rows
    ]
    return _sheet(reader, N_("Overview"), title, _OVERVIEW, cells, landscape=True)


def state_of(row: Row) -> str:
    """Where the period stands, in a sentence to translate."""
    if row.now.running:
        return N_("to date")
    return _STATES[row.state] if row.state else N_("ended")


def how_made(told: Report, reader: Reader) -> list[str]:
    """How the figures come about, and to which digest of the ledger they belong."""
    made = N_(
        "Counted from the entries of the ledger that landed in the period; the ranking of a settled quarter is the "
        "one that was frozen. A household takes part if a good deed of its own or of a member counts."
    )
    proof = N_("Ledger up to entry no. %(number)s, digest %(digest)s.")
    return [reader.say(made), reader.say(proof) % {"number": told.number, "digest": grouped(told.digest)}]


def honour_title(told: Report, name: str, lang: str) -> str:
    """What an honour is called in the reader's language, where the rulebook in force knows it."""
    known = told.seen.book.honour(name) if told.seen.book else None
    return known.name_en if lang == "en" and known and known.name_en else name


def _sheet(
    reader: Reader,
    name: str,
    title: str,
    columns: Sequence[tuple[str, int]],
    rows: Sequence[Sequence[object]],
    lines: Sequence[str] = (),
    chart: Chart | None = None,
    landscape: bool = False,
) -> Sheet:
    said = reader.say(name)
    return Sheet(
        name=said,
        title=title,
        lines=[said, *lines],
        columns=columns_of(columns, rows, reader),
        rows=rows,
        landscape=landscape,
        empty=reader.say(N_("Nothing stands here for this period.")),
        chart=chart,
        **signing(reader.say),
    )


def _indicators(told: Report, reader: Reader) -> list[Sequence[object]]:
    rows: list[Sequence[object]] = [_indicator(one, reader) for one in told.indicators]
    said = told.seen.objections
    for words, count in (
        (N_("Objections upheld"), said.upheld),
        (N_("Objections rejected"), said.rejected),
        (N_("Objections open"), said.open),
    ):
        rows.append((reader.say(words), count, None, None))
    return rows


def _indicator(one: Indicator, reader: Reader) -> Sequence[object]:
    words = reader.say(one.words) + ("（%）" if one.percent else "")
    return words, one.now, one.before, one.difference


def _leaders(told: Report) -> list[Sequence[object]]:
    return [
        (
            *(place.rank, place.household.code),
            "" if place.household.head_minor else place.household.head,
            *(place.household.group, place.figure),
        )
        for place in told.seen.now.leaders
    ]


def _over_time(told: Report, reader: Reader) -> list[Sequence[object]]:
    trend = told.seen.trend
    columns = zip(trend.periods, trend.acting, trend.totals, strict=True)
    return [(reader.named(period), len(acting), total) for period, acting, total in columns]


def _honours(told: Report, reader: Reader) -> list[Sequence[object]]:
    return [
        (
            honour_title(told, one.decision.honour, reader.lang),
            one.household.code,
            "" if one.household.head_minor else one.household.head,
            one.household.group,
        )
        for one in told.honours
    ]


_INDICATORS = (
    *((N_("Figure"), 36), (N_("This period"), 14), (N_("Period before"), 14), (N_("Difference"), 14)),
)
_LEADERS = ((N_("Rank"), 8), (CODE, 14), (HEAD, 18), (GROUP, 16), (N_("Points"), 12))
_HONOURS = ((N_("Honour"), 20), (CODE, 14), (HEAD, 18), (GROUP, 16))
_OVER_TIME = (
    (N_("Period"), 20),
    (N_("Households with a good deed"), 26),
    (N_("Points of all households"), 26),
)
_OVERVIEW = (
    *(
        (N_("Village"), 14),
        (N_("Period"), 16),
        (N_("State"), 10),
        (N_("Households"), 8),
        (N_("Took part"), 8),
    ),
    *((N_("Percent"), 8), (N_("Deeds"), 8), (N_("Gained"), 9), (N_("Deducted"), 9), (N_("Mean points"), 9)),
    *((N_("Waiting for review"), 9), (N_("Objections"), 8), (N_("Open objections"), 9)),
)
