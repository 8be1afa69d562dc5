"""The charts of the analysis and of the report, made of the same figures and in the reader's language."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from kiosk.office.analysis import Analysis
from kiosk.office.figures import named
from kiosk.pages import words
from kiosk.pages.charts import Amount, Bars, Line, Step, bars, line
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_
from kiosk.sheets.analysis import Reader

_WEEKS_OF_A_QUARTER = 14
_MOST_BARS = 15  # what a sheet of A4 has room for; the table beside them holds all


def charts(seen: Analysis, reader: Reader) -> Mapping[str, Bars | Line]:
    """By name: active, categories, net, groups, noting, caps."""
    say, lang = reader.say, reader.lang
    running = seen.now.running
    return {
        "active": _over_time(
            say(N_("Households with a good deed")),
            seen.trend.periods,
            [len(households) for households in seen.trend.acting],
            lang,
            running,
        ),
        "points": _over_time(
            say(N_("Points of all households")), seen.trend.periods, seen.trend.totals, lang, running
        ),
        "categories": bars(
            say(N_("Points by category, %(period)s")) % {"period": reader.period},
            _by_category(seen, reader)[:_MOST_BARS],
            words.points,
        ),
        "groups": bars(
            say(N_("Mean points of a household by group, %(period)s")) % {"period": reader.period},
            _by_group(seen, reader)[:_MOST_BARS],
            words.points,
        ),
        "noting": line(
            say(N_("Deeds noted, week by week")), _by_week(seen, lang), words.points, unfinished=running
        ),
    }


def small_charts(seen: Analysis, reader: Reader) -> list[Line]:
    """One small line a category over the last periods, in the order of the rulebook, all on one scale."""
    order = [one.name for one in seen.book.categories] if seen.book else []
    names = sorted(seen.trend.categories, key=lambda name: (name not in order, _place(order, name), name))
    return [
        _over_time(
            reader.told(seen.category_title(name, reader.lang)),
            seen.trend.periods,
            seen.trend.categories[name],
            reader.lang,
            seen.now.running,
            [figure for figures in seen.trend.categories.values() for figure in figures],
        )
        for name in names
    ]


def _over_time(
    title: str,
    periods: Sequence[Period],
    figures: Sequence[Amount],
    lang: str,
    running: bool,
    among: Sequence[Amount] = (),
) -> Line:
    steps = []
    for number, (period, figure) in enumerate(zip(periods, figures, strict=True)):
        mark, year = words.short_period(period, lang)
        over = str(period.year) if not number and period.kind != "year" else year
        steps.append(Step(words.period(period, lang), figure, mark, over))
    return line(title, steps, words.points, running, among)


def _by_category(seen: Analysis, reader: Reader) -> list[tuple[str, Amount, Amount | None]]:
    now = {one.name: one.net for one in seen.now.categories}
    before = {one.name: one.net for one in seen.before.categories} if seen.before else {}
    names = [*now, *(name for name in before if name not in now)]
    return [
        (
            reader.told(seen.category_title(name, reader.lang)),
            now.get(name, Decimal(0)),
            before.get(name, Decimal(0)) if seen.before else None,
        )
        for name in names
    ]


def _by_group(seen: Analysis, reader: Reader) -> list[tuple[str, Amount, Amount | None]]:
    before = {one.name: one.mean for one in seen.before.groups} if seen.before else {}
    return [(reader.told(named(one.name)), one.mean, before.get(one.name)) for one in seen.now.groups]


def _by_week(seen: Analysis, lang: str) -> list[Step]:
    """Every fourth week of a quarter is marked; of a year the first of every second month."""
    weeks = seen.noting.weeks
    few = len(weeks) <= _WEEKS_OF_A_QUARTER
    steps = []
    for number, week in enumerate(weeks):
        marked = number % 4 == 0 if few else week.monday.day <= 7 and week.monday.month % 2 == 1
        label = words.short_day(week.monday, lang)
        steps.append(Step(label, week.noted, label if marked else ""))
    return steps


def _place(order: Sequence[str], name: str) -> int:
    return order.index(name) if name in order else len(order)
