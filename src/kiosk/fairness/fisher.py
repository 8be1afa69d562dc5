"""Fisher's exact test of one person against all others, over one or several items at once.

For each item the margins are held fixed: how many events the one and the others have, and how many of all are
a "yes". Then the one's yeses follow the hypergeometric distribution, and their sum over the items the
convolution of those. With one item that is Fisher's test; with several it is the exact form of the
Mantel–Haenszel test. Everything is whole numbers until the last division.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from math import comb, exp, lgamma, log

_MOST_EVENTS, _MOST_OTHERS = 100, 300
_NEGLIGIBLE = 1e-7


@dataclass(frozen=True)
class Table:
    """What one person and all others did with one item: events, and how many of them are a yes."""

    events: int
    yes: int
    others: int
    others_yes: int

    def __post_init__(self) -> None:
        if not (0 <= self.yes <= self.events and 0 <= self.others_yes <= self.others):
            raise ValueError(self)

    @property
    def tells(self) -> bool:
        """Whether the two can differ at all: both have events, and not all of them are alike."""
        yes = self.yes + self.others_yes
        return bool(self.events and self.others and 0 < yes < self.events + self.others)

    @property
    def expected(self) -> float:
        """The one's yeses if they were shared out by the number of events."""
        every = self.events + self.others
        return self.events * (self.yes + self.others_yes) / every if every else 0.0


def two_sided(tables: Iterable[Table]) -> float:
    """The probability of a sum of yeses at most as likely as the one seen, if the one is like the others."""
    tables = tuple(tables)
    ways, least = _ways(tables)
    seen = ways[sum(table.yes for table in tables) - least]
    return sum(way for way in ways if way <= seen) / sum(ways)


def within(tables: Iterable[Table], level: float) -> tuple[int, int]:
    """The fewest and the most yeses that the test would not find unusual at this level."""
    ways, least = _ways(tuple(tables))
    every, rarer = sum(ways), 0
    for way, alike in groupby(sorted(ways)):
        rarer += way * sum(1 for _ in alike)
        if rarer / every >= level:
            break
    usual = [place for place, other in enumerate(ways) if other >= way]
    return least + usual[0], least + usual[-1]


def _ways(tables: Sequence[Table]) -> tuple[list[int], int]:
    """In how many ways each sum of yeses comes about, from the smallest possible sum (the second value) on.

    The sums' distribution is a product of polynomials. Each is evaluated at a power of two beyond every
    coefficient, so that multiplying whole numbers multiplies the polynomials, and digits give them back.
    """
    ways = [_ways_of(table) for table in tables]
    width = sum(sum(one).bit_length() for one in ways) // 8 + 1  # bytes of a coefficient
    product, span = 1, 0
    for one in ways:
        product *= int.from_bytes(b"".join(way.to_bytes(width, "little") for way in one), "little")
        span += len(one) - 1
    digits = product.to_bytes(width * (span + 1), "little")
    places = range(0, len(digits), width)
    least = sum(max(0, table.yes + table.others_yes - table.others) for table in tables)
    return [int.from_bytes(digits[place : place + width], "little") for place in places], least


def _ways_of(table: Table) -> list[int]:
    """One item's ways, from the fewest yeses that its margins allow to the most."""
    yes = table.yes + table.others_yes
    least, most = max(0, yes - table.others), min(yes, table.events)
    return [comb(table.events, one) * comb(table.others, yes - one) for one in range(least, most + 1)]


def power(tables: Sequence[Table], level: float, rate: float = 0.5, usual: float = 0.2) -> float:
    """How often the test finds somebody whose yeses come at `rate` where the others' come at `usual`.

    Several items tell about as much as one with the same events and as many others as give it the same
    variance. Beyond a certain number the answer is that of this number: it is a little too small.
    """
    events = sum(table.events for table in tables if table.others)
    weight = sum(table.events * table.others / (table.events + table.others) for table in tables)
    if weight <= 0:
        return 0.0
    others = (
        min(round(events * weight / (events - weight)), _MOST_OTHERS) if events > weight else _MOST_OTHERS
    )
    return _power(min(events, _MOST_EVENTS), max(others, 1), level, rate, usual)


@cache
def _power(events: int, others: int, level: float, rate: float, usual: float) -> float:
    mine = [_binomial(events, yes, rate) for yes in range(events + 1)]
    theirs = [_binomial(others, yes, usual) for yes in range(others + 1)]
    found = 0.0
    for yes in range(events + others + 1):
        chances = {
            one: mine[one] * theirs[yes - one] for one in range(max(0, yes - others), min(yes, events) + 1)
        }
        if sum(chances.values()) > _NEGLIGIBLE:
            low, high = within([_with_sum(events, others, yes)], level)
            found += sum(chance for one, chance in chances.items() if not low <= one <= high)
    return found


def _with_sum(events: int, others: int, yes: int) -> Table:
    mine = min(yes, events)
    return Table(events, mine, others, yes - mine)


def _binomial(tries: int, hits: int, rate: float) -> float:
    ways = lgamma(tries + 1) - lgamma(hits + 1) - lgamma(tries - hits + 1)
    return exp(ways + hits * log(rate) + (tries - hits) * log(1 - rate))


def poisson_tail(seen: int, expected: float) -> float:
    """The probability of at least `seen` where `expected` come about on average."""
    if seen <= 0 or expected <= 0:
        return 1.0 if seen <= 0 else 0.0
    term = exp(seen * log(expected) - expected - lgamma(seen + 1))
    total, number = 0.0, seen
    while term > total * 1e-17 or number < expected:
        total += term
        number += 1
        term *= expected / number
    return min(total, 1.0)
