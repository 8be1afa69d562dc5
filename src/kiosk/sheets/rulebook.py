"""The rulebook as a sheet, one row an item.

A sheet holds only the items: title and settings are those of the rulebook it is laid over. English names may
stand in columns of their own; where they are missing, they stay as they were.
"""

from collections.abc import Iterator, Sequence

from kiosk.scoring.rulebook import Rulebook, item_data

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


def rows(book: Rulebook) -> Iterator[Sequence[object]]:
    """The items in the order of the columns; what is empty is an empty cell."""
    english = {category.name: category.name_en for category in book.categories}
    for item in book.items:
        cells = {**item_data(item), "category": item.category, "category_en": english[item.category]}
        yield [cells.get(column, "") for column in COLUMNS]
