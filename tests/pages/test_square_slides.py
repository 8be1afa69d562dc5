from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
import zxingcpp
from PIL import Image

from kiosk.office.honours import Decision, Honoured
from kiosk.pages.square_code import code_path
from kiosk.pages.square_rows import Teller
from kiosk.pages.square_slides import CYCLE, Facts, Progress, seconds
from kiosk.scoring.periods import parse_period
from kiosk.scoring.standings import Annual, Household
from tests.pages.square_village import (
    LANDSCAPE,
    LI,
    OUYANG,
    PORTRAIT,
    TODAY,
    WANG,
    ZHANG,
    ZHAO,
    big_village,
    deed,
    ranking,
    shown,
)

NOW = datetime(2026, 1, 25, 9, tzinfo=UTC)
QUARTER = ranking({ZHANG: "32", WANG: "32", OUYANG: "10.5", LI: "-3", ZHAO: "0"})


def names(slide):
    return [row.name for row in slide.rows]


def test_leaders_share_a_rank_and_whoever_earned_nothing_is_not_listed():
    leaders = shown(Facts(TODAY, QUARTER))["leaders-1"]
    assert [(row.rank, row.name) for row in leaders.rows] == [(1, "张三"), (1, "王建国"), (3, "欧阳建华")]


def test_a_household_below_its_base_points_is_not_listed():
    base = ranking({ZHANG: "2", LI: "-3"}, base=100)
    assert names(shown(Facts(TODAY, base))["leaders-1"]) == ["张三"]


def test_what_changed_today_is_told_in_points_and_places():
    moved = {WANG.id: (4, Decimal("12.5")), OUYANG.id: (3, Decimal(5)), ZHANG.id: (1, Decimal(-2))}
    board = shown(Facts(TODAY, QUARTER, moved=moved))
    told = [(row.name, row.gained, row.up) for row in board["today"].rows]
    assert told == [("王建国", Decimal("12.5"), 3), ("欧阳建华", Decimal(5), 0)]


def test_what_was_lost_today_is_told_nowhere():
    board = shown(Facts(TODAY, QUARTER, moved={ZHANG.id: (1, Decimal(-2))}))
    assert "today" not in board
    assert all(row.gained == 0 for row in board["leaders-1"].rows)


def test_a_deed_names_the_household_and_of_its_member_the_relation_only():
    done = deed(household_id=ZHANG.id, member_name="张小明", member_relation="长子", points=Decimal("0.5"))
    (row,) = shown(Facts(TODAY, QUARTER, deeds=[done]))["deeds"].deeds
    assert (row.name, row.relation, row.title, row.points) == ("张三", "长子", "清扫公共巷道", Decimal("0.5"))
    assert "张小明" not in repr(row)


def test_a_deed_of_a_household_that_has_moved_away_goes_under_its_code():
    done = deed(household_id=99, household_code="099")
    assert shown(Facts(TODAY, QUARTER, deeds=[done]))["deeds"].deeds[0].name == "099"


def test_an_english_screen_tells_deeds_in_english():
    english = Teller(lambda household: household.code, "en")
    board = shown(Facts(TODAY, QUARTER, deeds=[deed(household_id=ZHANG.id)]), teller=english)
    assert board["deeds"].deeds[0].title == "Swept the lane"


def test_the_month_shows_its_own_points_beside_the_quarter_s():
    month = ranking({WANG: "20", ZHANG: "12"})
    first, second = shown(Facts(TODAY, QUARTER, month=month))["month"].rows
    assert (first.name, first.total, first.running) == ("王建国", Decimal(20), Decimal(32))
    assert (second.total, second.running) == (Decimal(12), Decimal(32))


def test_groups_are_compared_by_their_households_average():
    groups = shown(Facts(TODAY, QUARTER))["groups"].groups
    assert [(group.name, group.average, group.share) for group in groups] == [
        ("一组", Decimal("32.0"), 100),
        ("二组", Decimal("3.8"), 11),
        ("三组", Decimal("0.0"), 0),
    ]


def test_a_group_without_points_has_no_page_of_its_own():
    board = shown(Facts(TODAY, QUARTER))
    assert names(board["group-一组"]) == ["张三", "王建国"]
    assert "group-三组" not in board


def test_the_village_s_progress_counts_who_takes_part():
    board = shown(Facts(TODAY, QUARTER, deeds=[deed(household_id=1)] * 7))
    assert board["progress"].progress == Progress(5, 3, Decimal("74.5"), 7)
    assert board["progress"].progress.percent == 60


def test_last_year_s_first_three_are_shown_when_there_are_any():
    places = [
        Annual(1, WANG, Fraction(63, 2), 4),
        Annual(2, ZHANG, Fraction(30), 4),
        Annual(4, LI, Fraction(9), 2),
    ]
    board = shown(Facts(TODAY, QUARTER, last_year=places))
    assert [(row.name, row.total) for row in board["last-year"].rows] == [
        ("王建国", Decimal("31.50")),
        ("张三", Decimal("30.00")),
    ]
    assert board["last-year"].period == parse_period("2025")
    assert "last-year" not in shown(Facts(TODAY, QUARTER))


def test_while_a_new_quarter_has_no_points_the_last_one_s_leaders_stay():
    board = shown(Facts(TODAY, ranking({ZHANG: "0", WANG: "0"}), last_quarter=QUARTER))
    assert names(board["leaders-1"]) == ["张三", "王建国", "欧阳建华"]
    assert (board["leaders-1"].kind, str(board["leaders-1"].period)) == ("last_quarter", "2026Q2")


@pytest.mark.parametrize("quarter", [[], ranking({ZHANG: "0", WANG: "0"})])
def test_a_village_without_points_is_welcomed(quarter):
    board = shown(Facts(TODAY, quarter))
    assert board["leaders-1"].rows == []
    assert set(board) - {"progress"} == {"leaders-1", "notice"}


def test_a_quarter_on_notice_is_announced_with_its_last_day():
    notice = shown(Facts(TODAY, QUARTER, on_notice=date(2026, 8, 20)))["notice"]
    assert (str(notice.period), notice.on_notice) == ("2026Q2", date(2026, 8, 20))


@pytest.mark.parametrize("screen", [LANDSCAPE, PORTRAIT])
@pytest.mark.parametrize("groups", [1, 4, 20])
def test_a_round_of_any_village_takes_two_minutes_at_most(groups, screen):
    places = big_village(1500, groups)
    moved = {place.household.id: (900, Decimal(1)) for place in places}
    year = [Annual(1, place.household, Fraction(1), 4) for place in places]
    facts = Facts(TODAY, places, places, [], year, moved, [deed(household_id=1)] * 99, "开会" * 30)
    board = shown(facts, screen)
    assert len(board) * seconds(len(board)) <= CYCLE
    assert seconds(len(board)) >= 8
    assert all(len(slide.rows) <= screen.rows for slide in board.values())
    assert all(len(slide.deeds) <= screen.deeds for slide in board.values())
    assert all(len(slide.groups) <= screen.rows for slide in board.values())


def test_many_groups_take_turns_by_the_day():
    places = big_village(300, 20)
    days = [Facts(TODAY + timedelta(days=day), places) for day in range(10)]
    seen = {key for facts in days for key in shown(facts) if key.startswith("group-")}
    assert len(seen) == 20


def test_the_code_can_be_read():
    width, path = code_path("http://192.168.1.20:8000/v/qingshan")
    image = Image.new("L", (width, width), 255)
    for module in path.split("M")[1:]:
        x, y = module.split("h")[0].split()
        image.putpixel((int(x), int(y)), 0)
    found = zxingcpp.read_barcode(image.resize((width * 6, width * 6), Image.Resampling.NEAREST))
    assert found is not None
    assert found.text == "http://192.168.1.20:8000/v/qingshan"
    assert found.ec_level == "Q"


def honoured(count: int, honours: int = 2) -> list[Honoured]:
    """So many households with each honour of 2025."""
    return [
        Honoured(
            Household(number, f"{number:04}", f"户主{number}", False, "一组"),
            Decision(number, 2025, f"荣誉{honour}", number, "granted", "", "周平", NOW),
        )
        for honour in range(honours)
        for number in range(count)
    ]


def test_granted_honours_take_the_place_of_last_year_s_leaders():
    places = [Annual(1, WANG, Fraction(63, 2), 4)]
    board = shown(Facts(TODAY, QUARTER, last_year=places, honoured=honoured(7)))
    assert "last-year" not in board
    slide = board["honours"]
    assert str(slide.period) == "2025"
    assert [row.title for row in slide.honours if row.title] == ["荣誉0", "荣誉1"]
    assert slide.honours[2].names == ["户主5", "户主6", "", "", ""]


@pytest.mark.parametrize("screen", [LANDSCAPE, PORTRAIT])
@pytest.mark.parametrize("count", [1, 40, 300])
def test_a_long_red_list_takes_turns_by_the_day_and_leaves_nobody_out(count, screen):
    places, found = big_village(300, 20), honoured(count)
    moved = {place.household.id: (900, Decimal(1)) for place in places}
    seen = set()
    for day in range(40):
        facts = Facts(
            TODAY + timedelta(days=day), places, places, (), (), moved, [deed(household_id=1)], "开会"
        )
        board = shown(replace(facts, honoured=found), screen)
        rows = board["honours"].honours
        assert len(rows) <= screen.rows
        assert rows[0].title
        assert rows[-1].names
        assert "leaders-1" in board
        assert len(board) * seconds(len(board)) <= CYCLE
        seen |= {(title, name) for title, name in told(rows) if name}
    assert len(seen) == 2 * count


def told(rows):
    title = ""
    for row in rows:
        title = row.title or title
        for name in row.names:
            yield title, name
