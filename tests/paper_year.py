"""A village's year on paper: a roster as a clerk keeps it, three thousand rows of a register, and what they come to.

The figures are worked out from the rows alone; nothing of the program is used.
"""

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

YEAR = 2025
LATE_COMERS, LATE = "0117", date(YEAR, 6, 20)  # a family that moves in during the second quarter
GONE, GOING = "0105", date(YEAR, 8, 31)  # a family whose second member leaves
_NAMES = ["建国", "秀英", "志强", "桂兰", "海燕", "文斌", "小芳", "玉珍", "德福", "春梅"]
_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"


@dataclass(frozen=True)
class Person:
    name: str
    relation: str
    born: date
    joined: date | None = None
    left: date | None = None

    def here_on(self, day: date) -> bool:
        return (self.joined is None or self.joined <= day) and (self.left is None or day <= self.left)


@dataclass(frozen=True)
class Family:
    code: str
    group: str
    people: tuple[Person, ...]

    def here_on(self, day: date) -> bool:
        return any(person.here_on(day) for person in self.people)


@dataclass(frozen=True)
class Deed:
    """A row of the register. `member` is empty for the household's own."""

    number: int
    day: date
    family: str
    member: str
    item: str
    points: Decimal


@dataclass(frozen=True)
class Rule:
    """A line of the rulebook."""

    item: str
    of_member: bool
    low: Decimal
    high: Decimal
    max_times: int | None
    max_points: Decimal | None
    per: str


@dataclass
class Sum:
    """What a household has in a period."""

    member_points: Decimal = Decimal(0)
    household_points: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        return self.member_points + self.household_points


def families(chance: random.Random, count: int = 20) -> list[Family]:
    found = []
    for number in range(count):
        code, surname = f"{101 + number:04}", _SURNAMES[number]
        joined = LATE if code == LATE_COMERS else None
        names = chance.sample(_NAMES, 3)
        left = GOING if code == GONE else None
        born = [
            date(1955 + chance.randrange(60), 1 + chance.randrange(12), 1 + chance.randrange(28))
            for _ in names
        ]
        people = (
            Person(surname + names[0], "户主", born[0], joined),
            Person(surname + names[1], "妻", born[1], joined, left),
            Person(surname + names[2], "长子", born[2], joined),
        )
        found.append(Family(code, f"{'一二三'[number % 3]}组", people))
    return found


def roster_as_kept(found: Sequence[Family]) -> bytes:
    """Title rows, merged household numbers, blank rows, totals, dates in every way, spaces inside names."""
    file = BytesIO()
    book = Workbook(file, {"default_date_format": "yyyy/m/d"})
    page = book.add_worksheet("花名册")
    page.merge_range(0, 0, 0, 7, "青山村２０２５年户籍人口花名册")
    page.write(1, 0, "填表人：李会计")
    titles = (
        "户 号",
        "姓名*",
        "与户主的关系",
        "村民小组",
        "户籍情况",
        "出生年月日",
        "迁入时间",
        "迁出时间",
        "备注",
    )
    page.write_row(2, 0, titles)
    line = 3
    for number, family in enumerate(found):
        code = _wide(family.code) if number % 4 == 1 else family.code
        page.merge_range(line, 0, line + len(family.people) - 1, 0, code)
        for one, person in enumerate(family.people):
            first = (family.group, ("本村户籍", "本村", "外来")[number % 3]) if one == 0 else ("", "")
            name = f"{person.name[0]} {person.name[1:]}" if number % 3 == 0 else person.name
            relation = "本人" if one == 0 and number % 2 else person.relation
            page.write_row(line, 1, (name, relation, *first, _written(person.born, number + one)))
            page.write_row(line, 6, (_written(person.joined, one), _written(person.left, one), "见档案"))
            line += 1
        line += number % 5 == 4  # a blank row now and then
    page.write_row(line, 0, ("合计", f"{len(found)}户"))
    book.close()
    return file.getvalue()


def deeds(
    chance: random.Random, found: Sequence[Family], rules: Sequence[Rule], count: int
) -> Iterator[Deed]:
    """Random rows; half of them crowd into one month and a few items, so that caps are reached."""
    crowded = rules[:: max(1, len(rules) // 12)]
    number = 0
    while number < count:
        often = chance.random() < 0.5
        rule = chance.choice(crowded if often else rules)
        day = (
            date(YEAR, 8, 1 + chance.randrange(31))
            if often
            else date(YEAR, 1, 1) + timedelta(chance.randrange(365))
        )
        family = chance.choice(found)
        who = chance.choice(family.people)
        if not (who if rule.of_member else family).here_on(day):
            continue
        number += 1
        points = rule.low + Decimal(chance.randrange(int((rule.high - rule.low) * 2) + 1)) / 2
        yield Deed(number, day, family.code, who.name if rule.of_member else "", rule.item, points)


def register(rows: Sequence[Deed], rules: Sequence[Rule]) -> list[tuple[Any, ...]]:
    """The rows as a clerk writes them: fixed points are left out in every second row."""
    fixed = {rule.item for rule in rules if rule.low == rule.high}
    lines: list[tuple[Any, ...]] = [
        ("青山村积分台账",),
        ("编号", "日期", "户号", "当事人", "条目编号", "分值", "地点", "依据"),
    ]
    for deed in rows:
        points = "" if deed.item in fixed and deed.number % 2 else float(deed.points)
        day = _written(deed.day, deed.number)
        lines.append(
            (f"纸{deed.number}", day, deed.family, deed.member, deed.item, points, "村部", "单位反馈")
        )
    return [*lines, ("合计", "", "", "", "", len(rows))]


def awarded(rows: Sequence[Deed], rules: Sequence[Rule]) -> dict[int, Decimal]:
    """What each row counts under the caps, by its number."""
    by_code = {rule.item: rule for rule in rules}
    times: dict[tuple[Any, ...], int] = defaultdict(int)
    sums: dict[tuple[Any, ...], Decimal] = defaultdict(Decimal)
    counts = {}
    for deed in sorted(rows, key=lambda deed: (deed.day, deed.number)):
        rule = by_code[deed.item]
        place = (deed.family, deed.member, deed.item, _span(deed.day, rule.per))
        times[place] += 1
        size = abs(deed.points)
        if rule.max_points is not None:
            size = min(size, rule.max_points - abs(sums[place]))
        if rule.max_times is not None and times[place] > rule.max_times:
            size = Decimal(0)
        counts[deed.number] = size if deed.points > 0 else -size
        sums[place] += counts[deed.number]
    return counts


def sums(rows: Sequence[Deed], counts: dict[int, Decimal], months: range) -> dict[str, Sum]:
    """By household."""
    found: dict[str, Sum] = defaultdict(Sum)
    for deed in rows:
        if deed.day.month in months and deed.member:
            found[deed.family].member_points += counts[deed.number]
        elif deed.day.month in months:
            found[deed.family].household_points += counts[deed.number]
    return found


def ranked(figures: dict[str, Any]) -> list[tuple[int, str]]:
    """(rank, household): equal ones share a rank and the next skips; inside a tie by code."""
    codes = sorted(figures, key=lambda code: (-figures[code], code))
    return [(1 + sum(other > figures[code] for other in figures.values()), code) for code in codes]


def half_up(average: Fraction) -> Decimal:
    exact = Decimal(average.numerator) / Decimal(average.denominator)
    return exact.quantize(Decimal("0.01"), ROUND_HALF_UP)


def _span(day: date, per: str) -> tuple[int, ...]:
    quarter = (day.month + 2) // 3
    return {"day": (day.month, day.day), "month": (day.month,), "quarter": (quarter,), "year": ()}[per]


def _written(day: date | None, way: int) -> Any:
    if day is None:
        return ""
    ways = (day, f"{day.year}年{day.month}月{day.day}日", f"{day.year}/{day.month}/{day.day}")
    return (*ways, day.isoformat(), f"{day.year}.{day.month}.{day.day}", f"{day:%Y%m%d}")[way % 6]


def _wide(text: str) -> str:
    return text.translate({ord("0") + digit: ord("０") + digit for digit in range(10)})
