"""A model lives a village's year on a real database, and every output equals the naive replay (R10)."""

import shutil
import tempfile
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from kiosk.database import Database, migrate, open_database
from kiosk.scoring import ledger, settlement
from kiosk.scoring.periods import quarter_of
from kiosk.settings import Settings
from tests.scoring.naive import NaiveEvent, NaiveItem, NaiveVillage
from tests.scoring.small_village import ADMIN, ZONE, SmallVillage, book, populate
from tests.scoring.twin import START, Twin, as_row, items

small = st.integers(0, 20)


class VillageYear(RuleBasedStateMachine):
    """Record, retry, decide, reverse, object, answer, bring in paper, publish, settle, restart and clocks that jump."""

    def __init__(self) -> None:
        super().__init__()
        shared = Path("/dev/shm")
        self.folder = Path(tempfile.mkdtemp(dir=shared if shared.is_dir() else None))
        self.settings = Settings(data=self.folder)
        self.last: tuple[Any, ...] | None = None

    @initialize(
        rules=st.tuples(items("A"), items("B"), items("C")).map(list), base=st.sampled_from(["0", "10"])
    )
    def found(self, rules: list[NaiveItem], base: str) -> None:
        now = datetime(START.year, START.month, START.day, 10, tzinfo=ZONE)
        (self.folder / "kiosk.db").write_bytes(_migrated())
        self.database: Database = open_database(self.settings)
        rulebook = book(*(as_row(item) for item in rules), base_points=base)
        keys = self.database.write(lambda connection: populate(connection, rulebook).keys)
        self.keys = keys
        self.twin = Twin(SmallVillage(None, keys), NaiveVillage(Decimal(base)), rules, now)  # type: ignore[arg-type]

    def act(self, work: Callable[[], Any]) -> Any:
        """One transaction; the twin speaks through its connection."""

        def inside(connection: Any) -> Any:
            self.twin.village.connection = connection
            return work()

        return self.database.write(inside)

    @rule(
        pick=small,
        back=st.integers(0, 80),
        home=st.sampled_from([1, 1, 2]),
        who=small,
        size=st.integers(0, 10),
    )
    def record(self, pick: int, back: int, home: int, who: int, size: int) -> None:
        self.act(lambda: self.twin.record(pick, back, home, who, size))

    @rule(pick=small)
    def retry(self, pick: int) -> None:
        """A form that is sent again, even after a restart, is the same event."""
        if self.twin.sent:
            draft, by, number = self.twin.sent[pick % len(self.twin.sent)]
            again = self.act(lambda: ledger.record(self.twin.village.connection, 1, draft, by, self.twin.now))
            assert (again.new, again.event_id) == (False, number)

    @rule(pick=small, approve=st.sampled_from([True, True, True, False]))
    def decide(self, pick: int, approve: bool) -> None:
        self.act(lambda: self.twin.decide(pick, approve))

    @rule(pick=small)
    def reverse(self, pick: int) -> None:
        self.act(lambda: self.twin.take_back(pick))

    @rule(home=st.sampled_from([1, 2]), back=st.integers(0, 120))
    def object_to(self, home: int, back: int) -> None:
        self.act(lambda: self.twin.object_to(home, back))

    @rule(pick=small)
    def answer(self, pick: int) -> None:
        self.act(lambda: self.twin.answer(pick))

    @rule(pick=small, home=st.sampled_from([1, 2]))
    def bring_in_paper(self, pick: int, home: int) -> None:
        """A row of a paper register counts at once."""
        item = self.twin.items[pick % 3]
        if (self.twin.today.year, quarter_of(self.twin.today).number) in self.twin.naive.settled:
            return
        member = {1: 1, 2: 3}[home] if item.subject == "member" else None
        draft = ledger.Draft(
            f"paper:{next(self.keys):05}", home, member, item.code, item.high, self.twin.today
        )
        receipt = self.act(
            lambda: ledger.record_from_paper(
                self.twin.village.connection, 1, draft, "老会计", ADMIN, self.twin.now, approved=True
            )
        )
        event = NaiveEvent(receipt.event_id, home, member, item, item.high, self.twin.today)
        self.twin.naive.events[receipt.event_id] = event
        self.twin.naive.approve(receipt.event_id, self.twin.today)

    @rule()
    def settle(self) -> None:
        self.act(self.twin.settle)

    @rule(days=st.integers(0, 50))
    def time_passes(self, days: int) -> None:
        self.twin.move_on(days)

    @precondition(lambda self: self.twin.today > date(2026, 2, 1))
    @rule(days=st.integers(1, 10))
    def the_clock_is_set_back(self, days: int) -> None:
        self.twin.move_on(-days)

    @rule()
    def restart(self) -> None:
        self.database.close()
        self.database = open_database(self.settings)

    @rule()
    def compare(self) -> None:
        with self.database.read() as connection:
            self.twin.village.connection = connection
            self.twin.compare()

    def teardown(self) -> None:
        try:
            if hasattr(self, "twin"):
                self.compare()
                self.database.close()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)


@cache
def _migrated() -> bytes:
    """The file of a database without a village."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder))
        migrate(settings, datetime(START.year, START.month, START.day, tzinfo=ZONE))
        return (settings.data / "kiosk.db").read_bytes()


VillageYear.TestCase.settings = settings(
    max_examples=100,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much],
)
TestVillageYear = VillageYear.TestCase


@pytest.mark.teeth
def test_a_quarter_settled_by_the_wrong_month_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sabotage: settling looks at one month too few, so the snapshot misses September."""
    honest = settlement.boards.computed

    def short(connection: Any, village_id: int, period: Any, today: date) -> Any:
        return honest(connection, village_id, type(period)(period.start, "month"), today)

    monkeypatch.setattr(settlement.boards, "computed", short)
    story = VillageYear()
    rules = [NaiveItem(code, "household", Decimal(1), Decimal(1), None, None, "day") for code in "ABC"]
    story.found(rules, "0")
    try:
        story.time_passes(30)
        story.bring_in_paper(0, 1)
        story.time_passes(60)
        story.settle()
        with pytest.raises(AssertionError):
            story.compare()
    finally:
        story.database.close()
        shutil.rmtree(story.folder, ignore_errors=True)
