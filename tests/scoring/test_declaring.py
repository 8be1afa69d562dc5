"""A family's own word for a deed, until a recorder has answered it."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.scoring import declarations, declaring, history
from kiosk.scoring.declarations import Declared
from kiosk.scoring.declaring import MOST_WAITING
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import village
from tests.scoring.small_village import ADMIN, RECORDER, REVIEWER, SmallVillage, at, register_kin

NOW = at("2026-09-21")
SAID = Declared("key-of-the-form", 1, 1, "A", date(2026, 9, 20), "河堤", "捡了一上午垃圾")


def declare(here: SmallVillage, **changed: object) -> tuple[int, bool]:
    return declaring.declare(here.connection, 1, replace(SAID, **changed), NOW)  # type: ignore[arg-type]


def fields(caught: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [problem.field for problem in caught.value.problems]


def test_what_a_family_declares_waits_and_counts_nothing(qingshan: SmallVillage) -> None:
    number, new = declare(qingshan)
    assert new
    (one,) = declarations.waiting(qingshan.connection, 1)
    assert (one.id, one.household_code, one.member_name, one.title) == (number, "001", "张三", "甲")
    assert qingshan.totals("2026Q3") == {"001": 0, "002": 0}
    assert history.awaiting(qingshan.connection, 1) == []


def test_a_second_tap_is_one_and_another_deed_needs_another_form(qingshan: SmallVillage) -> None:
    number, _ = declare(qingshan)
    assert declare(qingshan, photo="f" * 64) == (number, False)
    for changed in ({"reason": "修了村道"}, {"household_id": 2, "member_id": 3}):
        with pytest.raises(Refused) as caught:
            declare(qingshan, **changed)
        assert fields(caught) == ["submission_key"]
    assert declarations.waiting_count(qingshan.connection, 1) == 1


def test_at_most_three_wait_at_a_time(qingshan: SmallVillage) -> None:
    numbers = [declare(qingshan, submission_key=f"key-no-{n}")[0] for n in range(MOST_WAITING)]
    with pytest.raises(Refused) as caught:
        declare(qingshan, submission_key="one-too-many")
    assert fields(caught) == [""]
    assert declare(qingshan, submission_key="key-no-0") == (numbers[0], False)
    assert declare(qingshan, submission_key="of-another", household_id=2, member_id=3)[1]
    declaring.decline(qingshan.connection, 1, numbers[0], RECORDER, "没看到", NOW)
    assert declare(qingshan, submission_key="one-too-many")[1]


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"item": "C"}, ["item"]),  # nobody declares a deduction
        ({"item": ""}, ["item"]),
        ({"member_id": None}, ["member"]),
        ({"member_id": 3}, ["member"]),
        ({"occurred_on": date(2026, 9, 22)}, ["occurred_on"]),
        ({"reason": " "}, ["reason"]),
        ({"reason": "字" * 501, "place": "\u202e"}, ["place", "reason"]),
        ({"submission_key": "short"}, ["submission_key"]),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    qingshan: SmallVillage, changed: dict[str, object], wrong: list[str]
) -> None:
    with pytest.raises(Refused) as caught:
        declare(qingshan, **changed)
    assert fields(caught) == wrong


def test_a_deed_of_the_household_has_no_member_whoever_was_chosen(qingshan: SmallVillage) -> None:
    declare(qingshan, item="B")
    assert declarations.waiting(qingshan.connection, 1)[0].said.member_id is None


def test_taken_up_it_is_tied_to_its_event_once(qingshan: SmallVillage) -> None:
    number, _ = declare(qingshan)
    made = qingshan.record("A", "2026-09-20", member=1, basis="自主申报").event_id

    def take_up(event_id: int = made, household: int = 1) -> bool:
        return declaring.take_up(qingshan.connection, 1, number, event_id, household, RECORDER, NOW)

    with pytest.raises(Refused) as caught:
        take_up(household=2)
    assert fields(caught) == ["household"]
    assert [take_up(), take_up()] == [True, False]
    (one,) = declarations.of_household(qingshan.connection, 1, 1)
    assert (one.state, one.event_id, one.answered_by) == ("taken", made, "陈会计")
    with pytest.raises(Refused):
        take_up(event_id=qingshan.record("A", "2026-09-19", member=1).event_id)
    with pytest.raises(Refused):
        declaring.decline(qingshan.connection, 1, number, RECORDER, "晚了", NOW)


def test_declined_it_says_why(qingshan: SmallVillage) -> None:
    number, _ = declare(qingshan)
    with pytest.raises(Refused) as caught:
        declaring.decline(qingshan.connection, 1, number, RECORDER, " ", NOW)
    assert fields(caught) == ["answer"]
    answers = [declaring.decline(qingshan.connection, 1, number, RECORDER, "没看到", NOW) for _ in range(2)]
    assert answers == [True, False]
    with pytest.raises(Refused):
        declaring.decline(qingshan.connection, 1, number, REVIEWER, "我也没看到", NOW)
    assert declarations.answered(qingshan.connection, 1, 5)[0].answer == "没看到"


def test_nobody_declines_for_their_own_household_or_kin(qingshan: SmallVillage) -> None:
    number, _ = declare(qingshan)
    register_kin(qingshan.connection, ADMIN, 1)
    for by in (ADMIN, replace(RECORDER, household_id=1)):
        with pytest.raises(Refused) as caught:
            declaring.decline(qingshan.connection, 1, number, by, "没看到", NOW)
        assert fields(caught) == ["household"]


def test_the_pages_learn_of_a_declaration_and_of_its_answer(qingshan: SmallVillage) -> None:
    revision = village.select().with_only_columns(village.c.revision)
    seen = [qingshan.connection.scalar(revision)]
    number, _ = declare(qingshan)
    seen.append(qingshan.connection.scalar(revision))
    declaring.decline(qingshan.connection, 1, number, RECORDER, "没看到", NOW)
    seen.append(qingshan.connection.scalar(revision))
    assert seen == sorted(set(seen))
