"""The lists of the analysis as sheets that a clerk files: silent households, items, groups, recorders …"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from kiosk.office.analysis import Analysis
from kiosk.office.figures import named
from kiosk.office.items import Use, title
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem
from kiosk.sheets.paper import Column, Sheet

Rows = Sequence[Sequence[object]]


@dataclass(frozen=True)
class Reader:
    """How to speak to whoever reads: `say` translates, `period` is the period in words, `named` says any."""

    say: Callable[[str], str]
    lang: str
    period: str
    named: Callable[[Period], str]

    def told(self, what: str | Problem) -> str:
        return what.text(self.say) if isinstance(what, Problem) else what


@dataclass(frozen=True)
class _List:
    """A list's name, its columns with their widths, and how its rows come out of an analysis."""

    name: str
    columns: Sequence[tuple[str, int]]
    rows: Callable[[Analysis, Reader], Rows]


def sheet(name: str, seen: Analysis, village: str, reader: Reader) -> Sheet:
    """One of LISTS as a sheet."""
    made, say = LISTS[name], reader.say
    rows = made.rows(seen, reader)
    return Sheet(
        name=say(made.name),
        title=f"{village} {reader.period} {say(made.name)}",
        lines=[say(N_("For the office alone: do not post it."))],
        columns=columns_of(made.columns, rows, reader),
        rows=rows,
        landscape=False,
        empty=say(N_("Nothing stands here for this period.")),
    )


def columns_of(columns: Sequence[tuple[str, int]], rows: Rows, reader: Reader) -> list[Column]:
    """Columns with their widths; those of figures are set as figures, wide ones break their texts."""
    made = []
    for place, (head, width) in enumerate(columns):
        figures = any(isinstance(row[place], int | Decimal) for row in rows)
        made.append(
            Column(reader.say(head), width, "number" if figures else "wrap" if width > 30 else "text")
        )
    return made


def _silent(seen: Analysis, reader: Reader) -> Rows:
    more = reader.say(N_("%(count)s or more"))
    return [
        (
            one.place.household.code,
            one.place.household.head,
            one.place.household.group,
            more % {"count": one.periods} if one.more else one.periods,
        )
        for one in seen.silent
    ]


def categories(seen: Analysis, reader: Reader) -> Rows:
    """Deeds, gained, deducted and sum of each category, and the sum of the period before."""
    before = {one.name: one.net for one in seen.before.categories} if seen.before else {}
    rows: list[Sequence[object]] = [
        (
            reader.told(seen.category_title(one.name, reader.lang)),
            *(one.deeds, one.gained, one.deducted, one.net),
            before.get(one.name, Decimal(0)) if seen.before else None,
        )
        for one in seen.now.categories
    ]
    counting = {one.name for one in seen.now.categories}
    for name in before.keys() - counting:
        told = reader.told(seen.category_title(name, reader.lang))
        rows.append((told, 0, Decimal(0), Decimal(0), Decimal(0), before[name]))
    return rows


def groups(seen: Analysis, reader: Reader) -> Rows:
    """Households, those that took part, share, silent ones and mean of each group, and the mean before."""
    before = {one.name: one.mean for one in seen.before.groups} if seen.before else {}
    return [
        (
            reader.told(named(one.name)),
            *(one.active.whole, one.active.part, one.active.percent, one.silent, one.mean),
            before.get(one.name),
        )
        for one in seen.now.groups
    ]


def _items(seen: Analysis, reader: Reader) -> Rows:
    return [_item(use, seen, reader) for use in seen.uses]


def _caps(seen: Analysis, reader: Reader) -> Rows:
    return [_item(use, seen, reader) for use in seen.capped]


def _item(use: Use, seen: Analysis, reader: Reader) -> Sequence[object]:
    category = reader.told(seen.category_title(use.item.category, reader.lang))
    named_item = (use.item.code, title(use.item, reader.lang), category, use.item.points)
    return (*named_item, use.noted, use.capped.whole, use.capped.part)


def _recorders(seen: Analysis, reader: Reader) -> Rows:  # noqa: ARG001  as all lists
    return [
        (one.name, one.soon.whole, one.soon.part, one.soon.percent, one.last) for one in seen.noting.recorders
    ]


def _changes(seen: Analysis, reader: Reader) -> Rows:  # noqa: ARG001
    if seen.moves is None:
        return []
    return [
        (
            *(move.place.household.code, move.place.household.head, move.place.household.group),
            *(move.before.figure, move.place.figure, move.difference, move.before.rank, move.place.rank),
        )
        for move in (*seen.moves.rose, *seen.moves.fell)
    ]


CODE, HEAD, GROUP = N_("Household"), N_("Head"), N_("Group")
_ITEM = (
    *((N_("Item"), 8), (N_("Title"), 40), (N_("Category"), 14), (N_("Points"), 9)),
    *((N_("Noted"), 9), (N_("Counted"), 9), (N_("0 because of a cap"), 12)),
)
CATEGORY_COLUMNS = (
    *((N_("Category"), 20), (N_("Deeds"), 10), (N_("Gained"), 12), (N_("Deducted"), 12)),
    *((N_("Sum"), 12), (N_("Period before"), 12)),
)
GROUP_COLUMNS = (
    *((GROUP, 16), (N_("Households"), 10), (N_("Took part"), 10), (N_("Percent"), 10)),
    *((N_("No counted deed"), 12), (N_("Mean points"), 12), (N_("Period before"), 12)),
)
LISTS = {
    "silent": _List(
        N_("Households without a counted deed"),
        ((CODE, 14), (HEAD, 16), (GROUP, 16), (N_("Periods in a row"), 14)),
        _silent,
    ),
    "categories": _List(N_("Categories"), CATEGORY_COLUMNS, categories),
    "groups": _List(N_("Groups"), GROUP_COLUMNS, groups),
    "items": _List(N_("Items"), _ITEM, _items),
    "caps": _List(N_("Items that ran into a cap"), _ITEM, _caps),
    "recorders": _List(
        N_("Recorders"),
        (
            *((N_("Name"), 16), (N_("Deeds"), 10), (N_("Within two days"), 14)),
            *((N_("Percent"), 10), (N_("Last noted"), 14)),
        ),
        _recorders,
    ),
    "changes": _List(
        N_("Risen and fallen"),
        (
            *((CODE, 12), (HEAD, 14), (GROUP, 12), (N_("Points before"), 12), (N_("Points"), 10)),
            *((N_("Difference"), 10), (N_("Rank before"), 10), (N_("Rank"), 8)),
        ),
        _changes,
    ),
}
