"""A quarter's life, and what a settled one keeps."""

from decimal import Decimal

import pytest
from sqlalchemy import select, update

from kiosk.scoring import history, ledger, settlement
from kiosk.scoring.boards import annual, snapshot
from kiosk.scoring.periods import parse_period
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import member, standing
from kiosk.scoring.verification import verify
from tests.scoring.small_village import (
    ADMIN,
    RECORDER,
    REVIEWER,
    A,
    B,
    C,
    SmallVillage,
    at,
    book,
    small_village,
)

SUMMER = parse_period("2026Q3")
AUTUMN = parse_period("2026Q4")


def sentences(caught: pytest.ExceptionInfo[Refused]) -> str:
    return " ".join(problem.text() for problem in caught.value.problems)


def settle_summer(village: SmallVillage, now: str = "2026-10-10") -> None:
    settlement.publish(village.connection, 1, SUMMER, "刘主任", at("2026-10-01"))
    settlement.settle(village.connection, 1, SUMMER, "刘主任", at(now))


def test_a_running_quarter_cannot_be_published(qingshan: SmallVillage) -> None:
    with pytest.raises(Refused) as caught:
        settlement.publish(qingshan.connection, 1, SUMMER, "刘主任", at("2026-09-30T23:59"))
    assert "2026-10-01" in sentences(caught)
    published = settlement.publish(qingshan.connection, 1, SUMMER, "刘主任", at("2026-10-01T00:00"))
    assert (published.state, str(published.notice_until)) == ("on notice", "2026-10-08")


def test_a_quarter_is_published_and_settled_once(qingshan: SmallVillage) -> None:
    with pytest.raises(Refused) as caught:
        settlement.settle(qingshan.connection, 1, SUMMER, "刘主任", at("2026-10-10"))
    assert "publish it first" in sentences(caught)
    settle_summer(qingshan)
    for again in (settlement.publish, settlement.settle):
        with pytest.raises(Refused):
            again(qingshan.connection, 1, SUMMER, "刘主任", at("2026-10-11"))


def test_settling_waits_for_every_decision_of_the_quarter() -> None:
    with small_village(book(A)) as village:
        receipt = village.record("A", "2026-09-30", member=1, now="2026-10-01")
        village.record("A", "2026-10-01", member=1, now="2026-10-01")
        settlement.publish(village.connection, 1, SUMMER, "刘主任", at("2026-10-01"))
        with pytest.raises(Refused) as caught:
            settlement.settle(village.connection, 1, SUMMER, "刘主任", at("2026-10-10"))
        assert "1 events" in sentences(caught)
        ledger.decide(village.connection, 1, receipt.event_id, "rejected", REVIEWER, "重复", at("2026-10-10"))
        settlement.settle(village.connection, 1, SUMMER, "刘主任", at("2026-10-10"))


def test_on_notice_events_still_count_and_are_taken_back(qingshan: SmallVillage) -> None:
    settlement.publish(qingshan.connection, 1, SUMMER, "刘主任", at("2026-10-01"))
    receipt = qingshan.record("C", "2026-09-30", now="2026-10-02")
    assert qingshan.totals("2026Q3", "2026-10-02")["001"] == -3
    ledger.reverse(qingshan.connection, 1, receipt.event_id, REVIEWER, "异议成立", at("2026-10-03"))
    assert qingshan.totals("2026Q3", "2026-10-03")["001"] == 0


def test_a_settled_quarter_takes_no_event_but_a_late_entry_counts_on_the_day_of_approval() -> None:
    with small_village(book(A | {"review": "always"})) as village:
        settle_summer(village)
        with pytest.raises(Refused) as caught:
            village.record("A", "2026-09-30", member=1, now="2026-10-11")
        assert "settled" in sentences(caught)
        with pytest.raises(Refused):
            village.record("A", "2026-09-30", member=1, now="2026-10-11", late=True, by=RECORDER)
        late = village.record("A", "2026-09-30", member=1, now="2026-12-31", late=True, by=REVIEWER)
        ledger.decide(village.connection, 1, late.event_id, "approved", ADMIN, "", at("2027-01-01T00:30"))
        assert village.totals("2026Q3", "2027-01-01")["001"] == 0
        assert village.totals("2026Q4", "2027-01-01")["001"] == 0
        assert village.totals("2027Q1", "2027-01-01")["001"] == 5
        deed = history.deed(village.connection, 1, late.event_id)
        assert deed
        assert (deed.late, str(deed.occurred_on), str(deed.counted_on)) == (True, "2026-09-30", "2027-01-01")
        assert verify(village.connection, 1) == []


def test_a_late_entry_is_only_for_a_settled_quarter(qingshan: SmallVillage) -> None:
    with pytest.raises(Refused) as caught:
        qingshan.record("C", "2026-09-20", late=True, by=REVIEWER)
    assert "still open" in sentences(caught)


def test_a_reversal_after_settlement_is_a_correction_in_the_open_quarter(qingshan: SmallVillage) -> None:
    receipt = qingshan.record("A", "2026-09-20", member=1)
    settle_summer(qingshan)
    before = snapshot(qingshan.connection, 1, SUMMER)
    ledger.reverse(qingshan.connection, 1, receipt.event_id, REVIEWER, "查实不符", at("2026-11-02"))
    assert qingshan.totals("2026Q3", "2026-11-02")["001"] == 5
    assert qingshan.totals("2026Q4", "2026-11-02")["001"] == -5
    assert snapshot(qingshan.connection, 1, SUMMER) == before
    (deed,) = history.of_household(qingshan.connection, 1, 1, AUTUMN)
    assert (deed.points, deed.correction, deed.status) == (-5, True, "reversed")
    assert verify(qingshan.connection, 1) == []


def test_a_clock_set_back_cannot_change_a_settled_quarter(qingshan: SmallVillage) -> None:
    receipt = qingshan.record("A", "2026-09-20", member=1)
    settle_summer(qingshan)
    before = qingshan.places("2026Q3", "2026-10-11")
    ledger.reverse(qingshan.connection, 1, receipt.event_id, REVIEWER, "查实不符", at("2026-09-25"))
    assert qingshan.places("2026Q3", "2026-10-11") == before
    assert qingshan.totals("2026-10", "2026-10-11")["001"] == -5
    assert verify(qingshan.connection, 1) == []


def test_a_yearly_cap_that_moves_up_after_settlement_is_corrected_in_the_open_quarter() -> None:
    with small_village(book(A | {"max_times": 1, "per": "year", "review": "never"})) as village:
        first = village.record("A", "2026-05-01", member=1)
        village.record("A", "2026-08-01", member=1)
        settle_summer(village)
        ledger.reverse(village.connection, 1, first.event_id, REVIEWER, "查实不符", at("2026-11-02"))
        assert village.totals("2026Q2", "2026-11-02")["001"] == 0
        assert village.totals("2026Q3", "2026-11-02")["001"] == 0
        assert village.totals("2026Q4", "2026-11-02")["001"] == 5
        assert verify(village.connection, 1) == []


def test_a_settled_quarter_stays_when_names_and_roll_change(qingshan: SmallVillage) -> None:
    qingshan.record("B", "2026-09-20", points="7")
    settle_summer(qingshan)
    before = qingshan.places("2026Q3", "2026-10-11")
    qingshan.connection.execute(
        update(member).where(member.c.id == 3).values(name="改名", left=at("2026-07-01").date())
    )
    assert qingshan.places("2026Q3", "2026-10-12") == before
    assert [place.household.code for place in qingshan.places("2026Q4", "2026-10-12")] == ["001"]


def test_the_year_reads_settled_quarters_and_leaves_running_ones_out() -> None:
    with small_village(book(B | {"review": "never"}, C | {"review": "never"}, base_points="10")) as village:
        village.record("B", "2026-02-01", points="8", now="2026-02-01")
        village.record("B", "2026-08-01", points="4", now="2026-08-01")
        settle_summer(village)
        village.record("B", "2026-10-05", points="9", now="2026-10-05")
        (first, second) = annual(village.connection, 1, parse_period("2026"), at("2026-10-12").date())
        assert (first.household.code, first.figure, first.quarters) == ("001", Decimal("14.00"), 3)
        assert (second.household.code, second.figure, second.rank) == ("002", Decimal("10.00"), 2)


@pytest.mark.teeth
def test_verification_notices_a_snapshot_that_was_touched(qingshan: SmallVillage) -> None:
    qingshan.record("B", "2026-09-20", points="7")
    settle_summer(qingshan)
    assert verify(qingshan.connection, 1) == []
    touched = update(standing).where(standing.c.household_id == 2).values(household_points=Decimal(9))
    qingshan.connection.execute(touched)
    found = {difference.household_code for difference in verify(qingshan.connection, 1)}
    assert "002" in found
    assert qingshan.connection.execute(select(standing.c.code)).scalars().all() == ["001", "002"]
