"""Objections: which quarter they hold up, who answers them, and what an answer does."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from kiosk.scoring import (
    answering,
    history,
    household_objections,
    ledger,
    objecting,
    objections,
    settlement,
)
from kiosk.scoring.actors import Actor
from kiosk.scoring.answering import Record, Reject, SetRight, TakeBack
from kiosk.scoring.objecting import Complaint, raise_objection
from kiosk.scoring.objections import Figures, Objection
from kiosk.scoring.periods import parse_period
from kiosk.scoring.problems import Refused
from kiosk.scoring.verification import verify
from tests.scoring.small_village import (
    ADMIN,
    JUDGE,
    RECORDER,
    REVIEWER,
    A,
    SmallVillage,
    at,
    book,
    register_kin,
    small_village,
)
from tests.scoring.test_settlement import sentences, settle_summer

SUMMER = parse_period("2026Q3")
AUTUMN = parse_period("2026Q4")
_keys = count(1)


def objects(village: SmallVillage, now: str = "2026-10-02", **changed: Any) -> Objection:
    """张三's family says from its own page that its rank of the summer is wrong."""
    usual = Complaint(f"objection-{next(_keys):04}", "rank", "household", SUMMER, "名次不对", household_id=1)
    return raise_objection(village.connection, 1, replace(usual, **changed), at(now))[0]


def answer(
    village: SmallVillage,
    found: Objection,
    remedy: answering.Remedy,
    by: Actor = REVIEWER,
    reason: str = "已核实",
    now: str = "2026-10-05",
) -> Objection:
    return answering.answer(village.connection, 1, found.number, remedy, reason, by, at(now))


def missing(village: SmallVillage, item: str, day: str, **changed: Any) -> Record:
    key = f"missing-{next(village.keys):04}"
    return Record(ledger.Draft(key, 1, None, item, None, date.fromisoformat(day), **changed))


def test_objections_are_numbered_and_due_in_as_many_days_as_the_rulebook_says() -> None:
    with small_village(book(A, answer_days=10)) as village:
        first, second = objects(village), objects(village, kind="missing", words="少了一条")
        assert (first.number, second.number, first.state) == (1, 2, "open")
        assert str(first.due_on) == "2026-10-12"
        assert not first.is_overdue(date(2026, 10, 12))
        assert first.is_overdue(date(2026, 10, 13))
        assert objections.of_village(village.connection, 1) == [first, second]
        assert objections.of_village(village.connection, 1, AUTUMN) == []


def test_a_quarter_with_an_open_objection_is_not_settled(qingshan: SmallVillage) -> None:
    found = objects(qingshan)
    with pytest.raises(Refused) as caught:
        settle_summer(qingshan)
    assert [problem.field for problem in caught.value.problems] == ["objections"]
    assert sentences(caught) == "1 objections hold up 2026Q3; answer them first"
    answer(qingshan, found, Reject())
    settlement.settle(qingshan.connection, 1, SUMMER, "刘主任", at("2026-10-10"))


def test_how_to_reach_somebody_is_forgotten_once_the_quarter_is_settled(qingshan: SmallVillage) -> None:
    found = objects(qingshan, name="张三", contact="村东第二家")
    other = objects(qingshan, about=SUMMER.before(), contact="村西")
    answer(qingshan, found, Reject())
    settle_summer(qingshan)
    first, second = objections.of_village(qingshan.connection, 1)
    assert (first.name, first.words, first.contact) == ("张三", found.words, "")
    assert second.contact == other.contact == "村西"


def test_every_obstacle_says_of_what_kind_it_is() -> None:
    with small_village(book(A | {"review": "always"})) as village:
        village.record("A", "2026-09-20", member=1)
        objects(village, "2026-09-25")
        found = settlement.what_stands_in_the_way(village.connection, 1, SUMMER, at("2026-10-01"))
        assert [problem.field for problem in found] == ["publication", "waiting", "objections"]


def test_an_objection_about_a_settled_quarter_holds_up_the_running_one(qingshan: SmallVillage) -> None:
    receipt = qingshan.record("A", "2026-09-20", member=1)
    settle_summer(qingshan)
    found = objects(qingshan, "2026-11-02", kind="event", event_id=receipt.event_id, about=AUTUMN)
    assert (found.about, found.quarter, found.moved) == (SUMMER, AUTUMN, True)
    assert objections.open_in(qingshan.connection, 1, SUMMER) == 0
    assert objections.open_in(qingshan.connection, 1, AUTUMN) == 1
    answer(qingshan, found, TakeBack(receipt.event_id), now="2026-11-03")
    assert qingshan.totals("2026Q3", "2026-11-03")["001"] == 5
    assert qingshan.totals("2026Q4", "2026-11-03")["001"] == -5


def test_a_clock_set_back_holds_up_the_first_quarter_that_is_not_settled(qingshan: SmallVillage) -> None:
    settle_summer(qingshan)
    assert objects(qingshan, "2026-09-25").quarter == AUTUMN


def test_an_upheld_objection_takes_the_event_back(qingshan: SmallVillage) -> None:
    receipt = qingshan.record("C", "2026-09-20")
    found = objects(qingshan, kind="event", event_id=receipt.event_id)
    done = answer(qingshan, found, TakeBack(receipt.event_id), reason="那天不在家")
    assert (done.state, done.effect, done.effect_event_id) == ("upheld", "taken back", receipt.event_id)
    assert (done.answer, done.answered_by) == ("那天不在家", "刘主任")
    deed = history.deed(qingshan.connection, 1, receipt.event_id)
    assert deed
    assert (deed.status, deed.reversal_reason) == ("reversed", "那天不在家")
    assert verify(qingshan.connection, 1) == []


def test_an_upheld_objection_records_what_was_missing(qingshan: SmallVillage) -> None:
    found = objects(qingshan, kind="missing")
    done = answer(qingshan, found, missing(qingshan, "C", "2026-09-20"))
    assert (done.state, done.effect) == ("upheld", "recorded")
    deed = history.deed(qingshan.connection, 1, done.effect_event_id or 0)
    assert deed
    assert (deed.status, deed.recorder, deed.points) == ("counted", "刘主任", Decimal(-3))


def test_a_missing_deed_waits_for_a_second_person_where_the_rulebook_says_so() -> None:
    with small_village(book(A | {"review": "always", "subject": "household"})) as village:
        done = answer(village, objects(village, kind="missing"), missing(village, "A", "2026-09-20"))
        deed = history.deed(village.connection, 1, done.effect_event_id or 0)
        assert deed
        assert deed.status == "waiting"
        problems = settlement.what_stands_in_the_way(village.connection, 1, SUMMER, at("2026-10-06"))
        assert "waiting" in [problem.field for problem in problems]


def test_a_deed_that_cannot_be_recorded_leaves_the_objection_open(qingshan: SmallVillage) -> None:
    found = objects(qingshan, kind="missing")
    with pytest.raises(Refused) as caught, qingshan.connection.begin_nested():
        answer(qingshan, found, missing(qingshan, "Z", "2026-12-24"))
    assert {problem.field for problem in caught.value.problems} == {"item", "occurred_on"}
    assert objections.open_count(qingshan.connection, 1) == 1


def test_an_answer_needs_a_reason_and_is_given_once(qingshan: SmallVillage) -> None:
    found = objects(qingshan)
    with pytest.raises(Refused) as caught:
        answer(qingshan, found, Reject(), reason=" \n")
    assert [problem.field for problem in caught.value.problems] == ["reason"]
    done = answer(qingshan, found, SetRight())
    assert answer(qingshan, found, SetRight()) == done
    for remedy, by in ((Reject(), REVIEWER), (SetRight(), ADMIN)):
        with pytest.raises(Refused) as caught:
            answer(qingshan, found, remedy, by)
        assert "刘主任 has answered this meanwhile" in sentences(caught)


def test_only_a_reviewer_answers(qingshan: SmallVillage) -> None:
    with pytest.raises(Refused, match="Only a reviewer"):
        answer(qingshan, objects(qingshan), Reject(), RECORDER)


def test_nobody_answers_about_what_they_recorded_or_decided() -> None:
    with small_village(book(A | {"review": "always"})) as village:
        receipt = village.record("A", "2026-09-20", member=1, by=ADMIN)
        ledger.decide(village.connection, 1, receipt.event_id, "approved", REVIEWER, "", at("2026-09-21"))
        found = objects(village, kind="event", event_id=receipt.event_id)
        for by in (REVIEWER, ADMIN):
            for remedy in (Reject(), TakeBack(receipt.event_id)):
                with pytest.raises(Refused) as caught:
                    answer(village, found, remedy, by)
                assert "somebody else answers: 冯组长" in sentences(caught)
        assert answer(village, found, TakeBack(receipt.event_id), JUDGE).state == "upheld"


def test_nor_takes_back_their_own_event_for_an_objection_that_named_none(qingshan: SmallVillage) -> None:
    receipt = qingshan.record("C", "2026-09-20", by=REVIEWER)
    found = objects(qingshan, kind="event", source="notice")
    with pytest.raises(Refused) as caught:
        answer(qingshan, found, TakeBack(receipt.event_id))
    assert "somebody else answers: 冯组长、周支书" in sentences(caught)
    assert answer(qingshan, found, TakeBack(receipt.event_id), ADMIN).effect == "taken back"


def test_nobody_answers_for_their_kin(qingshan: SmallVillage) -> None:
    register_kin(qingshan.connection, REVIEWER, 1)
    found = objects(qingshan)
    with pytest.raises(Refused) as caught:
        answer(qingshan, found, Reject())
    assert "your own household or kin, so somebody else answers" in sentences(caught)
    assert answer(qingshan, found, Reject(), ADMIN).state == "rejected"


def test_the_same_form_twice_is_one_objection(qingshan: SmallVillage) -> None:
    first = objects(qingshan, submission_key="objection-twice")
    assert objects(qingshan, submission_key="objection-twice") == first
    with pytest.raises(Refused) as caught:
        objects(qingshan, submission_key="objection-twice", words="又想起一件事")
    assert "has raised no. 1 already" in sentences(caught)
    assert len(objections.of_village(qingshan.connection, 1)) == 1


def test_three_of_a_household_may_be_open_at_a_time(qingshan: SmallVillage) -> None:
    first, *_ = (objects(qingshan) for _ in range(3))
    with pytest.raises(Refused) as caught:
        objects(qingshan)
    assert "tell the village office" in sentences(caught)
    assert objects(qingshan, source="office").number == 4
    assert objects(qingshan, household_id=2).number == 5
    answer(qingshan, first, Reject())
    assert objects(qingshan).number == 6


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"kind": "weather"}, "kind"),
        ({"words": "  "}, "words"),
        ({"words": "字" * 501}, "words"),
        ({"words": "反\u202e写"}, "words"),
        ({"name": "名" * 51}, "name"),
        ({"contact": "a\x07"}, "contact"),
        ({"submission_key": "short"}, "submission_key"),
        ({"kind": "event"}, "event"),
        ({"kind": "event", "event_id": 99}, "event"),
        ({"kind": "event", "event_id": 1, "household_id": 2}, "event"),
        ({"kind": "event", "event_id": 1, "source": "notice", "about": SUMMER.before()}, "event"),
        ({"household_id": 7}, "household"),
        ({"about": AUTUMN}, "quarter"),
        ({"about": parse_period("2026")}, "quarter"),
    ],
)
def test_what_cannot_be_raised_like_this(qingshan: SmallVillage, changed: Any, field: str) -> None:
    qingshan.record("C", "2026-09-20")
    with pytest.raises(Refused) as caught:
        objects(qingshan, "2026-09-30T23:59", **changed)
    assert [problem.field for problem in caught.value.problems] == [field]
    assert objections.open_count(qingshan.connection, 1) == 0


def test_the_figures_say_what_became_of_them(qingshan: SmallVillage) -> None:
    first, second, _ = (objects(qingshan, source="notice") for _ in range(3))
    answer(qingshan, first, SetRight())
    answer(qingshan, second, Reject())
    counted = objections.figures(qingshan.connection, 1, SUMMER)
    assert counted == Figures(raised=3, upheld=1, rejected=1)
    assert counted.open == 1
    assert objections.figures(qingshan.connection, 1, parse_period("2026")) == counted
    assert objections.figures(qingshan.connection, 1, AUTUMN) == Figures()


def test_a_household_reads_its_own_and_of_others_the_outcome_once_there_is_one(
    qingshan: SmallVillage,
) -> None:
    receipt = qingshan.record("C", "2026-09-20")
    said = {"name": "李四", "contact": "村东", "words": "那天他不在"}
    about = {"kind": "event", "event_id": receipt.event_id, **said}
    own = objects(qingshan)
    for_them = objects(qingshan, source="office", raiser_id=1, household_id=2)
    told = objects(qingshan, source="office", raiser_id=2, **about)
    nameless = objects(qingshan, source="notice", **about)
    noise = objects(qingshan, source="notice", kind="rank")
    objects(qingshan, household_id=2)
    assert household_objections.raised_by(qingshan.connection, 1, 1, SUMMER) == [own, for_them]
    assert told in household_objections.raised_by(qingshan.connection, 1, 2, SUMMER)
    assert household_objections.raised_about(qingshan.connection, 1, 1, SUMMER) == []
    for one in (told, nameless, noise):
        answer(qingshan, one, Reject())
    seen = household_objections.raised_about(qingshan.connection, 1, 1, SUMMER)
    assert [(one.number, one.state, one.answer) for one in seen] == [
        (told.number, "rejected", "已核实"),
        (nameless.number, "rejected", "已核实"),
    ]
    assert {(one.words, one.name, one.contact, one.raiser_id) for one in seen} == {("", "", "", None)}


def test_nobody_answers_what_their_own_household_or_kin_told_the_office(qingshan: SmallVillage) -> None:
    register_kin(qingshan.connection, REVIEWER, 2)
    found = objects(qingshan, source="office", raiser_id=2)
    with pytest.raises(Refused) as caught:
        answer(qingshan, found, Reject())
    assert sentences(caught) == (
        "This concerns your own household or kin, so somebody else answers: 冯组长、周支书"
    )
    with pytest.raises(Refused):
        objects(qingshan, source="office", raiser_id=7)


def test_several_are_rejected_for_one_reason_and_each_keeps_its_own_answer(qingshan: SmallVillage) -> None:
    register_kin(qingshan.connection, REVIEWER, 2)
    own_deed = qingshan.record("C", "2026-09-20", by=REVIEWER)
    same = [objects(qingshan, source="notice", household_id=None) for _ in range(3)]
    kins = objects(qingshan, source="notice", household_id=2)
    mine = objects(qingshan, source="notice", kind="event", event_id=own_deed.event_id)
    answer(qingshan, same[1], SetRight(), ADMIN)
    numbers = [one.number for one in (*same, kins, mine)] + [99]

    def reject() -> answering.Rejected:
        now = at("2026-10-05")
        return answering.reject_each(qingshan.connection, 1, numbers, "与事实不符", REVIEWER, now)

    done = reject()
    assert done.new == [same[0].number, same[2].number]
    assert sorted(done.refused) == sorted([same[1].number, kins.number, mine.number, 99])
    said = "".join(problem.text() for problems in done.refused.values() for problem in problems)
    for words in (
        "周支书 has answered this",
        "your own household or kin",
        "decided this deed yourself",
        "no. 99",
    ):
        assert words in said
    assert reject().new == []
    kept = objections.of_village(qingshan.connection, 1)
    assert [one.state for one in kept] == ["rejected", "upheld", "rejected", "open", "open"]
    assert {one.answer for one in kept if one.state == "rejected"} == {"与事实不符"}
    for wrong, field in ((([1], " "), "reason"), (([], "好"), "number")):
        with pytest.raises(Refused) as caught:
            answering.reject_each(qingshan.connection, 1, *wrong, REVIEWER, at("2026-10-05"))
        assert [problem.field for problem in caught.value.problems] == [field]


def test_the_public_form_is_full_one_day_and_neither_plate_nor_office_is(
    qingshan: SmallVillage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(objecting, "MOST_FROM_NOTICE", 2)
    first, _ = (objects(qingshan, source="notice", household_id=None) for _ in range(2))
    with pytest.raises(Refused, match="Use the code at your own door"):
        objects(qingshan, source="notice", household_id=None)
    assert [objects(qingshan, source=source).number for source in ("household", "office")] == [3, 4]
    answer(qingshan, first, Reject())
    assert objects(qingshan, source="notice").number == 5


def test_a_household_raises_five_a_day_though_each_is_answered_at_once(qingshan: SmallVillage) -> None:
    for _ in range(objecting.MOST_A_DAY):
        answer(qingshan, objects(qingshan), Reject())
    with pytest.raises(Refused, match="enough for one day"):
        objects(qingshan)
    assert objects(qingshan, "2026-10-03").is_open
