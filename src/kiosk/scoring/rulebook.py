"""The rulebook: categories (大类) holding items (条目), and the choices that are the township's."""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.rulebook_fields import Fields, written
from kiosk.scoring.rulebook_honours import Honour, honour_data, parse_honours
from kiosk.scoring.rulebook_items import Category, Item, item_data, parse_item

__all__ = ["Category", "Honour", "Item", "Rulebook", "parse_rulebook", "read_toml", "to_data"]

DIVISORS = {"quarters_on_roll": "quarters_on_roll", "four": "four"}
SETTINGS = (
    *("title", "base_points", "notice_days", "answer_days", "annual_divisor"),
    *("review_from", "review_deductions"),
)
SETTING_KEYS = (*SETTINGS, "applies_from", "honour", "category")
CATEGORY_KEYS = ("name", "name_en", "item")


@dataclass(frozen=True)
class Rulebook:
    """`applies_from` is what the file asks for; it belongs to the version, not to the content."""

    title: str
    base_points: Decimal
    notice_days: int
    answer_days: int
    annual_divisor: Literal["quarters_on_roll", "four"]
    review_from: Decimal
    review_deductions: bool
    categories: tuple[Category, ...]
    items: tuple[Item, ...]
    honours: tuple[Honour, ...] = ()
    applies_from: date | None = field(default=None, compare=False)

    @cached_property
    def _by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    def item(self, code: str) -> Item | None:
        return self._by_code.get(code)

    def honour(self, name: str) -> Honour | None:
        return next((honour for honour in self.honours if honour.name == name), None)

    def needs_review(self, item: Item, points: Decimal) -> bool:
        """Whether a second person decides before these points count."""
        if item.review:
            return item.review == "always"
        return points >= self.review_from or (points < 0 and self.review_deductions)


def read_toml(text: str) -> Rulebook:
    """Raises Refused with every problem, also when the text is no TOML."""
    try:
        data = tomllib.loads(text, parse_float=Decimal)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        reason = {"reason": str(error)}
        raise Refused(Problem("", N_("This is not a readable TOML file: %(reason)s"), reason)) from error
    return parse_rulebook(data)


def parse_rulebook(data: Mapping[str, Any]) -> Rulebook:
    """Build a rulebook from plain data (the shape of `to_data`). Raises Refused with every problem."""
    fields = Fields(data, SETTING_KEYS)
    categories, items = _categories(fields)
    fields.problems += _check_items(items, complete=not fields.problems)
    book = Rulebook(
        title=fields.text("title"),
        base_points=fields.points("base_points", default="0", least=0),
        notice_days=fields.whole("notice_days", default=7, least=0) or 0,
        answer_days=fields.whole("answer_days", default=7, least=1) or 1,
        annual_divisor=fields.choice("annual_divisor", DIVISORS, default="quarters_on_roll"),
        review_from=fields.points("review_from", default="5", least=0),
        review_deductions=fields.flag("review_deductions", default=True),
        categories=tuple(categories),
        items=tuple(items),
        honours=parse_honours(fields, (category.name for category in categories)),
        applies_from=fields.day("applies_from"),
    )
    if fields.problems:
        raise Refused(*fields.problems)
    return book


def to_data(book: Rulebook) -> dict[str, Any]:
    """Plain data that `parse_rulebook` reads back to an equal rulebook; decimals are text."""
    return {
        "title": book.title,
        "base_points": written(book.base_points),
        "notice_days": book.notice_days,
        "answer_days": book.answer_days,
        "annual_divisor": book.annual_divisor,
        "review_from": written(book.review_from),
        "review_deductions": book.review_deductions,
        "honour": [honour_data(honour) for honour in book.honours],
        "category": [_category_data(book, category) for category in book.categories],
    }


def _check_items(items: Iterable[Item], complete: bool) -> list[Problem]:
    """What is wrong with the items taken together: none at all, or a code that stands twice."""
    seen: set[str] = set()
    problems = []
    for item in items:
        if item.code in seen:
            problems.append(
                Problem(f"{item.code}.item", N_("Item %(item)s stands twice"), {"item": item.code})
            )
        seen.add(item.code)
    if not seen and complete:
        problems.append(Problem("item", N_("A rulebook needs at least one item")))
    return problems


def _category_data(book: Rulebook, category: Category) -> dict[str, Any]:
    items = [item_data(item) for item in book.items if item.category == category.name]
    return {"name": category.name, "name_en": category.name_en, "item": items}


def _categories(fields: Fields) -> tuple[list[Category], list[Item]]:
    categories: list[Category] = []
    items: list[Item] = []
    for number, data in enumerate(fields.tables("category"), 1):
        inner = Fields(data, CATEGORY_KEYS)
        category = Category(inner.text("name"), inner.text("name_en", default=""))
        if category.name in (known.name for known in categories):
            inner.wrong("name", N_("Category %(name)s stands twice"), name=category.name)
        categories.append(category)
        items += _items(inner, category.name)
        fields.take(inner.problems, f"category[{number}]")
    return categories, items


def _items(fields: Fields, category: str) -> list[Item]:
    items = []
    for number, data in enumerate(fields.tables("item"), 1):
        try:
            items.append(parse_item(data, category))
        except Refused as refused:
            fields.take(refused.problems, str(data.get("item") or f"item[{number}]"))
    return items
