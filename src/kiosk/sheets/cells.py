"""Cells as clerks type them, turned into plain text, dates and points."""

import re
import unicodedata
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation

from kiosk.scoring.problems import N_, Problem

_USUAL = re.compile("[^，：；！？（）]+")  # all but the Chinese punctuation, which belongs to the text
_HAN_SPACE = re.compile(r"(?<=[\u2e80-\U0003ffff])\s+(?=[\u2e80-\U0003ffff])")
_WRITTEN = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_CLOCK = re.compile(r" \d{1,2}:\d{2}(:\d{2})?$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
NOT_A_DATE = N_("“%(text)s” is not a date; write it like 2012-03-05")
_IS_ID = N_("holds an identity number; write the date of birth here, like 2012-03-05")
_NOT_POINTS = N_("“%(text)s” is not a number of points; write it like 5 or -0.5")


def plain(value: object) -> str:
    """A cell as text: no float tails, no full-width digits, no spaces inside Chinese words."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date):
        return value.isoformat()
    return tidy(str(value))


def tidy(text: str) -> str:
    """Text without stray spaces and control characters; full-width letters and digits made usual."""
    if text.isalnum() and unicodedata.is_normalized("NFKC", text):
        return text  # most cells
    usual = _USUAL.sub(lambda found: unicodedata.normalize("NFKC", found[0]), text)
    seen = "".join(letter if unicodedata.category(letter)[0] != "C" else " " for letter in usual)
    return _HAN_SPACE.sub("", " ".join(seen.split()))


def as_date(text: str) -> date | Problem:
    """Read a date written in one of the ways clerks write them."""
    found = _COMPACT.fullmatch(text) or _WRITTEN.fullmatch(_CLOCK.sub("", text))
    try:
        if found:
            return date(*map(int, found.groups()))
    except ValueError:
        pass
    return Problem("", _IS_ID) if birth_in_id(text) else Problem("", NOT_A_DATE, {"text": text})


def as_points(text: str) -> Decimal | Problem:
    """Read points with at most one digit after the point."""
    written = text.replace("−", "-").replace("分", "").replace(" ", "").removeprefix("+")
    try:
        points = Decimal(written)
    except InvalidOperation:
        return Problem("", _NOT_POINTS, {"text": text})
    if not points.is_finite() or abs(points) > 10_000 or points != points.quantize(Decimal("0.1")):
        return Problem("", _NOT_POINTS, {"text": text})
    return points


def birth_in_id(number: str) -> date | None:
    """The date of birth inside an identity number of 18 or 15 digits. The number itself is kept nowhere."""
    if re.fullmatch(r"\d{17}[\dXx]", number):
        digits = number[6:14]
    elif re.fullmatch(r"\d{15}", number):
        digits = f"19{number[6:12]}"
    else:
        return None
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
