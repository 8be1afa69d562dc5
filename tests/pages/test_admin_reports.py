"""The report for the township: what stands in it, what does not, and the villages side by side."""

import re
from datetime import date
from io import BytesIO

import pytest
from litestar import Litestar
from python_calamine import CalamineWorkbook
from sqlalchemy import insert

from kiosk.office.analysis import analysis
from kiosk.office.tables import honour_decision
from kiosk.pages.findings import findings
from kiosk.pages.languages import translations
from kiosk.scoring import chain, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.drafts import Draft
from kiosk.scoring.ledger import record
from kiosk.scoring.periods import parse_period
from kiosk.scoring.proof import grouped
from kiosk.scoring.tables import village as village_table
from tests.conftest import Clock, Village
from tests.pages.desks import Desk, signed_in
from tests.pages.test_admin_analysis import chen as chen  # the same village, lived through

REPORT = "/admin/reports/2026Q3"


def words(text: str) -> str:
    """The report itself without tags."""
    [article] = re.findall(r'<article class="report">(.*?)</article>', text, re.DOTALL)
    return " ".join(re.sub(r"<title>.*?</title>|<[^>]+>", " ", article).split())


def sheets(desk: Desk, path: str) -> dict[str, list[list[object]]]:
    answer = desk.get(path)
    assert answer.status_code == 200
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def test_the_report_holds_the_main_figures_and_the_end_of_the_ledger(chen: Desk, village: Village) -> None:
    text = words(chen.get(REPORT).text)
    assert "Households on the roll 5 " in text
    assert "Share of the households 40% " in text
    assert "There is no period before to compare with." in text
    assert not re.search("Period before|Difference|Over time", text.partition("Categories")[0])
    assert "1 001 张三 一组" in text
    with village.database.read() as connection:
        number, digest = chain.head(connection, village.id)
    assert f"Ledger up to entry no. {number}, digest {grouped(digest)}." in text


def test_a_minor_at_the_head_of_a_leading_household_is_not_named(
    chen: Desk, village: Village, clock: Clock
) -> None:
    draft = Draft(
        "x" * 32, village.households["005"], village.members["赵小燕"], "H01", None, date(2026, 8, 1), "河堤"
    )
    paper = Actor(None, "刘敏", "reviewer", 1)
    village.write(lambda connection: record(connection, 1, draft, paper, clock()))
    text = words(chen.get(REPORT).text)
    assert "2 005 三组 2" in text
    assert "赵小燕" not in text
    assert all("赵小燕" not in row for rows in sheets(chen, f"{REPORT}.xlsx").values() for row in rows)


def test_the_workbook_says_the_same_on_several_sheets(chen: Desk) -> None:
    found = sheets(chen, f"{REPORT}.xlsx")
    assert list(found) == ["Main figures", "Categories", "Groups", "Leaders", "Over time"]
    main = {str(row[0]): row[1] for row in found["Main figures"]}
    assert main["Households with a good deed"] == 2
    assert [row[4] for row in found["Leaders"] if row[1] == "001"] == [4]
    assert "Honours" in sheets(chen, "/admin/reports/2026.xlsx")


def test_a_settled_quarter_prints_the_digest_of_its_notice(
    app: Litestar, village: Village, clock: Clock, chen: Desk
) -> None:
    clock.move(days=60)
    quarter = parse_period("2026Q3")
    village.write(lambda connection: settlement.publish(connection, 1, quarter, "周平", clock()))
    clock.move(days=8)
    settled = village.write(lambda connection: settlement.settle(connection, 1, quarter, "周平", clock()))
    wang = signed_in(app, village, "王敏", "reviewer")
    text = words(wang.get(REPORT).text)
    assert grouped(settled.digest) in text
    assert "settled on 22 October 2026" in text


def test_a_year_s_report_names_whom_the_committee_honoured(
    app: Litestar, village: Village, clock: Clock, chen: Desk
) -> None:
    assert "No honour has been granted for this year yet." in words(chen.get("/admin/reports/2026").text)
    decided = {"village_id": 1, "year": 2026, "honour": "最美家庭", "reason": "", "account_id": 1}
    row = {**decided, "household_id": village.households["001"], "decided_by": "周平", "decided_at": clock()}
    village.write(
        lambda connection: connection.execute(insert(honour_decision).values({**row, "decision": "granted"}))
    )
    assert "001 张三" in words(chen.get("/admin/reports/2026").text).split("Honours")[1]
    honours = sheets(chen, "/admin/reports/2026.xlsx")["Honours"]
    assert [row[2] for row in honours if row[1] == "001"] == ["张三"]


def test_a_period_without_a_report_is_not_found(chen: Desk) -> None:
    for period in ("2026Q4", "2026-08", "2026q3", "soon", "2026Q3.csv", "2027"):
        assert chen.get(f"/admin/reports/{period}").status_code == 404, period


def test_an_empty_quarter_has_a_report_too(app: Litestar, village: Village) -> None:
    desk = signed_in(app, village, "周平", "admin")
    text = words(desk.get("/admin/reports/2026Q2").text)
    assert "No household has points yet." in text
    assert desk.get("/admin/reports/2026Q2.xlsx").status_code == 200


def test_a_village_sees_its_own_periods_and_the_township_all_villages(
    app: Litestar, village: Village, chen: Desk
) -> None:
    village.write(
        lambda connection: connection.execute(insert(village_table).values(id=2, code="linhe", name="临河村"))
    )
    own = chen.get("/admin/reports").text
    assert "/admin/reports/2026Q3" in own
    assert "/admin/reports/2026" in own
    assert "临河村" not in own
    sun = signed_in(app, village, "孙镇", "township", None)
    side_by_side = sun.get("/admin/reports?period=2026Q3").text
    assert "/admin/reports/2026Q3?village=linhe" in side_by_side
    assert sun.get(f"{REPORT}?village=linhe").status_code == 200  # a village without households
    assert "Nobody is on the roll in Q3 2026." in sun.get("/admin/analysis?village=linhe").text
    assert sun.get(REPORT).status_code == 404  # which of the two?
    rows = sheets(sun, "/admin/reports.xlsx?period=2026Q3")["Overview"]
    assert [row[0] for row in rows if row[3] in (0, 5)] == ["临河村", "青山村"]


@pytest.mark.usefixtures("chen")
def test_every_finding_can_be_said(village: Village, clock: Clock) -> None:
    with village.database.read() as connection:
        asked = [
            (lang, period) for lang in ("en", "zh_Hans") for period in ("2025Q1", "2026Q2", "2026Q3", "2026")
        ]
        for lang, period in asked:
            say = translations(lang).gettext
            seen = analysis(connection, village.id, parse_period(period), clock())
            for one in findings(seen, lang).values():
                assert "%(" not in one.said.text(say)
