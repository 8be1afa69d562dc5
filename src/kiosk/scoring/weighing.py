"""What counts for an honour of the year: pure functions of points by category.

The figure of a quarter is the sum of each category's points times its factor, base points taken by the factor of
the rest; the year's is their average, exactly like the annual one (scoring.md, 13 and 14).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from kiosk.scoring.awards import ZERO
from kiosk.scoring.rulebook_honours import Honour
from kiosk.scoring.standings import Annual, Household, annual


@dataclass(frozen=True)
class Parts:
    """A household's quarter taken apart: base points, and what its entries add up to in each category."""

    base: Decimal = ZERO
    categories: Mapping[str, Decimal] = field(default_factory=dict)


def weighted(honour: Honour, parts: Parts) -> Decimal:
    """Exact: a factor has one digit after the point, and so have points."""
    counted = (honour.factor(category) * points for category, points in parts.categories.items())
    return sum(counted, honour.rest * parts.base)


def ranked(
    honour: Honour, roll: Sequence[Household], quarters: Sequence[Mapping[int, Parts]], divisor: str
) -> list[Annual]:
    """The year's ranking for an honour; each of `quarters` holds the households that count in it, by id."""
    figures = [{home: weighted(honour, parts) for home, parts in quarter.items()} for quarter in quarters]
    return annual(roll, figures, divisor)
