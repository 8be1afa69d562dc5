"""Figures, days and codes as somebody reads them aloud in Chinese. Pure.

At the microphone nobody works out how 32.5 is said: it stands there as 三十二分半.
"""

from datetime import date
from decimal import Decimal

from kiosk.scoring.periods import Period

_DIGITS = "零一二三四五六七八九"
_PLACES = ("", "十", "百", "千")
_QUARTERS = "一二三四"
_SIGNS = {"-": "杠", "－": "杠", "_": "杠"}


def number(value: int) -> str:
    """A whole number below a hundred million: 一百零二, 十二, 两千零一十."""
    if value < 0:
        return "负" + number(-value)
    high, low = divmod(value, 10_000)
    if not high:
        return _below_ten_thousand(low)
    before = "两" if high == 2 else number(high)
    gap = "零" if 0 < low < 1000 else ""
    return f"{before}万{gap}{_below_ten_thousand(low, inside=True) if low else ''}"


def count(value: int, what: str) -> str:
    """So many of something: 两户, 十二户."""
    return ("两" if value == 2 else number(value)) + what


def points(value: Decimal) -> str:
    """Points as they are said: 三十二分半, 半分, 八点三分, 两分."""
    whole, tenth = divmod(int(abs(value) * 10), 10)
    sign = "负" if value < 0 else ""
    if tenth == 5:
        return sign + (count(whole, "分") + "半" if whole else "半分")
    if tenth:
        return f"{sign}{number(whole)}点{_DIGITS[tenth]}分"
    return sign + count(whole, "分")


def digits(text: str) -> str:
    """A household's code or a year, one figure after the other: 零零一."""
    return "".join(_DIGITS[int(one)] if one in "0123456789" else _SIGNS.get(one, one) for one in text)


def day(value: date) -> str:
    return f"{number(value.month)}月{number(value.day)}号"


def quarter(value: Period) -> str:
    """二〇二六年第三季度."""
    year = digits(str(value.year)).replace("零", "〇")
    return f"{year}年第{_QUARTERS[value.number - 1]}季度"


def _below_ten_thousand(value: int, inside: bool = False) -> str:
    if value == 0:
        return _DIGITS[0]
    said, pending = "", False
    for place in (3, 2, 1, 0):
        digit = value // 10**place % 10
        if not digit:
            pending = bool(said)
            continue
        said += ("零" if pending else "") + _digit(digit, place) + _PLACES[place]
        pending = False
    return said[1:] if said.startswith("一十") and not inside else said


def _digit(digit: int, place: int) -> str:
    return "两" if digit == 2 and place == 3 else _DIGITS[digit]
