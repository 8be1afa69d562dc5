"""The rulebook: categories (大类) holding items (条目), and the choices that are the township's.

Points are exact decimals with one digit. An item whose `minimum` and `maximum` are equal has fixed points.
Rewards and deductions are separate items, so a range never crosses zero.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any, Literal

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.rulebook_fields import Fields, points_text, written

Subject = Literal["member", "household"]
Span = Literal["day", "month", "quarter", "year"]

SUBJECTS = {
    "member": "member",
    "household": "household",
    "个人": "member",
    "成员": "member",
    "家庭": "household",
}
SPANS = {
    **dict.fromkeys(("day", "日", "天", "每日", "每天"), "day"),
    **dict.fromkeys(("month", "月", "每月"), "month"),
    **dict.fromkeys(("quarter", "季", "季度", "每季", "每季度"), "quarter"),
    **dict.fromkeys(("year", "年", "年度", "每年"), "year"),
}
EVIDENCE = {
    "required": "required",
    "optional": "optional",
    "必需": "required",
    "必须": "required",
    "可选": "optional",
}
REVIEW = {"always": "always", "never": "never", "必审": "always", "免审": "never"}
DIVISORS = {"quarters_on_roll": "quarters_on_roll", "four": "four"}

SETTINGS = ("title", "base_points", "notice_days", "annual_divisor", "review_from", "review_deductions")
SETTING_KEYS = (*SETTINGS, "applies_from", "category")
CATEGORY_KEYS = ("name", "name_en", "item")
CAP_KEYS = ("max_times", "max_points", "per")
ITEM_KEYS = ("item", "title", "title_en", "subject", "points", *CAP_KEYS, "evidence", "review")
NO_ITEM = Problem("item", N_("A rulebook needs at least one item"))


@dataclass(frozen=True)
class Category:
    name: str
    name_en: str


@dataclass(frozen=True)
class Item:
    """`max_times` and `max_points` (a bound on the absolute sum) hold per `per` and subject."""

    code: str
    category: str
    title: str
    title_en: str
    subject: Subject
    minimum: Decimal
    maximum: Decimal
    max_times: int | None
    max_points: Decimal | None
    per: Span
    evidence: Literal["required", "optional"]
    review: Literal["always", "never", ""]

    @property
    def fixed(self) -> bool:
        return self.minimum == self.maximum

    @property
    def deduction(self) -> bool:
        return self.minimum < 0

    @property
    def points(self) -> str:
        """As people write them: `5`, `-3`, `1~10`."""
        return points_text(self.minimum, self.maximum)


@dataclass(frozen=True)
class Rulebook:
    """`applies_from` is what the file asks for; it belongs to the version, not to the content."""

    title: str
    base_points: Decimal
    notice_days: int
    annual_divisor: Literal["quarters_on_roll", "four"]
    review_from: Decimal
    review_deductions: bool
    categories: tuple[Category, ...]
    items: tuple[Item, ...]
    applies_from: date | None = field(default=None, compare=False)

    @cached_property
    def _by_code(self) -> dict[str, Item]:
        return {item.code: item for item in self.items}

    def item(self, code: str) -> Item | None:
        return self._by_code.get(code)

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
        annual_divisor=fields.choice("annual_divisor", DIVISORS, default="quarters_on_roll"),
        review_from=fields.points("review_from", default="5", least=0),
        review_deductions=fields.flag("review_deductions", default=True),
        categories=tuple(categories),
        items=tuple(items),
        applies_from=fields.day("applies_from"),
    )
    if fields.problems:
        raise Refused(*fields.problems)
    return book


def parse_item(data: Mapping[str, Any], category: str) -> Item:
    """Build one item; the keys are the rulebook sheet's columns. Raises Refused, fields named as keys."""
    fields = Fields(data, ITEM_KEYS)
    minimum, maximum = fields.range("points")
    item = Item(
        code=fields.text("item", longest=20).upper(),
        category=category,
        title=fields.text("title"),
        title_en=fields.text("title_en", default=""),
        subject=fields.choice("subject", SUBJECTS),
        minimum=minimum,
        maximum=maximum,
        max_times=fields.whole("max_times", default=None, least=1),
        max_points=fields.points_or_none("max_points"),
        per=fields.choice("per", SPANS, default="quarter"),
        evidence=fields.choice("evidence", EVIDENCE, default="optional"),
        review=fields.choice("review", REVIEW, default=""),
    )
    if (item.max_times or item.max_points) and not fields.given("per"):
        fields.wrong("per", N_("A cap needs its period: day, month, quarter or year"))
    if fields.problems:
        raise Refused(*fields.problems)
    return item


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
        problems.append(NO_ITEM)
    return problems


def to_data(book: Rulebook) -> dict[str, Any]:
    """Plain data that `parse_rulebook` reads back to an equal rulebook; decimals are text."""
    return {
        "title": book.title,
        "base_points": written(book.base_points),
        "notice_days": book.notice_days,
        "annual_divisor": book.annual_divisor,
        "review_from": written(book.review_from),
        "review_deductions": book.review_deductions,
        "category": [_category_data(book, category) for category in book.categories],
    }


def _category_data(book: Rulebook, category: Category) -> dict[str, Any]:
    items = [item_data(item) for item in book.items if item.category == category.name]
    return {"name": category.name, "name_en": category.name_en, "item": items}


def item_data(item: Item) -> dict[str, Any]:
    """One item as the sheet's columns, without those that are empty."""
    data = {
        "item": item.code,
        "title": item.title,
        "title_en": item.title_en,
        "subject": item.subject,
        "points": item.points,
        "max_times": item.max_times,
        "max_points": None if item.max_points is None else written(item.max_points),
        "per": item.per,
        "evidence": item.evidence,
        "review": item.review,
    }
    return {key: value for key, value in data.items() if value not in (None, "")}


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
