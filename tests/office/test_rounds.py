"""Rounds: who was where, told late and twice by tablets that met nobody on the way."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from kiosk.office import rounds
from kiosk.office.round_lists import Round
from kiosk.office.round_lists import rounds as listed
from kiosk.scoring import ledger
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import Refused
from tests.scoring.small_village import JUDGE, RECORDER, SmallVillage, at, register_kin, small_village

KEY = "round-of-september"
NOW = at("2026-09-20")


@pytest.fixture(scope="module")
def lived() -> Iterator[SmallVillage]:
    with small_village() as made:
        rounds.start(made.connection, 1, KEY, "一组", ["B", "C"], RECORDER, NOW)
        yield made


@pytest.fixture
def village(lived: SmallVillage) -> Iterator[SmallVillage]:
    """A round of 一组 has begun; whatever a test does to it is undone."""
    undone = lived.connection.begin_nested()
    yield lived
    undone.rollback()


def note(
    village: SmallVillage, code: str, outcome: str, by: Actor = RECORDER, key: str = KEY
) -> rounds.Visit:
    return rounds.note_visit(village.connection, 1, key, code, outcome, by, NOW)


def deed(village: SmallVillage, points: str, by: Actor = RECORDER, **changes: Any) -> int:
    """The yard of 张三 (001) is looked at on the round."""
    receipt = village.record("B", "2026-09-20", points=points, by=by, **changes)
    rounds.tie(village.connection, 1, KEY, receipt, by, NOW)
    return receipt.event_id


def the_round(village: SmallVillage) -> Round:
    (one,) = listed(village.connection, 1, NOW)
    return one


def seen(village: SmallVillage) -> dict[str, tuple[str, str, list[str]]]:
    return {
        one.code: (one.outcome, one.name, [f"{deed.item} {deed.claimed}" for deed in one.deeds])
        for one in the_round(village).visits
    }


def test_a_round_is_begun_once_however_often_it_is_told(village: SmallVillage) -> None:
    rounds.start(village.connection, 1, KEY, "二组", ["A"], JUDGE, NOW)
    one = the_round(village)
    assert (one.group, one.items, one.started_by, one.finished_at) == ("一组", ["B", "C"], "陈会计", None)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"key": "short"}, "submission_key"),
        ({"key": "k" * 101}, "submission_key"),
        ({"group": "组" * 101}, "group"),
        ({"items": []}, "items"),
        ({"items": [f"A{n}" for n in range(21)]}, "items"),
        ({"items": ["B\u202e"]}, "items"),
    ],
)
def test_a_round_that_nobody_could_have_made_is_refused(
    village: SmallVillage, changes: dict[str, Any], field: str
) -> None:
    plan = {"key": "another-round", "group": "", "items": ["B"], **changes}
    with pytest.raises(Refused) as found:
        rounds.start(village.connection, 1, plan["key"], plan["group"], plan["items"], RECORDER, NOW)
    assert [problem.field for problem in found.value.problems] == [field]


def test_deeds_and_visits_tick_households_off(village: SmallVillage) -> None:
    deed(village, "4")
    note(village, "002", "nothing")
    assert seen(village) == {"001": ("recorded", "陈会计", ["B 4.0"]), "002": ("nothing", "陈会计", [])}


def test_the_same_visit_and_the_same_deed_told_again_change_nothing(village: SmallVillage) -> None:
    first = deed(village, "4", key="key-of-the-yard")
    assert deed(village, "4", key="key-of-the-yard") == first
    assert note(village, "002", "absent") == note(village, "002", "absent")
    assert len(the_round(village).visits) == 2


def test_who_comes_second_leaves_the_first_visit_as_it_is_and_hears_whose_it_is(
    village: SmallVillage,
) -> None:
    note(village, "002", "nothing")
    second = note(village, "002", "absent", JUDGE)
    assert (second.outcome, second.name, second.mine) == ("nothing", "陈会计", False)
    deed(village, "4")
    with pytest.raises(Refused, match="陈会计 was there on this round already"):
        deed(village, "5", JUDGE)


def test_where_nobody_was_at_home_anybody_may_go_again(village: SmallVillage) -> None:
    note(village, "001", "absent")
    deed(village, "3", JUDGE)
    assert seen(village)["001"] == ("recorded", "冯组长", ["B 3.0"])


def test_whoever_was_there_may_put_it_right(village: SmallVillage) -> None:
    note(village, "001", "nothing")
    wrong = deed(village, "3")
    with pytest.raises(Refused, match=f"noted there on this round already, as no. {wrong}"):
        deed(village, "4")
    ledger.reverse(village.connection, 1, wrong, RECORDER, "", NOW)
    right = deed(village, "4")
    assert seen(village)["001"] == ("recorded", "陈会计", ["B 4.0"])
    ledger.reverse(village.connection, 1, right, RECORDER, "", NOW)
    note(village, "001", "nothing")
    assert seen(village)["001"] == ("nothing", "陈会计", [])


def test_two_items_of_one_household_are_one_visit(village: SmallVillage) -> None:
    deed(village, "4")
    mess = village.record("C", "2026-09-20")
    rounds.tie(village.connection, 1, KEY, mess, RECORDER, NOW)
    assert seen(village)["001"][2] == ["B 4.0", "C -3.0"]


def test_what_counts_is_told_and_what_waits_is_told_apart(village: SmallVillage) -> None:
    village.record("B", "2026-09-20", points="10", household=2)
    receipt = village.record("B", "2026-09-20", points="4", household=2)
    rounds.tie(village.connection, 1, KEY, receipt, RECORDER, NOW)
    ((noted,),) = (one.deeds for one in the_round(village).visits)
    assert (noted.claimed, noted.counted) == (Decimal(4), Decimal(2))  # at most 12 a month


def test_own_household_and_kin_are_left_to_somebody_else(village: SmallVillage) -> None:
    at_home = Actor(RECORDER.account_id, RECORDER.name, "recorder", 1, 1)
    with pytest.raises(Refused, match="your own household"):
        note(village, "001", "nothing", at_home)
    register_kin(village.connection, JUDGE, 2)
    with pytest.raises(Refused, match="registered as your kin"):
        note(village, "002", "absent", JUDGE)


@pytest.mark.parametrize(
    ("code", "outcome", "key", "field"),
    [
        ("009", "nothing", KEY, "household"),
        ("001", "recorded", KEY, "outcome"),
        ("001", "nothing", "no-such-round", "round"),
    ],
)
def test_a_visit_that_cannot_be_is_refused(
    village: SmallVillage, code: str, outcome: str, key: str, field: str
) -> None:
    with pytest.raises(Refused) as found:
        note(village, code, outcome, key=key)
    assert [problem.field for problem in found.value.problems] == [field]


def test_a_finished_round_stays_finished_and_still_takes_what_was_on_its_way(village: SmallVillage) -> None:
    rounds.finish(village.connection, 1, KEY, JUDGE, NOW)
    rounds.finish(village.connection, 1, KEY, RECORDER, NOW + timedelta(hours=1))
    note(village, "002", "nothing")
    one = the_round(village)
    assert (one.finished_by, one.finished_at, len(one.visits)) == ("冯组长", NOW, 1)
    assert listed(village.connection, 1, NOW + timedelta(days=31)) == []


def test_rounds_are_those_of_the_own_village(village: SmallVillage) -> None:
    assert listed(village.connection, 2, NOW) == []
    with pytest.raises(Refused, match="no such round"):
        rounds.finish(village.connection, 2, KEY, JUDGE, NOW)
