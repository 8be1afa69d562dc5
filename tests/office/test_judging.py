"""The committee judges a year."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import func, select

from kiosk.office import honours
from kiosk.office.activity import activities
from kiosk.office.honours import ALL
from kiosk.office.judging import Round, Wish, decide, decide_all
from kiosk.office.proposals import Proposal, year_sheet
from kiosk.office.tables import honour_decision
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import parse_period
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import village as village_table
from tests.office.judged_year import LI, NOW, WANG, YEAR, ZHANG, close, judged_year
from tests.scoring.small_village import ADMIN, RECORDER, REVIEWER, SmallVillage, at, register_kin

HONOUR = "最美家庭"


@pytest.fixture(scope="module")
def lived() -> Iterator[SmallVillage]:
    with judged_year() as made:
        yield made


@pytest.fixture
def village(lived: SmallVillage) -> Iterator[SmallVillage]:
    """The year as it was lived; whatever a test does to it is undone."""
    undone = lived.connection.begin_nested()
    yield lived
    undone.rollback()


def say(village: SmallVillage, word: str, home: int = ZHANG, reason: str = "", **more: Any) -> None:
    wish = Wish(YEAR, more.pop("honour", HONOUR), home, word, reason)
    decide(village.connection, 1, wish, more.pop("by", REVIEWER), more.pop("now", NOW))


def refused(village: SmallVillage, word: str, home: int = ZHANG, reason: str = "", **more: Any) -> list[str]:
    with pytest.raises(Refused) as found:
        say(village, word, home, reason, **more)
    return [problem.text() for problem in found.value.problems]


def listed(village: SmallVillage, now: Any = NOW) -> Proposal:
    (found,) = year_sheet(village.connection, 1, YEAR, now).proposals
    return found


def states(village: SmallVillage) -> dict[str, str]:
    return {one.place.household.head: one.state for one in listed(village).candidates}


def granted(village: SmallVillage) -> list[str]:
    return [one.household.head for one in honours.granted_of(village.connection, 1, 2025)]


def rows(village: SmallVillage) -> int:
    return village.connection.scalar(select(func.count()).select_from(honour_decision)) or 0


def test_the_leading_households_are_proposed_ties_included() -> None:
    for places, heads in ((1, ["张三", "王建国"]), (3, ["张三", "王建国", "李四"])):
        with judged_year(places=places) as village:
            assert [one.place.household.head for one in listed(village).candidates] == heads


def test_whoever_is_barred_takes_no_place_and_the_next_moves_up(village: SmallVillage) -> None:
    say(village, "barred", ZHANG, "违法占地建房", honour=ALL)
    found = listed(village)
    assert [(one.place.household.head, bool(one.bar)) for one in found.candidates] == [
        ("张三", True),
        ("王建国", False),
        ("李四", False),
    ]
    assert refused(village, "recommended") == ["This household is barred from the honours of this year"]
    assert decide_all(village.connection, 1, YEAR, HONOUR, "recommended", REVIEWER, NOW) == Round(2, 0)
    assert states(village) == {"张三": "", "王建国": "recommended", "李四": "recommended"}


def test_a_household_goes_from_recommended_to_granted_and_everything_stays_in_the_history(
    village: SmallVillage,
) -> None:
    before = village.connection.scalar(select(village_table.c.revision))
    say(village, "recommended")
    say(village, "granted", by=ADMIN)
    assert granted(village) == ["张三"]
    assert [one.decision for one in honours.decisions(village.connection, 1, 2025)] == [
        "recommended",
        "granted",
    ]
    assert village.connection.scalar(select(village_table.c.revision)) == before + 2
    assert [one.said.text() for one in activities(village.connection, 1, topic="honours")] == [
        "最美家庭 of 2025: granted to household 001",
        "最美家庭 of 2025: household 001 recommended",
    ]


def test_a_second_click_changes_nothing(village: SmallVillage) -> None:
    for _ in range(2):
        say(village, "recommended")
        say(village, "barred", LI, "违法占地建房", honour=ALL)
    assert rows(village) == 2
    for _ in range(2):
        decide_all(village.connection, 1, YEAR, HONOUR, "granted", REVIEWER, NOW)
    assert rows(village) == 3


def test_an_honour_is_granted_only_once_the_year_is_settled() -> None:
    with judged_year(settled=2) as village:
        say(village, "recommended")
        text = "Honours are granted once the year's quarters are settled; not yet: 2025Q3, 2025Q4"
        assert refused(village, "granted") == [text]
        with pytest.raises(Refused, match="2025Q3, 2025Q4"):
            decide_all(village.connection, 1, YEAR, HONOUR, "granted", REVIEWER, NOW)
        for quarter in YEAR.quarters()[2:]:
            close(village.connection, quarter)
        say(village, "granted")
        assert granted(village) == ["张三"]


def test_while_the_year_runs_the_list_says_so_and_recommending_is_possible() -> None:
    with judged_year(settled=1) as village:
        summer = at("2025-07-10")
        sheet = year_sheet(village.connection, 1, YEAR, summer)
        assert (sheet.to_date, sheet.ended) == (True, 2)
        say(village, "recommended", now=summer)
        assert not year_sheet(village.connection, 1, YEAR, NOW).to_date


def test_quarters_before_the_village_began_stand_in_nobodys_way(village: SmallVillage) -> None:
    year = parse_period("2024")
    assert year_sheet(village.connection, 1, year, NOW).unsettled == []


@pytest.mark.parametrize(
    ("before", "word", "allowed"),
    [
        ((), "withdrawn", False),
        (("recommended",), "recommended", True),  # with another reason it is no second click
        (("granted",), "declined", False),
        (("granted",), "withdrawn", True),
        (("declined",), "granted", True),
        (("recommended", "withdrawn"), "recommended", True),
        (("granted", "withdrawn"), "declined", True),
        ((), "barred", False),
        ((), "crowned", False),
    ],
)
def test_what_may_follow_upon_what(
    village: SmallVillage, before: tuple[str, ...], word: str, allowed: bool
) -> None:
    for number, one in enumerate(before):
        say(village, one, reason=f"第{number}次会议决定")
    if allowed and (word,) != before:
        say(village, word, reason="会议决定")
        assert honours.decisions(village.connection, 1, 2025)[-1].decision == word
    else:
        assert refused(village, word, reason="会议决定") == [
            "This is not possible now; somebody may have decided meanwhile. Look again"
        ]


@pytest.mark.parametrize(
    ("word", "more", "said"),
    [
        ("declined", {}, "Write why; the household sees it"),
        ("barred", {"honour": ALL}, "Write why; the household sees it"),
        ("recommended", {"home": LI}, "It is not among the leading ones: write why it is chosen"),
        ("recommended", {"home": 99}, "Choose a household of this village"),
        ("recommended", {"honour": "先进家庭"}, "The rulebook has no honour 先进家庭"),
        ("recommended", {"reason": "好" * 301}, "Please write at most 300 characters"),
        ("recommended", {"by": RECORDER}, "Only a reviewer can decide about this"),
        ("", {}, "Choose what was decided"),
        ("withdrawn", {"honour": ALL, "reason": "x"}, "This is not possible now; somebody may have"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    village: SmallVillage, word: str, more: dict[str, Any], said: str
) -> None:
    home, reason = more.pop("home", ZHANG), more.pop("reason", "")
    (text,) = refused(village, word, home, reason, **more)
    assert text.startswith(said)
    assert rows(village) == 0


def test_nobody_decides_for_their_own_household_or_kin(village: SmallVillage) -> None:
    at_home = Actor(REVIEWER.account_id, REVIEWER.name, "reviewer", 1, ZHANG)
    register_kin(village.connection, REVIEWER, WANG)
    for home, by in ((ZHANG, at_home), (WANG, REVIEWER)):
        (text,) = refused(village, "recommended", home, by=by)
        assert "Ask somebody else to do it: " in text
        assert "周支书" in text
        assert "陈会计" not in text  # a recorder cannot decide
    assert decide_all(village.connection, 1, YEAR, HONOUR, "recommended", at_home, NOW) == Round(0, 2)
    assert rows(village) == 0


def test_barring_takes_effect_on_what_was_granted_until_it_is_lifted(village: SmallVillage) -> None:
    say(village, "granted")
    say(village, "barred", ZHANG, "违法占地建房", honour=ALL)
    assert granted(village) == []
    assert honours.newest_granted(village.connection, 1) == []
    assert refused(village, "barred", ZHANG, "又一次", honour=ALL) == [
        "This household is barred already for this year"
    ]
    say(village, "withdrawn", ZHANG, "已整改", honour=ALL)
    assert granted(village) == ["张三"]
    assert [one.decision.year for one in honours.newest_granted(village.connection, 1)] == [2025]


def test_a_household_that_has_left_keeps_its_code(village: SmallVillage) -> None:
    found = honours.who(village.connection, 1, 2025, [ZHANG])
    assert found[ZHANG].head == "张三"
    village.connection.exec_driver_sql("UPDATE member SET \"left\" = '2025-03-01' WHERE household_id = 1")
    gone = honours.who(village.connection, 1, 2025, [ZHANG])[ZHANG]
    assert (gone.code, gone.head) == ("001", "")
