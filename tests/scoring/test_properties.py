"""Random rulebooks and interleaved records, decisions and reversals, against the naive second telling."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from kiosk.scoring import boards, ledger, settlement
from kiosk.scoring.periods import parse_period, quarter_of
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import entry
from kiosk.scoring.verification import verify
from tests.scoring.naive import NaiveEvent, NaiveItem, NaiveVillage
from tests.scoring.small_village import ADMIN, RECORDER, REVIEWER, ZONE, SmallVillage, book, small_village

START = date(2026, 1, 20)
HOMES = {1: "001", 2: "002"}
MEMBERS = {1: (1, 2), 2: (3,)}


@st.composite
def items(draw: st.DrawFn, code: str) -> NaiveItem:
    low, high = sorted(draw(st.tuples(st.integers(1, 30), st.integers(1, 30))))
    sign = draw(st.sampled_from([1, 1, 1, -1]))
    ends = sorted([Decimal(low * sign).scaleb(-1), Decimal(high * sign).scaleb(-1)])
    return NaiveItem(
        code=code,
        subject=draw(st.sampled_from(["member", "household"])),
        low=ends[0],
        high=ends[1],
        max_times=draw(st.none() | st.integers(1, 3)),
        max_points=draw(st.none() | st.integers(1, 60).map(lambda tenths: Decimal(tenths).scaleb(-1))),
        per=draw(st.sampled_from(["day", "month", "quarter", "year"])),
    )


def as_row(item: NaiveItem) -> dict[str, Any]:
    row: dict[str, Any] = {
        "item": item.code,
        "title": item.code,
        "title_en": item.code,
        "subject": item.subject,
    }
    row["points"] = str(item.low) if item.low == item.high else f"{item.low}~{item.high}"
    row |= {"per": item.per, "review": "always"}
    row |= {"max_times": item.max_times} if item.max_times else {}
    return row | ({"max_points": str(item.max_points)} if item.max_points else {})


@dataclass
class Twin:
    """The ledger and its naive twin, told the same story."""

    village: SmallVillage
    naive: NaiveVillage
    items: list[NaiveItem]
    now: datetime

    @property
    def today(self) -> date:
        return self.now.date()

    def record(self, pick: int, back: int, home: int, who: int, size: int) -> None:
        item = self.items[pick % len(self.items)]
        member = MEMBERS[home][who % len(MEMBERS[home])] if item.subject == "member" else None
        points = item.low + (item.high - item.low) * size // 10 if size < 10 else item.high
        day = self.today - timedelta(days=back)
        quarter = quarter_of(day)
        late = (quarter.year, quarter.number) in self.naive.settled
        key = f"story-{next(self.village.keys):05}"
        draft = ledger.Draft(key, home, member, item.code, points, day, late=late)
        receipt = ledger.record(self.village.connection, 1, draft, REVIEWER if late else RECORDER, self.now)
        assert receipt.status == "waiting"
        event = NaiveEvent(receipt.event_id, home, member, item, points, day, late)
        self.naive.events[receipt.event_id] = event

    def decide(self, pick: int, approve: bool) -> None:
        waiting = [
            event for event in self.naive.events.values() if event.approval is None and not event.reversed
        ]
        if not waiting:
            return
        event = waiting[pick % len(waiting)]
        verdict = "approved" if approve else "rejected"
        ledger.decide(self.village.connection, 1, event.number, verdict, ADMIN, "理由", self.now)
        if approve:
            self.naive.approve(event.number, self.today)
        else:
            del self.naive.events[event.number]

    def take_back(self, pick: int) -> None:
        if self.naive.events:
            events = list(self.naive.events.values())
            event = events[pick % len(events)]
            ledger.reverse(self.village.connection, 1, event.number, ADMIN, "理由", self.now)
            self.naive.take_back(event.number, self.today)

    def move_on(self, days: int) -> None:
        self.now += timedelta(days=days)

    def settle(self) -> None:
        last = quarter_of(self.today).before()
        if last.year < START.year or (last.year, last.number) in self.naive.settled:
            return
        try:
            with self.village.connection.begin_nested():
                if settlement.state(self.village.connection, 1, last, self.now).state == "open":
                    settlement.publish(self.village.connection, 1, last, "刘主任", self.now)
                settlement.settle(self.village.connection, 1, last, "刘主任", self.now)
        except Refused:
            assert settlement.waiting_in(self.village.connection, 1, last) > 0
        else:
            self.naive.settle(last.year, last.number, list(HOMES))

    def compare(self) -> None:
        for quarter in _quarters(self.today):
            places = boards.standings(self.village.connection, 1, quarter, self.today)
            expected = {
                code: self.naive.total(home, quarter.year, quarter.number) for home, code in HOMES.items()
            }
            assert {place.household.code: place.total for place in places} == expected
        for month in range(1, 13):
            places = boards.standings(
                self.village.connection, 1, parse_period(f"2026-{month:02}"), self.today
            )
            expected = {code: self.naive.month(home, 2026, month) for home, code in HOMES.items()}
            assert {place.household.code: place.total for place in places} == expected
        year = boards.annual(self.village.connection, 1, parse_period("2026"), self.today)
        averages = {code: self.naive.average(home, 2026, self.today) for home, code in HOMES.items()}
        assert {place.household.code: place.average for place in year} == averages
        assert verify(self.village.connection, 1) == []


def _quarters(today: date) -> Iterator[Any]:
    quarter = quarter_of(START)
    while quarter.first <= today:
        yield quarter
        quarter = quarter.after()


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
            totals.append([village.totals(str(quarter), "2026-06-01") for quarter in _quarters(twin.today)])
    assert totals[0] == totals[1]


def test_entries_number_from_one_without_a_gap() -> None:
    with small_village() as village:
        for _ in range(3):
            village.record("A", "2026-09-20", member=1)
        assert village.connection.scalar(select(func.max(entry.c.number))) == 3
