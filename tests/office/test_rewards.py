"""The register of rewards."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from kiosk.office import rewards
from kiosk.office.activity import activities
from kiosk.office.rewards import Draft, cancel, give, rewards_for, rewards_of
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import parse_period
from kiosk.scoring.problems import Refused
from tests.office.judged_year import LI, NOW, ZHANG, judged_year
from tests.scoring.small_village import RECORDER, REVIEWER, SmallVillage

Y2026 = parse_period("2026")
RICE = Draft("key-1", 2025, "1", "goods", "大米一袋", "年度积分第一名", date(2026, 1, 18))


@pytest.fixture(scope="module")
def lived() -> Iterator[SmallVillage]:
    with judged_year(settled=0) as made:
        yield made


@pytest.fixture
def village(lived: SmallVillage) -> Iterator[SmallVillage]:
    """The year as it was lived; whatever a test does to it is undone."""
    undone = lived.connection.begin_nested()
    yield lived
    undone.rollback()


def note(village: SmallVillage, by: Actor = REVIEWER, **changes: Any) -> int:
    return give(village.connection, 1, replace(RICE, **changes), by, NOW)


def test_a_reward_stands_in_the_register_by_the_day_of_its_meeting(village: SmallVillage) -> None:
    note(village)
    early = {"decided_on": date(2025, 12, 31), "year": 2025}
    note(village, submission_key="key-2", household="003", kind="honour", what="张榜表扬", **early)
    (one,) = rewards_of(village.connection, 1, Y2026)
    assert one.year == 2025
    assert (one.household_code, one.kind, one.what, one.noted_by, one.holds) == (
        "001",
        "goods",
        "大米一袋",
        "刘主任",
        True,
    )
    assert rewards_of(village.connection, 1, Y2026, "policy") == []
    assert [one.what for one in rewards_of(village.connection, 1, parse_period("2025Q4"))] == ["张榜表扬"]
    assert rewards.years_of(village.connection, 1) == [2026, 2025]
    assert [one.what for one in rewards_for(village.connection, 1, LI)] == ["张榜表扬"]
    assert next(activities(village.connection, 1)).said.text() == "Reward of 2025 for household 003: 张榜表扬"


def test_the_same_form_twice_is_one_reward_and_with_other_words_it_is_refused(village: SmallVillage) -> None:
    assert note(village) == note(village)
    assert len(rewards_of(village.connection, 1, Y2026)) == 1
    with pytest.raises(Refused, match="sent before with other words"):
        note(village, what="面粉一袋")


def test_a_cancelled_reward_stays_in_the_register_and_leaves_the_household(village: SmallVillage) -> None:
    given = note(village)
    with pytest.raises(Refused, match="Please fill this in"):
        cancel(village.connection, 1, given, "", REVIEWER, NOW)
    for _ in range(2):
        cancel(village.connection, 1, given, "登记错了户", REVIEWER, NOW)
    (one,) = rewards_of(village.connection, 1, Y2026)
    assert (one.holds, one.cancelled_by, one.cancellation) == (False, "刘主任", "登记错了户")
    assert rewards_for(village.connection, 1, ZHANG) == []
    with pytest.raises(Refused, match="There is no reward"):
        cancel(village.connection, 1, 99, "x", REVIEWER, NOW)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"household": "999"}, "household"),
        ({"kind": "money"}, "kind"),
        ({"what": ""}, "what"),
        ({"what": "米" * 101}, "what"),
        ({"reason": ""}, "reason"),
        ({"year": 2027}, "year"),
        ({"decided_on": None}, "decided_on"),
        ({"decided_on": date(2026, 1, 21)}, "decided_on"),
        ({"submission_key": ""}, ""),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    village: SmallVillage, changes: dict[str, Any], field: str
) -> None:
    with pytest.raises(Refused) as found:
        note(village, **changes)
    assert [problem.field for problem in found.value.problems] == [field]
    assert rewards_of(village.connection, 1, Y2026) == []


def test_nobody_rewards_their_own_household(village: SmallVillage) -> None:
    at_home = Actor(REVIEWER.account_id, REVIEWER.name, "reviewer", 1, ZHANG)
    with pytest.raises(Refused, match="your own household"):
        note(village, at_home)
    given = note(village)
    with pytest.raises(Refused, match="your own household"):
        cancel(village.connection, 1, given, "x", at_home, NOW)
    with pytest.raises(Refused, match="Only a reviewer"):
        note(village, RECORDER, submission_key="key-3")
