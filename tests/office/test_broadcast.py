"""The text for the loudspeaker: natural Chinese, and nobody called who must not be."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kiosk.office.broadcast import Facts, letters, script, seconds
from kiosk.office.broadcast_facts import read_facts
from kiosk.roster.villages import village_by_id
from kiosk.scoring.ledger import reverse
from kiosk.scoring.periods import parse_period
from kiosk.scoring.settlement import QuarterState
from kiosk.scoring.standings import Household, Standing, standings
from tests.golden import check_golden
from tests.pages.square_village import LI, OUYANG, WANG, ZHANG, ZHAO, deed, ranking
from tests.scoring.small_village import ADMIN, SmallVillage, at, book, small_village

QUARTER = parse_period("2026Q3")
PLACES = ranking({ZHANG: "28", WANG: "32.5", OUYANG: "28", LI: "0", ZHAO: "6.3"})
DEEDS = (
    deed(household_id=1, member_relation="长子", title="取得职业技能证书", item="G03"),
    deed(household_id=5, member_relation="户主", title="拾金不昧", item="E01"),
    deed(household_id=3, title="庭院干净整洁（每月检查）", item="C01"),
    deed(household_id=77, household_code="012", title="参加义务劳动", item="H02"),
)
ON_NOTICE = QuarterState(QUARTER, "on notice", notice_until=date(2026, 10, 8))
FACTS = Facts(
    village="青山村",
    quarter=QUARTER,
    today=date(2026, 10, 2),
    places=PLACES,
    deeds=DEEDS,
    good=46,
    taking_part=5,
    public_names="full",
    state=ON_NOTICE,
    notice_days=7,
    answer_days=7,
    contact="村委会陈会计",
)


def told(**changes: Any) -> str:
    return script(replace(FACTS, **changes))


def test_it_reads_as_when_somebody_last_read_it_aloud() -> None:
    check_golden(Path(__file__).parent / "golden" / "broadcast.txt", script(FACTS) + "\n")


def test_equal_totals_share_a_rank_and_the_next_one_skips() -> None:
    assert "第一名，一组王建国家，三十二分半。" in told()
    assert "并列第二名的有两户，一组张三家、二组欧阳建华家，每户二十八分。" in told()
    assert "第三名" not in told()
    assert "第四名" not in told()


def test_too_many_equals_are_counted_instead_of_called() -> None:
    many = [Household(number, f"{number:03}", f"户主{number}", False, "一组") for number in range(1, 31)]
    assert "并列第一名的有三十户，每户六分，名单请看公示栏。" in told(
        places=ranking(dict.fromkeys(many, "6"))
    )


def test_a_childs_household_and_one_that_is_gone_are_called_by_their_codes() -> None:
    text = told(places=ranking({ZHAO: "9", ZHANG: "1"}))
    assert "第一名，三组零零五号户，九分" in text
    assert "赵小燕" not in text
    assert "零一二号户，参加义务劳动" in text


@pytest.mark.parametrize(
    ("choice", "called"),
    [
        ("full", "一组王建国家"),
        ("masked", "一组零零二号王家"),
        ("code", "一组零零二号户"),
        (None, "一组零零二号户"),
    ],
)
def test_heads_are_called_as_the_village_chose(choice: str | None, called: str) -> None:
    text = told(public_names=choice)
    assert f"第一名，{called}，" in text
    assert "*" not in text
    assert choice == "full" or "王建国" not in text


def test_two_of_one_name_in_a_group_are_told_apart() -> None:
    twin = Household(9, "009", "张三", False, "一组")
    text = told(places=ranking({ZHANG: "3", twin: "2"}))
    assert "一组零零一号张三家" in text
    assert "一组零零九号张三家" in text


def test_whoever_has_only_base_points_leads_nobody() -> None:
    base: list[Standing] = standings([ZHANG, WANG], {}, Decimal(100))
    assert "第一名" not in told(places=base)


def test_it_says_where_the_quarter_stands() -> None:
    assert "公示到十月八号为止" in told()
    assert "公示期已经满了" in told(today=date(2026, 10, 9))
    settled = told(state=QuarterState(QUARTER, "settled", notice_until=date(2026, 10, 8)))
    assert "积分已经定了下来" in settled
    assert "记错" not in settled
    running = told(state=QuarterState(QUARTER, "open"), today=date(2026, 8, 15))
    assert "到今天为止" in running
    assert "季度结束以后" in running


def test_a_quarter_without_a_deed_invites_to_one() -> None:
    text = told(places=[], deeds=(), good=0, taking_part=0, contact="")
    assert "还没有记上积分" in text
    assert "第一名" not in text


def test_one_deed_is_one_and_there_are_others_only_if_there_are() -> None:
    assert "说几件" in told()
    assert "人家还有很多" in told()
    text = told(deeds=DEEDS[:1], taking_part=1)
    assert "说一件给大家听" in text
    assert "人家还有很多" not in text


def test_it_is_short_enough_for_the_loudspeaker() -> None:
    assert letters("各位村民，大家好！\n") == 7
    assert 90 < seconds(script(FACTS)) < 180


GOOD = {"item": "A", "title": "参加志愿服务", "subject": "household", "points": "3", "review": "never"}
QUIET = {**GOOD, "item": "Q", "title": "报告违法线索，经查属实", "points": "9"}
BAD = {**GOOD, "item": "B", "title": "乱堆杂物", "points": "-1"}


def facts(village: SmallVillage) -> Facts:
    now: datetime = at("2026-09-30")
    return read_facts(village.connection, village_by_id(village.connection, 1), QUARTER, now)


def test_deductions_reports_and_what_was_taken_back_are_not_told() -> None:
    with small_village(book(GOOD, QUIET, BAD)) as qingshan:
        qingshan.record("A", "2026-07-02", household=2)
        qingshan.record("Q", "2026-07-03")
        qingshan.record("B", "2026-07-04")
        undone = qingshan.record("A", "2026-07-05")
        reverse(qingshan.connection, 1, undone.event_id, ADMIN, "写成了别人家", at("2026-07-06"))
        qingshan.record("A", "2026-06-30")  # another quarter's
        found = facts(qingshan)
    assert (found.good, found.taking_part) == (2, 2)
    assert [one.title for one in found.deeds] == ["参加志愿服务"]
    assert "线索" not in script(found)
    assert "乱堆" not in script(found)
    assert "别人家" not in script(found)


def test_examples_come_from_different_households_and_items() -> None:
    items = [{**GOOD, "item": f"A{number}", "title": f"好事{number}"} for number in range(3)]
    with small_village(book(*items)) as qingshan:
        for number in (0, 0, 1, 2):
            qingshan.record(f"A{number}", "2026-07-02", household=1)
            qingshan.record(f"A{number}", "2026-07-03", household=2)
        found = facts(qingshan)
    assert found.good == 8
    assert len({one.household_id for one in found.deeds}) == len(found.deeds) == 2
    assert len({one.item for one in found.deeds}) == 2
