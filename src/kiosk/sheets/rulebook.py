"""The rulebook as a sheet, one row an item.

A sheet holds only the items: title and settings are those of the rulebook it is laid over. English names may
stand in columns of their own; where there are none, an item or category keeps those it had.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.rulebook import ITEM_KEYS, NO_ITEM, Category, Item, Rulebook, item_data, parse_item

COLUMNS = {
    "category": ("类别", "大类"),
    "item": ("编号", "条目编号"),
    "title": ("条目", "条目名称", "积分条目"),
    "subject": ("对象", "积分对象"),
    "points": ("分值", "分数"),
    "max_times": ("次数上限",),
    "max_points": ("分值上限",),
    "per": ("周期",),
    "evidence": ("佐证",),
    "review": ("审核",),
    "title_en": ("英文条目",),
    "category_en": ("英文类别",),
}
REQUIRED = ("category", "item", "title", "subject", "points")


@dataclass
class SheetRulebook:
    """What a sheet says: its items in order, and by row what is wrong with it."""

    items: list[Item] = field(default_factory=list)
    categories: list[Category] = field(default_factory=list)
    problems: list[tuple[int, Problem]] = field(default_factory=list)

    def over(self, base: Rulebook) -> Rulebook:
        """The rulebook that has these items, and everything else from `base`."""
        return replace(
            base, categories=tuple(self.categories), items=tuple(_by_category(self)), applies_from=None
        )


def read(rows: Iterable[tuple[int, Mapping[str, str]]], base: Rulebook) -> SheetRulebook:
    """Read rows of (number, cells by column). An empty category cell continues the one above."""
    sheet, category, lines = SheetRulebook(), "", dict[str, int]()
    for number, cells in rows:
        category = cells.get("category", "").strip() or category
        item, problems = _item(cells, category, base)
        if item and item.code in lines:
            values = {"item": item.code, "row": lines[item.code]}
            problems.append(Problem("item", N_("Item %(item)s stands in row %(row)s already"), values))
        sheet.problems += [(number, problem) for problem in problems]
        if item:
            lines.setdefault(item.code, number)
            sheet.items.append(item)
            _add_category(sheet, category, cells.get("category_en", "").strip(), base)
    if not sheet.items and not sheet.problems:
        sheet.problems.append((0, NO_ITEM))
    return sheet


def rows(book: Rulebook) -> Iterator[Sequence[object]]:
    """The items in the order of the columns; what is empty is an empty cell, fixed points are a number."""
    english = {category.name: category.name_en for category in book.categories}
    for item in book.items:
        cells = {**item_data(item), "category": item.category, "category_en": english[item.category]}
        cells |= {"points": item.minimum if item.fixed else item.points, "max_points": item.max_points or ""}
        yield [cells.get(column, "") for column in COLUMNS]


def _item(cells: Mapping[str, str], category: str, base: Rulebook) -> tuple[Item | None, list[Problem]]:
    problems = [] if category else [Problem("category", N_("Please fill this in"))]
    try:
        item = parse_item({key: cells[key] for key in ITEM_KEYS if key in cells}, category)
    except Refused as refused:
        return None, [*problems, *refused.problems]
    before = base.item(item.code)
    if not item.title_en and before and before.title == item.title:
        item = replace(item, title_en=before.title_en)
    return item, problems


def _add_category(sheet: SheetRulebook, name: str, english: str, base: Rulebook) -> None:
    if all(known.name != name for known in sheet.categories):
        before = next((known.name_en for known in base.categories if known.name == name), "")
        sheet.categories.append(Category(name, english or before))


def _by_category(sheet: SheetRulebook) -> Iterator[Item]:
    """A category that is taken up again further down is one category."""
    for category in sheet.categories:
        yield from (item for item in sheet.items if item.category == category.name)
