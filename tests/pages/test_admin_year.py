"""The committee's page of a year, its certificates and its workbook."""

import pytest
from litestar import Litestar

from kiosk.accounts import accounts
from kiosk.office import honours
from kiosk.roster.villages import add_village, set_public_names
from kiosk.sheets.opening import open_sheets
from tests.conftest import Clock, Village
from tests.pages.desks import Desk, signed_in, told, where
from tests.pages.household_of_zhang import ADDRESS
from tests.pages.judged_village import honour, live

DECISIONS = "/admin/years/2025/decisions"
BEST = "最美家庭"


@pytest.fixture
def chen(app: Litestar, village: Village, clock: Clock) -> Desk:
    """陈静 at her desk, with the year settled."""
    live(village, clock)
    return signed_in(app, village, "陈静", "reviewer")


def granted(village: Village) -> list[str]:
    with village.database.read() as connection:
        found = honours.granted_of(connection, 1, 2025)
    return [one.household.code for one in found if one.decision.honour == BEST]


def test_the_lists_stand_side_by_side_and_lead_to_the_next_step(chen: Desk, village: Village) -> None:
    text = chen.get("/admin/years/2025").text
    assert "Most beautiful family" in text
    assert "人居环境 alone" in text
    assert text.index("张三") < text.index("王建国") < text.index("赵小燕")
    assert "Recommend all 4 that still await a word" in text
    assert "Grant it to all" not in text
    assert where(chen.post(DECISIONS, honour=BEST, all="leading")) == (303, "/admin/years/2025?done=4&left=0")
    text = chen.get("/admin/years/2025?done=4&left=0").text
    assert "Decided: 4." in text
    assert "Grant it to all 4 that are recommended" in text
    chen.post(DECISIONS, honour=BEST, all="recommended")
    assert granted(village) == ["001", "002", "003", "005"]


def test_what_stands_in_the_way_is_listed_with_a_link(app: Litestar, village: Village, clock: Clock) -> None:
    live(village, clock, settled=False)
    desk = signed_in(app, village, "陈静", "reviewer")
    text = desk.get("/admin/years/2025").text
    assert '<a href="/admin/quarters/2025Q4">Q4 2025</a>' in text
    answer = desk.post(DECISIONS, honour=BEST, household="001", decision="granted")
    assert told(answer) == ["Honours are granted once the year's quarters are settled; not yet: Q4 2025"]
    assert "figures to date, from 0 of 4 quarters" in desk.get("/admin/years/2026").text
    assert desk.get("/admin/years/2027").status_code == 404


def test_a_refusal_stands_in_the_row_it_belongs_to_and_keeps_what_was_typed(chen: Desk) -> None:
    answer = chen.post(DECISIONS, honour=BEST, household="002", decision="declined", reason="")
    assert (answer.status_code, told(answer)) == (422, ["Write why; the household sees it"])
    row = answer.text.partition('id="list-1-002"')[2].partition("</tr>")[0]
    assert '<details class="year-decide" open>' in row
    assert 'value="declined" required checked' in row
    other = chen.post(DECISIONS, honour=BEST, household="99", decision="recommended", other="1", reason="好")
    assert told(other) == ["There is no household 99 in this village; look the code up in the roster"]
    assert 'value="99"' in other.text
    assert ">好</textarea>" in other.text
    gone = chen.post(DECISIONS, honour=BEST, household="004", decision="withdrawn", reason="好")
    assert "somebody may have decided meanwhile" in gone.text


def test_a_reviewer_leaves_her_own_household_to_others(chen: Desk, village: Village) -> None:
    def move_in(connection) -> None:  # type: ignore[no-untyped-def]
        person = accounts.account_by_id(connection, 1)
        accounts.set_household(connection, person, village.households["001"])

    village.write(move_in)
    assert "This is your own household. Ask somebody else to do it: —" in chen.get("/admin/years/2025").text
    answer = chen.post(DECISIONS, honour=BEST, all="leading")
    assert where(answer) == (303, "/admin/years/2025?done=3&left=1")
    assert "Left to others, who are no kin: 1" in chen.get("/admin/years/2025?done=3&left=1").text


def test_a_bar_is_told_to_the_household_alone(chen: Desk, village: Village) -> None:
    chen.post(DECISIONS, household="001", decision="barred", reason="违法占用耕地建房")
    text = chen.get("/admin/years/2025").text
    assert "Recommend all 3 that still await a word" in text
    assert "违法占用耕地建房" in text
    village.noticed()
    assert (
        "barred from the honours of the year. Your points stay as they are."
        in Desk(chen.app).get(ADDRESS).text
    )
    assert "违法占用耕地建房" in Desk(chen.app).get(ADDRESS).text
    assert "违法占用耕地建房" not in chen.get("/v/qingshan").text + chen.get("/v/qingshan/square/board").text
    assert where(chen.post(DECISIONS, household="001", decision="withdrawn", reason="已整改"))[0] == 303
    assert "Nobody." in chen.get("/admin/years/2025").text


def test_a_certificate_names_the_head_in_full_and_dies_with_the_honour(
    chen: Desk, village: Village, clock: Clock
) -> None:
    honour(village, clock)
    village.write(lambda connection: set_public_names(connection, 1, "code"))
    every = chen.get("/admin/years/2025/certificates").text
    assert every.count("<article") == 8
    assert "No. 2025-001-5" in every
    assert "<b>张三</b>" in chen.get("/admin/honours/5/certificate").text
    assert chen.get("/admin/honours/1/certificate").status_code == 404  # only recommended
    chen.post(DECISIONS, honour=BEST, household="001", decision="withdrawn", reason="弄错了")
    assert chen.get("/admin/honours/5/certificate").status_code == 404


def test_honours_are_shown_everywhere_and_a_child_is_never_named(
    chen: Desk, village: Village, clock: Clock
) -> None:
    honour(village, clock)
    page, board = chen.get("/v/qingshan").text, chen.get("/v/qingshan/square/board").text
    assert "Roll of honour 2025" in page
    red = page.partition('class="card stack red-list"')[2].partition("</section>")[0]
    slide = board.partition('data-key="honours"')[2].partition("</section>")[0]
    for shown in (red, slide):
        assert "Clean home" in shown
        assert "王建国" in shown
        assert "赵小燕" not in shown
        assert "005" in shown
    assert "Most beautiful family" in Desk(chen.app).get(ADDRESS).text
    clock.move(days=365 * 2)
    village.write(lambda connection: set_public_names(connection, 1, "masked"))
    assert "王*" in chen.get("/v/qingshan").text
    assert 'data-key="honours"' not in chen.get("/v/qingshan/square/board").text  # too old for the screen


def test_the_township_reads_every_village_and_decides_nothing(
    chen: Desk, app: Litestar, village: Village
) -> None:
    chen.post(DECISIONS, honour=BEST, household="002", decision="recommended", reason="邻里都说好")
    village.write(lambda connection: add_village(connection, "linhe", "临河村"))
    town = signed_in(app, village, "孙镇", "township", None)
    listed = town.get("/admin/years?year=2025").text
    assert "青山村" in listed
    assert "临河村" in listed
    text = town.get("/admin/years/2025?village=qingshan").text
    assert "王建国" in text
    assert "Save the decision" not in text
    assert town.get("/admin/years/2025").status_code == 404
    book = town.get("/admin/years/2025/recommendations.xlsx")
    assert book.status_code == 200
    (sheet,) = open_sheets(book.content)
    assert [str(cell) for cell in sheet.lines[2][1:5]] == ["青山村", "最美家庭", "002", "王建国"]
