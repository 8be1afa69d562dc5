"""Random rulebooks and interleaved records, decisions and reversals, against the naive second telling."""

from contextlib import ExitStack
from datetime import datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from kiosk.scoring import ledger
from kiosk.scoring.tables import entry
from tests.scoring.naive import NaiveItem, NaiveVillage
from tests.scoring.small_village import ADMIN, ZONE, book, small_village
from tests.scoring.twin import START, Twin, as_row, items, quarters_until

small = st.integers(0, 30)
steps = st.one_of(
    st.tuples(
        st.just("record"), small, st.integers(0, 100), st.sampled_from([1, 1, 2]), small, st.integers(0, 10)
    ),
    st.tuples(
        st.just("record"), small, st.integers(0, 3), st.sampled_from([1, 1, 2]), small, st.integers(0, 10)
    ),
    st.tuples(st.just("decide"), small, st.sampled_from([True, True, True, False])),
    st.tuples(st.just("decide"), small, st.just(True)),
    st.tuples(st.just("take_back"), small),
    st.tuples(st.just("move_on"), st.integers(0, 40)),
    st.tuples(st.just("settle")),
)
rulebooks_ = st.tuples(items("A"), items("B"), items("C")).map(list)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(rulebooks_, st.sampled_from(["0", "10", "0.5"]), st.lists(steps, min_size=5, max_size=40))
def test_the_ledger_always_sums_to_what_the_rules_say(
    rules: list[NaiveItem], base: str, story: list[tuple[Any, ...]]
) -> None:
    with ExitStack() as stack:
        rulebook = book(*(as_row(item) for item in rules), base_points=base)
        village = stack.enter_context(small_village(rulebook))
        begin = datetime(START.year, START.month, START.day, 10, tzinfo=ZONE)
        twin = Twin(village, NaiveVillage(Decimal(base)), rules, begin)
        for name, *values in story:
            getattr(twin, name)(*values)
        twin.compare()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    rulebooks_,
    st.lists(st.tuples(small, st.integers(0, 60), st.just(1), small, st.integers(0, 10)), max_size=12),
    st.randoms(use_true_random=False),
)
def test_the_order_of_recording_does_not_change_what_counts(
    rules: list[NaiveItem], deeds: list[tuple[int, int, int, int, int]], shuffled: Any
) -> None:
    """The order of approval breaks ties within a day, so both approve in the same order."""
    totals = []
    for order in (deeds, shuffled.sample(deeds, len(deeds))):
        with small_village(book(*(as_row(item) for item in rules))) as village:
            begin = datetime(2026, 6, 1, 10, tzinfo=ZONE)
            twin = Twin(village, NaiveVillage(Decimal(0)), rules, begin)
            numbers = {}
            for deed in order:
                twin.record(*deed)
                numbers[deed] = max(twin.naive.events)
            for deed in sorted(set(deeds)):
                ledger.decide(village.connection, 1, numbers[deed], "approved", ADMIN, "", twin.now)
            totals.append(
                [village.totals(str(quarter), "2026-06-01") for quarter in quarters_until(twin.today)]
            )
    assert totals[0] == totals[1]


def test_entries_number_from_one_without_a_gap() -> None:
    with small_village() as village:
        for _ in range(3):
            village.record("A", "2026-09-20", member=1)
        assert village.connection.scalar(select(func.max(entry.c.number))) == 3
