"""The rulebook as a sheet, one row an item.

A sheet holds only the items: title, settings and honours are those of the rulebook it is laid over, but for an
honour that weighs a category the sheet no longer has. English names may stand in columns of their own; where
there are none, an item or category keeps those it had.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.rulebook import Rulebook
from kiosk.scoring.rulebook_honours import still_there
from kiosk.scoring.rulebook_items import ITEM_KEYS, Category, Item, item_data, parse_item
from kiosk.sheets.reading import Row, read_rows

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
_CHINESE: dict[str, dict[object, str]] = {
    "subject": {"member": "个人", "household": "家庭"},
    "per": {"day": "日", "month": "月", "quarter": "季", "year": "年"},
    "evidence": {"required": "必需", "optional": "可选"},
    "review": {"always": "必审", "never": "免审"},
}
REQUIRED = ("category", "item", "title", "subject", "points")


def read_rulebook(content: bytes, base: Rulebook) -> Rulebook:
    """The items of a file, and everything else from `base`. Raises Refused with every problem, by its place.

    An empty category cell continues the one above; a category that is taken up again further down is one.
    """
    items: dict[str, Item] = {}
    categories: dict[str, Category] = {}
    problems: list[Problem] = []
    above = ""
    for row in read_rows(content, COLUMNS, REQUIRED):
        above = row["category"] or above
        item, found = _item(row, above, base)
        if item and item.code in items:
            found.append(Problem("item", N_("Item %(item)s stands twice"), {"item": item.code}))
        problems += [row.problem(problem.field, problem) for problem in found]
        if item:
            items.setdefault(item.code, item)
            categories.setdefault(above, _category(above, row["category_en"], base))
    if problems:
        raise Refused(*problems)
    ordered = (item for name in categories for item in items.values() if item.category == name)
    return replace(
        base,
        categories=tuple(categories.values()),
        items=tuple(ordered),
        honours=still_there(base.honours, categories),
        applies_from=None,
    )


def rows(book: Rulebook) -> Iterator[Sequence[object]]:
    """The items in the order of the columns; what is empty is an empty cell, fixed points are a number."""
    english = {category.name: category.name_en for category in book.categories}
    for item in book.items:
        cells = {**item_data(item), "category": item.category, "category_en": english[item.category]}
        cells |= {"points": item.minimum if item.fixed else item.points, "max_points": item.max_points or ""}
        yield [cells.get(column, "") for column in COLUMNS]


def table(book: Rulebook, lang: str) -> tuple[list[str], Iterator[Sequence[object]]]:
    """Heads and rows in the reader's language; both are read again alike."""
    if lang == "en":
        return list(COLUMNS), rows(book)
    words = [_CHINESE.get(column, {}) for column in COLUMNS]
    translated = ([told.get(cell, cell) for told, cell in zip(words, row, strict=True)] for row in rows(book))
    return [names[0] for names in COLUMNS.values()], translated


def _item(row: Row, category: str, base: Rulebook) -> tuple[Item | None, list[Problem]]:
    problems = [] if category else [Problem("category", N_("Please fill this in"))]
    try:
        item = parse_item({key: row[key] for key in ITEM_KEYS}, category)
    except Refused as refused:
        return None, [*problems, *refused.problems]
    before = base.item(item.code)
    if not item.title_en and before and before.title == item.title:
        item = replace(item, title_en=before.title_en)
    return item, problems


def _category(name: str, english: str, base: Rulebook) -> Category:
    before = next((known.name_en for known in base.categories if known.name == name), "")
    return Category(name, english or before)
