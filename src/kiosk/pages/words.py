"""Points, days and periods in words, in the reader's language."""

from datetime import date, datetime
from decimal import Decimal
from urllib.parse import quote

from kiosk.scoring.periods import Period, parse_period

MINUS = "\u2212"
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_QUARTERS = "一二三四"
_WEEKDAYS = {
    "zh_Hans": tuple(f"星期{day}" for day in "一二三四五六日"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
}


def points(value: Decimal | int) -> str:
    """`32`, `0.5`, `−2`: no needless zero, a real minus sign."""
    figure = Decimal(value)
    text = f"{figure:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace("-", MINUS) if figure else "0"


def signed(value: Decimal | int) -> str:
    """`+3`, `−2`, `0`."""
    return f"+{points(value)}" if value > 0 else points(value)


def average(value: Decimal) -> str:
    """An annual figure, always with its two decimals: `31.50`."""
    return f"{value:.2f}".replace("-", MINUS)


def day(value: date, lang: str) -> str:
    if lang == "en":
        return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
    return f"{value.year}年{value.month}月{value.day}日"


def short_day(value: date, lang: str) -> str:
    """A day of a year that the reader knows: `7月2日`, `2 Jul`."""
    if lang == "en":
        return f"{value.day} {MONTHS[value.month - 1][:3]}"
    return f"{value.month}月{value.day}日"


def weekday(value: date, lang: str) -> str:
    return _WEEKDAYS[lang][value.weekday()]


def in_path(code: str) -> str:
    """A household's code as one part of an address. A slash would end the part: it goes full-width, which is
    another way to type the same code (roster/households.py)."""
    return quote(code.replace("/", "\uff0f"), safe="")


def clock(value: datetime) -> str:
    """The time of day of a moment that is already in the village's zone."""
    return f"{value:%H:%M}"


def moment(value: datetime, lang: str) -> str:
    return f"{day(value, lang)} {clock(value)}"


def period(value: Period | str, lang: str) -> str:
    """`2026年第三季度` or `Q3 2026`, `2026年8月` or `August 2026`, `2026年` or `2026`."""
    span = parse_period(value) if isinstance(value, str) else value
    if span.kind == "year":
        return str(span.year) if lang == "en" else f"{span.year}年"
    if span.kind == "month":
        name = MONTHS[span.number - 1]
        return f"{name} {span.year}" if lang == "en" else f"{span.year}年{span.number}月"
    number = span.number
    return f"Q{number} {span.year}" if lang == "en" else f"{span.year}年第{_QUARTERS[number - 1]}季度"


def value(one: object, lang: str) -> object:
    """A value of a sentence: moments, days and periods in words, also several; all else as it is."""
    if isinstance(one, tuple):
        return (", " if lang == "en" else "、").join(str(value(each, lang)) for each in one)
    if isinstance(one, datetime):
        return moment(one, lang)
    if isinstance(one, date):
        return day(one, lang)
    return period(one, lang) if isinstance(one, Period) else one


def short_period(value: Period, lang: str) -> tuple[str, str]:
    """What stands under a chart: `3季` or `Q3`, and the year where a new one begins, else nothing."""
    if value.kind == "year":
        return str(value.year), ""
    year = str(value.year) if value.number == 1 else ""
    if value.kind == "month":
        return (MONTHS[value.number - 1][:3] if lang == "en" else f"{value.number}月"), year
    return (f"Q{value.number}" if lang == "en" else f"{value.number}季"), year
