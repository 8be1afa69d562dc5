"""Fisher's exact test, against figures from elsewhere and against counting every case."""

from collections.abc import Sequence
from itertools import combinations, product
from math import comb, isclose

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.fairness.fisher import Table, poisson_tail, power, two_sided, within

# mantelhaen.test(Rabbits, exact = TRUE) of R: penicillin at once against an hour and a half later
RABBITS = [Table(6, 0, 5, 0), Table(6, 3, 6, 0), Table(6, 6, 6, 2), Table(6, 5, 6, 6), Table(2, 2, 5, 5)]


@pytest.mark.parametrize(
    ("tables", "p"),
    [
        ([Table(4, 3, 4, 1)], 0.4857142857),  # the lady who tasted tea
        ([Table(12, 2, 18, 15)], 0.0005367241),  # twins of convicts, as R's fisher.test has them
        ([Table(12, 1, 12, 9)], 0.0027594562),  # men and women who study
        (RABBITS, 0.03994490),
    ],
)
def test_known_tables_give_the_figures_that_others_publish(tables: list[Table], p: float) -> None:
    assert two_sided(tables) == pytest.approx(p, rel=1e-6)


def small_tables() -> st.SearchStrategy[Table]:
    return st.tuples(st.integers(0, 5), st.integers(0, 5)).flatmap(
        lambda size: st.builds(
            Table, st.just(size[0]), st.integers(0, size[0]), st.just(size[1]), st.integers(0, size[1])
        )
    )


def by_counting(tables: Sequence[Table]) -> float:
    """Deal each item's yeses out to its events in every possible way."""
    dealt = []
    for table in tables:
        every = range(table.events + table.others)
        hands = combinations(every, table.yes + table.others_yes)
        dealt.append([sum(place < table.events for place in hand) for hand in hands])
    sums = [sum(hand) for hand in product(*dealt)]
    seen = sums.count(sum(table.yes for table in tables))
    return sum(count for count in map(sums.count, set(sums)) if count <= seen) / len(sums)


@settings(max_examples=50, deadline=None)
@given(st.lists(small_tables(), min_size=1, max_size=2))
def test_it_is_what_counting_every_case_gives(tables: list[Table]) -> None:
    if prod_of_cases(tables) <= 20_000:
        assert isclose(two_sided(tables), by_counting(tables))


def prod_of_cases(tables: Sequence[Table]) -> int:
    cases = 1
    for table in tables:
        cases *= comb(table.events + table.others, table.yes + table.others_yes)
    return cases


@settings(max_examples=50, deadline=None)
@given(st.lists(small_tables(), min_size=1, max_size=4))
def test_it_does_not_matter_who_is_called_the_one_and_what_is_called_a_yes(tables: list[Table]) -> None:
    p = two_sided(tables)
    assert 0 < p <= 1
    assert two_sided([Table(t.others, t.others_yes, t.events, t.yes) for t in tables]) == p
    turned = [Table(t.events, t.events - t.yes, t.others, t.others - t.others_yes) for t in tables]
    assert two_sided(turned) == p
    assert two_sided(tables[::-1]) == p


@settings(max_examples=50, deadline=None)
@given(st.lists(small_tables(), min_size=1, max_size=3), st.sampled_from([0.002, 0.05, 0.3]))
def test_what_lies_within_the_limits_is_what_is_not_found_unusual(tables: list[Table], level: float) -> None:
    low, high = within(tables, level)
    seen = sum(table.yes for table in tables)
    assert (low <= seen <= high) == (two_sided(tables) >= level)


def test_an_item_that_only_one_person_has_says_nothing() -> None:
    alone = Table(30, 30, 0, 0)
    assert two_sided([alone]) == 1
    assert not alone.tells
    assert two_sided([*RABBITS, alone]) == two_sided(RABBITS)
    assert power([alone], 0.002) == 0


def test_a_table_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError):
        Table(3, 4, 5, 0)


def test_thousands_of_events_are_still_exact() -> None:
    assert two_sided([Table(1000, 200, 1000, 200)]) == 1
    assert two_sided([Table(900, 900, 900, 0)]) == pytest.approx(0, abs=1e-300)
    assert two_sided([Table(20, 10, 80, 15)] * 20) < 1e-20


def test_power_grows_with_events_and_hardly_shrinks_when_they_are_of_several_items() -> None:
    grown = [power([Table(events, 0, 200, 0)], 0.002) for events in (10, 20, 40, 80, 160, 1600)]
    assert grown == sorted(grown)
    assert grown[-1] < 1
    assert power([Table(20, 0, 60, 0)] * 3, 0.002) == power([Table(60, 0, 180, 0)], 0.002)


@pytest.mark.parametrize(
    ("seen", "expected", "tail"),
    [(0, 3.0, 1.0), (1, 1.0, 0.6321205588), (5, 2.0, 0.0526530173), (3, 0.0, 0.0)],
)
def test_the_tail_of_poisson(seen: int, expected: float, tail: float) -> None:
    assert poisson_tail(seen, expected) == pytest.approx(tail)
    assert poisson_tail(900, 1000.0) == pytest.approx(0.99931, abs=1e-4)
