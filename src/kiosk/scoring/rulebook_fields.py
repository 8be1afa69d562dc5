"""Reading the fields of a rulebook, from TOML, JSON or a sheet's row: every problem is kept, none raised.

A value may come as text, as a number or as nothing; full-width digits and signs are taken like ordinary ones.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from kiosk.scoring.problems import N_, Problem

MOST = Decimal(10000)
_NUMBER = r"[+-]?\d{1,9}(?:\.\d{1,9})?"
_SINGLE = re.compile(_NUMBER)
_RANGE = re.compile(rf"({_NUMBER})\s*(?:~|至|到|-)\s*({_NUMBER})")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # no database takes these as text
# signs that people and Excel put where a minus or a tilde is meant
_SIGNS = str.maketrans({"−": "-", "–": "-", "—": "-", "〜": "~", "∼": "~"})


def written(points: Decimal) -> str:
    """`5`, `-3`, `0.5`: no zero after the point."""
    return f"{points:.1f}".removesuffix(".0")


def points_text(minimum: Decimal, maximum: Decimal) -> str:
    return written(minimum) if minimum == maximum else f"{written(minimum)}~{written(maximum)}"


class Fields:
    """The fields of one table. After a wrong field a harmless value is returned and `problems` has grown."""

    def __init__(self, data: Mapping[str, Any], known: Iterable[str]) -> None:
        self._data = data
        self.problems: list[Problem] = []
        known = tuple(known)
        for key in data:
            if key not in known:
                self.wrong(
                    key,
                    N_("%(key)s is not known here; it can be: %(known)s"),
                    key=key,
                    known=known,
                )

    def wrong(self, field: str, sentence: str, /, **values: object) -> None:
        self.problems.append(Problem(field, sentence, values))

    def take(self, problems: Iterable[Problem], place: str) -> None:
        """Keep the problems of an inner table under its place."""
        self.problems += [Problem(f"{place}.{one.field}", one.sentence, one.values) for one in problems]

    def given(self, key: str) -> bool:
        return self._raw(key) != ""

    def text(self, key: str, default: str | None = None, longest: int = 200) -> str:
        value = " ".join(self._raw(key).split())
        if not value and default is None:
            self.wrong(key, N_("Please fill this in"))
        if len(value) > longest:
            self.wrong(key, N_("Please write at most %(longest)s characters"), longest=longest)
        return value or default or ""

    def choice(self, key: str, words: Mapping[str, str], default: str | None = None) -> Any:
        """The English word for what was written in Chinese or English."""
        value = _plain(self._raw(key)).lower()
        if not value and default is not None:
            return default
        if not value:
            self.wrong(key, N_("Please fill this in"))
        elif value not in words:
            self.wrong(key, N_("“%(value)s” is not one of: %(choices)s"), value=value, choices=tuple(words))
        return words.get(value, "")

    def flag(self, key: str, default: bool) -> bool:
        value = self._data.get(key, default)
        if not isinstance(value, bool):
            self.wrong(key, N_("Please write true or false"))
        return bool(value)

    def day(self, key: str) -> date | None:
        value = self._data.get(key)
        if isinstance(value, datetime):
            return value.date()
        if value is None or isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.wrong(key, N_("“%(value)s” is not a date; write it like 2026-07-01"), value=value)
            return None

    def whole(self, key: str, default: int | None, least: int) -> int | None:
        value = self._number(key)
        if value is None:
            return default
        if value != value.to_integral_value() or not least <= value <= MOST:
            self.wrong(
                key, N_("Please write a whole number from %(least)s to %(most)s"), least=least, most=MOST
            )
            return default
        return int(value)

    def points(self, key: str, default: str, least: int) -> Decimal:
        value = self._number(key)
        if value is None:
            return Decimal(default)
        if value < least:
            self.wrong(key, N_("Please write a number of at least %(least)s"), least=least)
        return self._exact(key, value)

    def points_or_none(self, key: str) -> Decimal | None:
        """A bound: more than nothing, or none at all."""
        value = self._number(key)
        if value is None:
            return None
        if value <= 0:
            self.wrong(key, N_("A cap must be more than 0; leave it empty for no cap"))
            return None
        return self._exact(key, value)

    def range(self, key: str) -> tuple[Decimal, Decimal]:
        """`5`, `-3` or `1~10` as minimum and maximum."""
        value = _plain(self._raw(key)).removesuffix("分").rstrip()
        found = _RANGE.fullmatch(value)
        if not found and not _SINGLE.fullmatch(value):
            self.wrong(key, N_("“%(value)s” is not a number of points; write 5, -3 or 1~10"), value=value)
            return Decimal(0), Decimal(0)
        low, high = (Decimal(part) for part in (found.groups() if found else (value, value)))
        if low > high:
            self.wrong(key, N_("Write the smaller number of points first, like 1~10 or -5~-1"))
        elif low < 0 < high:
            self.wrong(key, N_("One item cannot both give and take points; make two items of it"))
        elif low == high == 0:
            self.wrong(key, N_("0 points change nothing; write 5, -3 or 1~10"))
        minimum = self._exact(key, low)
        return minimum, minimum if low == high else self._exact(key, high)

    def tables(self, key: str) -> list[Mapping[str, Any]]:
        value = self._data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            self.wrong(key, N_("Please write a list of tables, each under [[%(key)s]]"), key=key)
            return []
        return value

    def _raw(self, key: str) -> str:
        value = self._data.get(key)
        return "" if value is None else _UNSTORABLE.sub("", str(value)).strip()

    def _number(self, key: str) -> Decimal | None:
        value = _plain(self._raw(key))
        if not value:
            return None
        try:
            number = Decimal(value)
        except InvalidOperation:
            number = Decimal("NaN")
        if number.is_finite():
            return number
        self.wrong(key, N_("“%(value)s” is not a number"), value=value)
        return None

    def _exact(self, key: str, value: Decimal) -> Decimal:
        if abs(value) > MOST:
            self.wrong(key, N_("Points are at most %(most)s"), most=MOST)
            return Decimal(0)
        exact = value.quantize(Decimal("0.1"))
        if exact != value:
            self.wrong(key, N_("Points have at most one digit after the point"))
        return exact


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).translate(_SIGNS).strip()
