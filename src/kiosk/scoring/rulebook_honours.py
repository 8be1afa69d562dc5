"""An honour (荣誉) of the rulebook: for whom it is meant, told by what counts for it.

Without weights it goes by the year's average as it is. With weights each category's points are multiplied by
its factor; `rest` is the factor of every other category and of the base points.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from kiosk.scoring.problems import N_
from kiosk.scoring.rulebook_fields import Fields, written

HONOUR_KEYS = ("name", "name_en", "places", "weights", "rest")
PLACES = 10
_ONE, _NOTHING = Decimal(1), Decimal(0)
_SURROUNDINGS = "人居环境"


@dataclass(frozen=True)
class Honour:
    """`places` is how many households are proposed; `weights` are factors by the name of a category."""

    name: str
    name_en: str
    places: int = PLACES
    weights: tuple[tuple[str, Decimal], ...] = ()
    rest: Decimal = _ONE

    @property
    def weighs(self) -> bool:
        """Whether its figure is another one than the year's average."""
        return bool(self.weights) or self.rest != _ONE

    def factor(self, category: str) -> Decimal:
        return dict(self.weights).get(category, self.rest)


def default_honours(categories: Iterable[str]) -> tuple[Honour, ...]:
    """Those of a rulebook that says nothing about honours: the township's plan names these two."""
    beautiful = Honour("最美家庭", "Most beautiful family")
    clean = Honour("干净人家", "Clean home", weights=((_SURROUNDINGS, _ONE),), rest=_NOTHING)
    return (beautiful, clean) if _SURROUNDINGS in categories else (beautiful,)


def parse_honours(fields: Fields, categories: Iterable[str]) -> tuple[Honour, ...]:
    """The honours of a rulebook with these categories; an empty list means that there are none."""
    categories = tuple(categories)
    if not fields.given("honour"):
        return default_honours(categories)
    honours: list[Honour] = []
    for number, data in enumerate(fields.tables("honour"), 1):
        inner = Fields(data, HONOUR_KEYS)
        honour = _honour(inner, data.get("weights", {}), categories)
        if honour.name in (known.name for known in honours):
            inner.wrong("name", N_("Honour %(name)s stands twice"), name=honour.name)
        honours.append(honour)
        fields.take(inner.problems, f"honour[{number}]")
    return tuple(honours)


def honour_data(honour: Honour) -> dict[str, Any]:
    """Plain data that `parse_honours` reads back."""
    return {
        "name": honour.name,
        "name_en": honour.name_en,
        "places": honour.places,
        "weights": {category: written(factor) for category, factor in honour.weights},
        "rest": written(honour.rest),
    }


def still_there(honours: Iterable[Honour], categories: Iterable[str]) -> tuple[Honour, ...]:
    """Those that weigh only categories which exist: a sheet may bring others."""
    known = set(categories)
    return tuple(honour for honour in honours if known.issuperset(dict(honour.weights)))


def _honour(fields: Fields, weights: object, categories: tuple[str, ...]) -> Honour:
    factors = _weights(fields, weights, categories)
    honour = Honour(
        name=fields.text("name", longest=20),
        name_en=fields.text("name_en", default="", longest=40),
        places=fields.whole("places", default=PLACES, least=1) or PLACES,
        weights=factors,
        rest=fields.points("rest", default="0" if factors else "1", least=0),
    )
    if not fields.problems and not honour.rest and not any(factor for _, factor in factors):
        fields.wrong("weights", N_("Nothing counts for this honour; give a category a factor above 0"))
    return honour


def _weights(fields: Fields, weights: object, categories: tuple[str, ...]) -> tuple[tuple[str, Decimal], ...]:
    """By name, so that equal weights are equal however they were written."""
    if not isinstance(weights, Mapping):
        fields.wrong("weights", N_('Please write the factors like { "人居环境" = 1 }'))
        return ()
    inner = Fields(weights, categories)
    found = tuple(
        (name, inner.points(name, default="0", least=0)) for name in sorted(categories) if inner.given(name)
    )
    fields.take(inner.problems, "weights")
    return found
