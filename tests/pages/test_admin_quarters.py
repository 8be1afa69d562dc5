"""A quarter's way from the office: looked through, put on notice, settled."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from litestar import Litestar
from python_calamine import CalamineWorkbook

from kiosk.office import activity
from kiosk.scoring import settlement
from kiosk.scoring.drafts import Draft
from kiosk.scoring.ledger import record_from_paper
from tests.conftest import Clock, Village
from tests.pages.desks import Desk, signed_in, told, where
from tests.pages.test_notice import REVIEWER, SUMMER, count

QUARTER = "/admin/quarters/2026Q3"


@pytest.fixture
def jing(app: Litestar, village: Village, clock: Clock) -> Desk:
    """陈静, a reviewer, on the fourth day after the quarter's end; two deeds were done in it."""
    count(village, clock, "001", "H03", date(2026, 8, 14), "6")
    count(village, clock, "003", "C06", date(2026, 8, 15))
    clock.move(days=50)
    return signed_in(app, village, "陈静", "reviewer")


def state(village: Village, clock: Clock) -> str:
    with village.database.read() as connection:
        return settlement.state(connection, 1, SUMMER, clock()).state


def test_the_list_goes_back_to_the_villages_first_quarter(jing: Desk) -> None:
    text = jing.get("/admin/quarters").text
    assert text.index("/admin/quarters/2026Q4") < text.index("/admin/quarters/2026Q3")
    assert "/admin/quarters/2026Q2" not in text
    row = text.partition("/admin/quarters/2026Q3")[2].partition("</tr>")[0]
    assert "Ended, not on notice" in row
    assert [cell.partition("<")[0] for cell in row.split('class="number">')[1:]] == ["5", "2", "4", "0", "0"]


def test_the_list_comes_out_as_a_workbook(jing: Desk) -> None:
    rows = CalamineWorkbook.from_filelike(BytesIO(jing.get("/admin/quarters.xlsx").content))
    head = rows.get_sheet_by_index(0).to_python()
    assert ["Quarter", "State"] in [row[:2] for row in head]
    assert ["Q3 2026", "Open"] in [row[:2] for row in head]


def test_a_running_quarter_says_when_it_can_be_published(jing: Desk) -> None:
    text = jing.get("/admin/quarters/2026Q4").text
    assert "It can be put on notice from 1 January 2027 on" in text
    assert "publication" not in text
    refused = jing.post("/admin/quarters/2026Q4/publication", sure="1")
    assert (refused.status_code, "still running" in refused.text) == (422, True)


def test_a_quarter_is_put_on_notice_once_and_settled_once(jing: Desk, village: Village, clock: Clock) -> None:
    assert where(jing.post(f"{QUARTER}/publication", sure="1")) == (303, QUARTER)
    text = jing.get(QUARTER).text
    assert "/v/qingshan/notice/2026Q3" in text
    assert "The notice is to hang until 11 October 2026" in text
    before = village.write(lambda connection: settlement.state(connection, 1, SUMMER, clock()))
    clock.move(minutes=1)
    assert where(jing.post(f"{QUARTER}/publication", sure="1")) == (303, QUARTER)
    assert village.write(lambda connection: settlement.state(connection, 1, SUMMER, clock())) == before
    assert before.published_by == "陈静"
    assert "The sample for checking is not drawn yet; its number comes from 5 October 2026 on" in text
    assert '<a href="/admin/sample/2026Q3">' in text
    clock.move(days=8)
    jing.sign_in("陈静")
    for _click in range(2):
        assert where(jing.post(f"{QUARTER}/settlement", sure="1")) == (303, QUARTER)
    assert state(village, clock) == "settled"
    text = jing.get(QUARTER).text
    assert "by 陈静" in text
    assert "to hang until" not in text
    assert 'name="sure"' not in text
    with village.database.read() as connection:
        said = [one.said.text() for one in activity.activities(connection, 1, topic="quarters")]
    assert said == ["Settled 2026Q3 for good", "Put 2026Q3 on notice, up to entry no. 2"]


def test_before_its_days_are_over_it_is_settled_for_a_reason_only(
    jing: Desk, village: Village, clock: Clock
) -> None:
    jing.post(f"{QUARTER}/publication", sure="1", draw_source="福彩3D、排列五各一期")
    refused = jing.post(f"{QUARTER}/settlement", sure="1")
    assert refused.status_code == 422
    assert told(refused) == [
        "Tick this box too: the days of notice are not over",
        "Write why it cannot wait; it stays on record",
    ]
    assert state(village, clock) == "on notice"
    again = jing.post(f"{QUARTER}/settlement", sure="1", early_reason="换届，已商议")
    assert (again.status_code, "换届，已商议</textarea>" in again.text) == (422, True)
    jing.post(f"{QUARTER}/settlement", sure="1", early="1", early_reason="换届，已商议")
    text = jing.get(QUARTER).text
    assert "It was settled earlier because: 换届，已商议" in text
    assert "福彩3D、排列五各一期; the first result drawn on" in text
    with village.database.read() as connection:
        [newest, _] = [one.said.text() for one in activity.activities(connection, 1, topic="quarters")]
    assert newest == "Settled 2026Q3 for good before its days of notice were over: 换届，已商议"


def test_without_a_tick_nothing_happens(jing: Desk, village: Village, clock: Clock) -> None:
    answer = jing.post(f"{QUARTER}/publication")
    assert answer.status_code == 422
    assert told(answer) == ["Tick the box first: this cannot be taken back"]
    assert state(village, clock) == "open"


def test_what_stands_in_the_way_is_named_with_a_link_and_refused(
    jing: Desk, village: Village, clock: Clock
) -> None:
    refused = jing.post(f"{QUARTER}/settlement", sure="1")
    assert (refused.status_code, "publish it first" in refused.text) == (422, True)
    jing.post(f"{QUARTER}/publication", sure="1")
    draft = Draft(
        "w" * 32,
        village.households["004"],
        None,
        "H03",
        Decimal(6),
        date(2026, 8, 20),
        "",
        "捐款",
        "表彰文件",
    )
    village.write(
        lambda connection: record_from_paper(
            connection, 1, draft, "老会计", REVIEWER, clock(), approved=False
        )
    )
    text = jing.get(QUARTER).text
    assert "1 events of Q3 2026 await a decision" in text
    assert '<a href="/review">' in text
    assert "settlement" not in text.partition("<main")[2]
    assert "Tick the box first" in jing.post(f"{QUARTER}/settlement").text  # though no form is on the page
    assert jing.post(f"{QUARTER}/settlement", sure="1").status_code == 422
    assert state(village, clock) == "on notice"


def test_a_clock_in_doubt_stops_both(jing: Desk, village: Village, clock: Clock) -> None:
    later = clock()
    clock.now = later.replace(year=2027)
    count(village, clock, "002", "H03", date(2026, 10, 1), "6")
    clock.now = later
    text = jing.get(QUARTER).text
    assert "Check the date" in text
    assert 'name="sure"' not in text
    assert jing.post(f"{QUARTER}/publication", sure="1").status_code == 422
    assert state(village, clock) == "open"


def test_the_township_reads_and_changes_nothing(app: Litestar, jing: Desk, village: Village) -> None:
    sun = signed_in(app, village, "孙镇", "township", None)
    assert sun.get("/admin/quarters?village=qingshan").status_code == 200
    text = sun.get(f"{QUARTER}?village=qingshan").text
    assert "Ended on 30 September 2026" in text
    assert 'name="sure"' not in text
    assert sun.post(f"{QUARTER}/publication", sure="1").status_code == 403
    for page in (
        *("quarters", "quarters/2026Q3", "sample/2026Q3", "fairness", "kin", "analysis", "activity"),
        *("registers", "registers/events", "reports/2026Q3", "years", "years/2026"),
    ):
        text = sun.get(f"/admin/{page}?village=qingshan").text
        assert "青山村" in text.partition("<h1")[2].partition("</h1>")[0], page


@pytest.mark.parametrize("period", ["2026", "2026-08", "2027Q1", "2026q3", "x"])
def test_what_is_no_quarter_that_has_begun_is_no_page(jing: Desk, period: str) -> None:
    assert jing.get(f"/admin/quarters/{period}").status_code == 404
    assert jing.post(f"/admin/quarters/{period}/publication", sure="1").status_code == 404
