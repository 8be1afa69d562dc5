"""An item (条目) of the rulebook: its fields, how people write them, and what can be wrong with them.

Points are exact decimals with one digit. An item whose `minimum` and `maximum` are equal has fixed points.
Rewards and deductions are separate items, so a range never crosses zero.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from kiosk.scoring.problems import N_, Refused
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

CAP_KEYS = ("max_times", "max_points", "per")
ITEM_KEYS = ("item", "title", "title_en", "subject", "points", *CAP_KEYS, "evidence", "review")


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
