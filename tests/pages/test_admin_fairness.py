"""The pages of fairness: questions and their events, the kin register, the sample, and the numbers for everybody."""

import re
from datetime import datetime
from io import BytesIO

import pytest
from httpx import Response
from litestar import Litestar
from python_calamine import CalamineWorkbook
from sqlalchemy import Connection

from kiosk.fairness.comparing import Comparison
from kiosk.fairness.fisher import Table
from kiosk.fairness.measures import MEASURES
from kiosk.pages.funnel import funnel, letter
from kiosk.scoring import history, ledger, settlement
from kiosk.scoring.drafts import Draft
from kiosk.scoring.periods import parse_period
from tests.conftest import Clock, Village
from tests.fairness.test_comparing import person
from tests.pages.desks import Desk, signed_in, told, where

NUMBER = {"public_number": "03 11 17 22 28 31 09", "again": "03111722283109"}


@pytest.fixture
def clerk(app: Litestar, village: Village) -> Desk:
    return signed_in(app, village, "张会计", "admin")


@pytest.fixture
def recorders(app: Litestar, village: Village, clerk: Desk, clock: Clock) -> None:
    """李秀英 gives every yard the most, 陈静 hardly ever; both wrote down twenty."""
    from tests.accounts.staff import hire

    def work(connection: Connection) -> None:
        for name, most in (("李秀英", 20), ("陈静", 3)):
            actor = hire(connection, name, "recorder").actor
            for number in range(20):
                points = "5" if number < most else "2"
                home = village.households["003" if number % 2 else "004"]
                _record(connection, f"{name}{number:06}", home, points, actor, clock.now)

    village.write(work)


def _record(connection: Connection, key: str, home: int, points: str, by: object, now: datetime) -> None:
    from decimal import Decimal

    draft = Draft(key, home, None, "C01", Decimal(points), now.date(), "院落", "院子整洁", "巡查")
    ledger.record(connection, 1, draft, by, now)  # type: ignore[arg-type]


def test_what_is_unlike_the_others_is_asked_with_its_events(clerk: Desk, recorders: None) -> None:
    text = clerk.get("/admin/fairness").text
    assert "李秀英 gave the most that the item allows in 20 of 20 cases" in text
    assert "What is the reason?" in text
    assert "Only the village's administrators and the township see this page" in text
    link = re.search(r'href="([^"]*person=2&amp;what=highest[^"]*)"', text)
    assert link
    events = clerk.get(link[1].replace("&amp;", "&"))
    assert "20 of 20 events, marked and first." in events.text
    assert "院子整洁" in events.text


def test_a_quarter_without_data_says_so(clerk: Desk) -> None:
    text = clerk.get("/admin/fairness?period=2025Q4").text
    assert "too little data" in text
    assert "<svg" not in text
    for period in ("2026Q4", "2026-08", "x"):
        assert clerk.get(f"/admin/fairness?period={period}").status_code == 404
    for asked in ("person=99", "person=1&what=nothing", "person=1&what=before&household=1"):
        assert clerk.get(f"/admin/fairness/events?{asked}").status_code == 404


def test_the_township_reads_each_village_but_not_the_families_words(
    app: Litestar, village: Village, recorders: None
) -> None:
    town = signed_in(app, village, "孙镇", "township", None)
    text = town.get("/admin/fairness?village=qingshan").text
    assert "&amp;village=qingshan" in text
    events = town.get("/admin/fairness/events?person=2&what=highest&village=qingshan").text
    assert "20 of 20 events" in events
    assert "院子整洁" not in events
    assert town.get("/admin/fairness?village=nowhere").status_code == 404


def test_the_workbook_holds_the_same(clerk: Desk, recorders: None) -> None:
    answer = clerk.get("/admin/fairness.xlsx")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    assert len(book.sheet_names) == 5
    rows = book.get_sheet_by_name("Comparisons").to_python()
    assert any("李秀英" in row and any("What is the reason?" in str(cell) for cell in row) for row in rows)


def test_letters_stand_for_people_and_a_bar_for_what_is_usual() -> None:
    assert [letter(number) for number in (0, 25, 26, 52)] == ["A", "Z", "AA", "BA"]
    compared = [
        Comparison(MEASURES[0], person(1), [Table(30, 24, 90, 18)], 0, 0.002),
        Comparison(MEASURES[0], person(2), [Table(30, 7, 90, 35)], 0, 0.002),
        Comparison(MEASURES[0], person(3), [Table(10, 2, 110, 40)], 0, 0.002),
    ]
    plot = funnel(compared)
    assert plot
    first, second, third = plot.dots
    assert [dot.kind for dot in plot.dots] == ["asks", "usual", "few"]
    assert first.high is not None
    assert first.y < first.high  # above the bar: downwards is more in a picture
    assert second.low is not None
    assert second.high is not None
    assert second.high <= second.y <= second.low
    assert third.low is None
    assert abs(first.x - second.x) >= 20  # their letters can be read
    assert funnel([]) is None


def test_the_kin_register_counts_and_says_since_when(clerk: Desk, recorders: None) -> None:
    clerk.post("/admin/people/2/kin", kin="3")
    assert clerk.get("/admin/kin.xlsx").content[:2] == b"PK"
    text = clerk.get("/admin/kin").text
    assert "Registered relations: 1" in text
    assert '<a href="/admin/people/2">李秀英</a>' in text
    assert "15 August 2026" in text
    assert "李秀英 and household 003: 10 events." in clerk.get("/admin/fairness").text


@pytest.fixture
def published(clerk: Desk, recorders: None, village: Village, clock: Clock) -> None:
    clock.move(days=50)  # 4 October
    quarter = parse_period("2026Q3")
    village.write(lambda connection: settlement.publish(connection, 1, quarter, "村委会", clock.now))
    clock.move(days=2)
    clerk.sign_in("张会计")


def test_the_sample_waits_for_the_notice(clerk: Desk) -> None:
    assert "has not been published yet" in clerk.get("/admin/sample/2026Q3").text
    refused = clerk.post("/admin/sample/2026Q3", **NUMBER)
    assert refused.status_code == 422
    assert "has not been published yet" in refused.text
    assert clerk.get("/admin/sample/2026Q3/sheet").status_code == 404
    for quarter in ("2026", "2026q3", "x"):
        assert clerk.get(f"/admin/sample/{quarter}").status_code == 404


def test_a_number_too_short_stays_typed(clerk: Desk, published: None) -> None:
    answer = clerk.post("/admin/sample/2026Q3", public_number="77", again="77")
    assert told(answer) == [
        "Write the whole number, at least 4 digits: with fewer, all draws could be tried out"
    ]
    assert 'value="77"' in answer.text
    unlike = clerk.post("/admin/sample/2026Q3", public_number="03111722283109", again="03111722283108")
    assert told(unlike) == ["This is not the number above; look at both once more"]
    assert 'value="03111722283109"' in unlike.text


def test_the_sample_is_drawn_looked_at_and_told_in_numbers(
    clerk: Desk, published: None, village: Village
) -> None:
    assert where(clerk.post("/admin/sample/2026Q3", **NUMBER)) == (303, "/admin/sample/2026Q3")
    text = clerk.get("/admin/sample/2026Q3").text
    events = re.findall(r'id="event-(\d+)"', text)
    assert len(events) == 10
    assert (
        "has been drawn already"
        in clerk.post("/admin/sample/2026Q3", public_number="9999", again="9999").text
    )
    first, second, *_ = events
    assert note(clerk, first, "confirmed").headers["location"].endswith(f"#event-{first}")
    assert note(clerk, second, "wrong", "院子没有打扫").status_code == 303
    shown = clerk.get("/admin/sample/2026Q3").text
    assert f'action="/admin/sample/2026Q3/reversals#event-{second}"' in shown
    assert "Confirmed: 1, doubtful: 0, wrong: 1" in shown
    sheet = clerk.get("/admin/sample/2026Q3/sheet").text
    assert sheet.count("□") == 8 * 3
    assert (
        '<div class="table-room" tabindex="0" role="region" aria-label="' in sheet
    )  # wider than a telephone
    assert "院子没有打扫" in sheet
    village.noticed()
    public = clerk.get("/v/qingshan").text
    assert "Drawn: 10. Confirmed: 1, doubtful: 0, wrong: 1." in public
    assert "03111722283109" in public
    assert "Double-colour ball of the China Welfare Lottery" in public
    assert "院子没有打扫" not in public
    assert "王大力" not in public


def test_what_was_found_wrong_is_taken_back_on_the_same_page(
    clerk: Desk, published: None, village: Village
) -> None:
    clerk.post("/admin/sample/2026Q3", **NUMBER)
    first, second, *_ = re.findall(r'id="event-(\d+)"', clerk.get("/admin/sample/2026Q3").text)
    note(clerk, first, "wrong", "院子没有打扫")
    note(clerk, second, "doubtful", "说法不一")
    back = "/admin/sample/2026Q3/reversals"
    assert told(clerk.post(back, event=first, reason=" ")) == [
        "Write why it is taken back; the household sees it"
    ]
    for _ in range(2):
        done = clerk.post(back, event=first, reason="查无此事")
        assert where(done) == (303, f"/admin/sample/2026Q3#event-{first}")
    with village.database.read() as connection:
        taken = history.deed(connection, 1, int(first))
    assert taken
    assert (taken.status, taken.reversal_reason) == ("reversed", "查无此事")
    for other in (second, "99", "x"):
        refused = clerk.post(back, event=other, reason="查无此事")
        assert refused.status_code == 422
        assert "Only what the check found wrong" in refused.text


def test_an_outcome_that_lacks_something_stays_typed(clerk: Desk, published: None, app: Litestar) -> None:
    clerk.post("/admin/sample/2026Q3", **NUMBER)
    first = re.findall(r'id="event-(\d+)"', clerk.get("/admin/sample/2026Q3").text)[0]
    answer = note(clerk, first, "wrong")
    assert told(answer) == ["Write what is doubtful or wrong about it"]
    assert 'value="王大力"' in answer.text
    assert "somebody else goes and looks" in note(clerk, first, "confirmed", by="李秀英、陈静").text
    assert note(clerk, "x", "confirmed").status_code == 422


def test_reviewers_note_outcomes_too_but_only_an_administrator_draws(
    clerk: Desk, published: None, app: Litestar, village: Village
) -> None:
    reviewer = signed_in(app, village, "罗永红", "reviewer")
    assert reviewer.post("/admin/sample/2026Q3", **NUMBER).status_code == 403
    assert "An administrator of the village draws the sample." in reviewer.get("/admin/sample/2026Q3").text
    clerk.post("/admin/sample/2026Q3", **NUMBER)
    first = re.findall(r'id="event-(\d+)"', reviewer.get("/admin/sample/2026Q3").text)[0]
    assert note(reviewer, first, "doubtful", "邻居说法不一").status_code == 303


def note(desk: Desk, event: str, outcome: str, remark: str = "", by: str = "王大力") -> Response:
    fields = {"event": event, "outcome": outcome, "remark": remark, "inspected_by": by}
    return desk.post("/admin/sample/2026Q3/inspections", **fields)


def test_everybody_may_read_the_numbers(clerk: Desk, recorders: None, village: Village) -> None:
    village.noticed()
    text = clerk.get("/v/qingshan").text
    assert "Events written down" in text
    assert '<td class="number figure">40</td>' in text
    assert "Kin relations registered: 0." in text
    clerk.post("/admin/people/2/kin", kin="001")
    village.noticed()
    assert "Kin relations registered: 1." in clerk.get("/v/qingshan").text
