"""Recording, deciding and taking back, on the worked example of scoring.md and around it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import update

from kiosk.scoring import boards, history, ledger, rulebooks, tables
from kiosk.scoring.ledger import KeyClash
from kiosk.scoring.periods import parse_period
from kiosk.scoring.problems import Refused
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
    register_kin,
    small_village,
)

WORKED_EXAMPLE = [
    ("2026-07-02", "A", 1, None, "5"),
    ("2026-07-20", "A", 1, None, "5"),
    ("2026-08-01", "A", 1, None, "0"),
    ("2026-08-03", "A", 2, None, "5"),
    ("2026-07-05", "B", None, 10, "10"),
    ("2026-07-30", "B", None, 8, "2"),
    ("2026-08-01", "B", None, 8, "8"),
    ("2026-09-09", "C", None, None, "-3"),
]


def refusals(caught: pytest.ExceptionInfo[Refused]) -> dict[str, str]:
    return {problem.field: problem.text() for problem in caught.value.problems}


def record_the_example(village: SmallVillage) -> list[Decimal | None]:
    receipts = [
        village.record(item, day, member=member, points=points)
        for day, item, member, points, _ in WORKED_EXAMPLE
    ]
    return [receipt.awarded for receipt in receipts]


def test_the_worked_example_is_awarded_as_written(qingshan: SmallVillage) -> None:
    assert record_the_example(qingshan) == [Decimal(row[-1]) for row in WORKED_EXAMPLE]
    assert qingshan.totals("2026Q3") == {"001": Decimal(32), "002": Decimal(0)}
    third = history.deed(qingshan.connection, 1, 3)
    assert third
    assert third.why
    assert third.why.text() == "No. 3 this quarter; only 2 count"


def test_a_reversal_lets_the_third_one_move_up_and_the_ledger_says_both(qingshan: SmallVillage) -> None:
    record_the_example(qingshan)
    ledger.reverse(qingshan.connection, 1, 1, REVIEWER, "写错了人", at("2026-09-21"))
    assert qingshan.totals("2026Q3")["001"] == 32
    rows = list(history.ledger_rows(qingshan.connection, 1))
    assert [(row.event_id, row.points, row.cause) for row in rows[-2:]] == [
        (1, Decimal(-5), "reversal"),
        (3, Decimal(5), "cap"),
    ]
    assert verify(qingshan.connection, 1) == []


def test_the_order_of_arrival_does_not_matter(qingshan: SmallVillage) -> None:
    for day, item, member, points, _ in reversed(WORKED_EXAMPLE):
        qingshan.record(item, day, member=member, points=points)
    assert qingshan.totals("2026Q3")["001"] == 32
    assert verify(qingshan.connection, 1) == []


def test_the_same_key_twice_is_one_event_and_the_same_receipt(qingshan: SmallVillage) -> None:
    first = qingshan.record("A", "2026-09-20", member=1, key="tablet-7-0001")
    again = qingshan.record("A", "2026-09-20", member=1, key="tablet-7-0001", now="2026-09-21")
    assert first.new
    assert not again.new
    assert (again.event_id, again.code, again.awarded) == (first.event_id, first.code, first.awarded)
    assert qingshan.totals("2026Q3")["001"] == 5


@pytest.mark.parametrize("change", [{"member": 2}, {"reason": "别的事"}, {"photo": "ab"}, {"by": REVIEWER}])
def test_the_same_key_with_other_content_leaves_the_first_as_it_is(
    qingshan: SmallVillage, change: dict[str, object]
) -> None:
    first = qingshan.record("A", "2026-09-20", member=1, key="tablet-7-0001")
    with pytest.raises(KeyClash) as caught:
        qingshan.record("A", "2026-09-20", **{"member": 1, "key": "tablet-7-0001"} | change)  # type: ignore[arg-type]
    assert caught.value.receipt.event_id == first.event_id
    assert qingshan.totals("2026Q3")["001"] == 5


def test_everything_wrong_with_a_draft_is_said_at_once(qingshan: SmallVillage) -> None:
    with pytest.raises(Refused) as caught:
        qingshan.record("B", "2026-09-21", points="11", reason="长" * 501)
    assert set(refusals(caught)) == {"occurred_on", "points", "reason"}


@pytest.mark.parametrize(
    ("item", "changes", "field"),
    [
        ("Z", {}, "item"),
        ("A", {}, "member"),
        ("A", {"member": 3}, "member"),
        ("C", {"member": 1}, "member"),
        ("A", {"member": 1, "points": "4"}, "points"),
        ("B", {}, "points"),
        ("B", {"points": "5.05"}, "points"),
        ("C", {"household": 99}, "household"),
        ("C", {"key": "short"}, "submission_key"),
        ("C", {"place": "村口\x00"}, "place"),
        ("C", {"place": "村口\u202e"}, "place"),
        ("C", {"reason": "\u2066修路\u2069"}, "reason"),
        ("C", {"basis": "\u200f巡查"}, "basis"),
    ],
)
def test_a_draft_that_does_not_fit_is_refused_by_its_field(
    qingshan: SmallVillage, item: str, changes: dict[str, object], field: str
) -> None:
    with pytest.raises(Refused) as caught:
        qingshan.record(item, "2026-09-20", **changes)  # type: ignore[arg-type]
    assert set(refusals(caught)) == {field}
    assert qingshan.totals("2026Q3")["001"] == 0


def test_evidence_is_a_photo_or_a_document() -> None:
    with small_village(book(A | {"evidence": "required", "review": "never"})) as village:
        with pytest.raises(Refused) as caught:
            village.record("A", "2026-09-20", member=1, basis="巡查")
        assert set(refusals(caught)) == {"photo"}
        assert village.record("A", "2026-09-20", member=1, basis="表彰文件").awarded == 5
        assert village.record("A", "2026-09-20", member=1, photo="ab" * 32).awarded == 5


def test_nobody_records_for_their_own_household_or_kin(qingshan: SmallVillage) -> None:
    register_kin(qingshan.connection, RECORDER, 1)
    with pytest.raises(Refused) as caught:
        qingshan.record("A", "2026-09-20", member=1)
    assert (
        refusals(caught)["household"].endswith("刘主任、周支书") or "刘主任" in refusals(caught)["household"]
    )
    assert qingshan.record("C", "2026-09-20", household=2).awarded == -3


def test_a_new_rulebook_does_not_reach_back_once_anything_is_recorded(qingshan: SmallVillage) -> None:
    dearer = book(A | {"points": "9", "review": "never"}, base_points="50")
    rulebooks.add(qingshan.connection, dearer, at("2026-01-01").date(), "周支书", at("2026-09-20"))
    qingshan.record("A", "2026-09-20", member=1, points="9")
    with pytest.raises(Refused) as caught:
        rulebooks.add(qingshan.connection, book(A), at("2026-09-19").date(), "周支书", at("2026-09-20"))
    assert set(refusals(caught)) == {"applies_from"}
    rulebooks.add(qingshan.connection, book(A), at("2026-09-20").date(), "周支书", at("2026-09-20"))


def test_base_points_belong_to_households_on_the_roll() -> None:
    with small_village(book(C | {"review": "never"}, base_points="10")) as village:
        joined = update(tables.member).where(tables.member.c.id == 3).values(joined=at("2026-08-01").date())
        village.connection.execute(joined)
        bars = boards.household_quarters(village.connection, 1, 2, at("2026-09-20").date(), 3)
        assert [(str(period), total) for period, total in bars] == [
            ("2026Q1", 0),
            ("2026Q2", 0),
            ("2026Q3", 10),
        ]


def test_old_deeds_from_a_register_are_no_good_deeds_of_this_week(qingshan: SmallVillage) -> None:
    qingshan.record("A", "2026-07-02", member=1)
    new = qingshan.record("A", "2026-09-18", member=1)
    good = history.good_since(qingshan.connection, 1, at("2026-09-14T00:00"), 10)
    assert [deed.event_id for deed in good] == [new.event_id]


def test_who_reported_others_is_not_among_the_good_deeds_that_the_square_names() -> None:
    with small_village(book(B, A | {"title": "提供违法线索并核实"})) as village:
        village.record("A", "2026-09-18", member=1)
        swept = village.record("B", "2026-09-18", points="2")
        good = history.good_since(village.connection, 1, at("2026-09-14T00:00"), 10)
        assert [deed.event_id for deed in good] == [swept.event_id]


class TestDecisions:
    @pytest.fixture
    def village(self):
        with small_village(book(A | {"max_times": 1, "per": "quarter"})) as village:
            yield village

    def test_five_points_wait_for_a_second_person_and_count_nothing(self, village: SmallVillage) -> None:
        receipt = village.record("A", "2026-09-20", member=1)
        assert (receipt.status, receipt.awarded) == ("waiting", None)
        assert village.totals("2026Q3")["001"] == 0
        assert [deed.event_id for deed in history.awaiting(village.connection, 1)] == [receipt.event_id]

    def test_approval_counts_and_leaves_the_list(self, village: SmallVillage) -> None:
        receipt = village.record("A", "2026-09-20", member=1)
        decided = ledger.decide(
            village.connection, 1, receipt.event_id, "approved", REVIEWER, "", at("2026-09-21")
        )
        assert (decided.status, decided.awarded) == ("counted", 5)
        assert history.awaiting(village.connection, 1) == []

    def test_nobody_approves_what_they_recorded(self, village: SmallVillage) -> None:
        receipt = village.record("A", "2026-09-20", member=1, by=REVIEWER)
        with pytest.raises(Refused) as caught:
            ledger.decide(village.connection, 1, receipt.event_id, "approved", REVIEWER, "", at("2026-09-21"))
        assert "周支书" in refusals(caught)[""]
        assert ledger.decide(
            village.connection, 1, receipt.event_id, "approved", ADMIN, "", at("2026-09-21")
        ).new

    def test_nobody_approves_for_kin(self, village: SmallVillage) -> None:
        register_kin(village.connection, REVIEWER, 1)
        receipt = village.record("A", "2026-09-20", member=1)
        with pytest.raises(Refused):
            ledger.decide(village.connection, 1, receipt.event_id, "approved", REVIEWER, "", at("2026-09-21"))

    def test_a_recorder_does_not_decide(self, village: SmallVillage) -> None:
        receipt = village.record("A", "2026-09-20", member=1, by=REVIEWER)
        with pytest.raises(Refused):
            ledger.decide(village.connection, 1, receipt.event_id, "approved", RECORDER, "", at("2026-09-21"))

    def test_a_rejection_needs_a_reason_that_the_household_can_read(self, village: SmallVillage) -> None:
        receipt = village.record("A", "2026-09-20", member=1)
        with pytest.raises(Refused) as caught:
            ledger.decide(
                village.connection, 1, receipt.event_id, "rejected", REVIEWER, " ", at("2026-09-21")
            )
        assert set(refusals(caught)) == {"reason"}
        ledger.decide(
            village.connection, 1, receipt.event_id, "rejected", REVIEWER, "照片不清", at("2026-09-21")
        )
        deed = history.of_household(village.connection, 1, 1, parse_period("2026Q3"))[0]
        assert (deed.status, deed.decision_reason, deed.points) == ("rejected", "照片不清", 0)

    def test_a_second_click_changes_nothing_and_a_second_opinion_is_refused(
        self, village: SmallVillage
    ) -> None:
        receipt = village.record("A", "2026-09-20", member=1)
        first = ledger.decide(
            village.connection, 1, receipt.event_id, "approved", REVIEWER, "", at("2026-09-21")
        )
        again = ledger.decide(
            village.connection, 1, receipt.event_id, "approved", REVIEWER, "", at("2026-09-21")
        )
        assert (first.new, again.new, again.awarded) == (True, False, 5)
        with pytest.raises(Refused):
            ledger.decide(
                village.connection, 1, receipt.event_id, "rejected", ADMIN, "不对", at("2026-09-21")
            )

    def test_an_earlier_deed_approved_late_takes_the_place_of_the_later_one(
        self, village: SmallVillage
    ) -> None:
        early = village.record("A", "2026-08-01", member=1)
        late = village.record("A", "2026-09-01", member=1)
        ledger.decide(village.connection, 1, late.event_id, "approved", REVIEWER, "", at("2026-09-21"))
        ledger.decide(village.connection, 1, early.event_id, "approved", REVIEWER, "", at("2026-09-22"))
        deeds = {
            deed.event_id: deed
            for deed in history.of_household(village.connection, 1, 1, parse_period("2026Q3"))
        }
        assert (deeds[early.event_id].points, deeds[late.event_id].points) == (5, 0)
        assert deeds[late.event_id].why
        assert village.totals("2026-08") == {"001": 5, "002": 0}
        assert village.totals("2026-09") == {"001": 0, "002": 0}
        assert verify(village.connection, 1) == []


class TestTakingBack:
    def test_a_recorder_takes_back_their_own_of_the_same_day(self, qingshan: SmallVillage) -> None:
        receipt = qingshan.record("C", "2026-09-20", now="2026-09-20T09:00")
        undone = ledger.reverse(
            qingshan.connection, 1, receipt.event_id, RECORDER, "", at("2026-09-20T23:59")
        )
        assert (undone.status, undone.awarded) == ("reversed", 0)
        assert qingshan.totals("2026Q3")["001"] == 0

    def test_the_next_day_they_ask_a_reviewer(self, qingshan: SmallVillage) -> None:
        receipt = qingshan.record("C", "2026-09-20")
        with pytest.raises(Refused):
            ledger.reverse(qingshan.connection, 1, receipt.event_id, RECORDER, "错了", at("2026-09-21T00:00"))
        with pytest.raises(Refused) as caught:
            ledger.reverse(qingshan.connection, 1, receipt.event_id, REVIEWER, "", at("2026-09-21"))
        assert set(refusals(caught)) == {"reason"}
        assert ledger.reverse(
            qingshan.connection, 1, receipt.event_id, REVIEWER, "错了", at("2026-09-21")
        ).new

    def test_a_second_click_takes_back_once(self, qingshan: SmallVillage) -> None:
        receipt = qingshan.record("C", "2026-09-20")
        ledger.reverse(qingshan.connection, 1, receipt.event_id, RECORDER, "", at("2026-09-20"))
        assert not ledger.reverse(
            qingshan.connection, 1, receipt.event_id, RECORDER, "", at("2026-09-20")
        ).new
        assert len(list(history.ledger_rows(qingshan.connection, 1))) == 2

    def test_what_still_waits_is_withdrawn_without_an_entry(self) -> None:
        with small_village(book(A)) as village:
            receipt = village.record("A", "2026-09-20", member=1)
            undone = ledger.reverse(village.connection, 1, receipt.event_id, RECORDER, "", at("2026-09-20"))
            assert undone.status == "reversed"
            assert list(history.ledger_rows(village.connection, 1)) == []
            assert history.awaiting(village.connection, 1) == []
            assert verify(village.connection, 1) == []


class TestPreview:
    def test_it_says_what_will_count_and_why(self, qingshan: SmallVillage) -> None:
        for day in ("2026-09-01", "2026-09-02"):
            qingshan.record("A", day, member=1)
        draft = ledger.Draft("preview-key", 1, 1, "A", None, at("2026-09-20").date())
        seen = ledger.preview(qingshan.connection, 1, draft, RECORDER, at("2026-09-20"))
        assert (seen.needs_review, seen.awarded) == (False, 0)
        assert seen.why
        assert "No. 3" in seen.why.text()

    def test_it_names_who_recorded_the_same_today(self, qingshan: SmallVillage) -> None:
        qingshan.record("A", "2026-09-20", member=1, now="2026-09-20T09:10")
        draft = ledger.Draft("preview-key", 1, 1, "A", None, at("2026-09-20").date())
        seen = ledger.preview(qingshan.connection, 1, draft, REVIEWER, at("2026-09-20"))
        assert [(name, when - at("2026-09-20T09:10")) for name, when in seen.same_today] == [
            ("陈会计", timedelta(0))
        ]
