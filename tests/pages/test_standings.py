"""The ranking of a month, quarter or year as a page, JSON and CSV."""

import csv
import io
import json
from dataclasses import replace
from datetime import date

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Connection, update

from kiosk.scoring import rulebooks, settlement, tables
from kiosk.scoring.periods import parse_period
from kiosk.scoring.rulebooks import default_rulebook
from kiosk.scoring.villages import changed
from tests.conftest import Clock, Village
from tests.pages.test_village import count

Browser = TestClient[Litestar]
SPRING = "/v/qingshan/standings/2026Q2"


@pytest.fixture
def deeds(village: Village, clock: Clock, rulebook: object) -> None:
    """王建国's household leads in spring and in summer; 张三's comes second in summer."""
    plus = [
        item.code
        for item in rulebook.items  # type: ignore[attr-defined]
        if item.subject == "household" and item.minimum == item.maximum > 0
    ]
    count(village, clock, "002", plus[0], date(2026, 5, 3))
    count(village, clock, "002", plus[0], date(2026, 7, 3))
    count(village, clock, "002", plus[1], date(2026, 8, 4))
    count(village, clock, "001", plus[1], date(2026, 8, 3))


@pytest.mark.parametrize(
    ("period", "heading"), [("2026Q3", "2026年第三季度"), ("2026-08", "2026年8月"), ("2026", "2026年")]
)
def test_every_kind_of_period_has_a_page(client: Browser, period: str, heading: str) -> None:
    text = client.get(f"/v/qingshan/standings/{period}").text
    assert f"<h1>{heading}</h1>" in text
    assert "张三" in text


@pytest.mark.parametrize(
    "period", ["2026Q4", "2027", "2026-09", "2026Q5", "2026q3", "x", "2026Q3.xlsx", " 2026"]
)
def test_a_period_that_has_not_begun_or_is_none_is_not_found(client: Browser, period: str) -> None:
    assert client.get(f"/v/qingshan/standings/{period}").status_code == 404


@pytest.mark.usefixtures("deeds")
def test_a_month_shows_its_points_and_the_quarter_so_far(client: Browser) -> None:
    text = client.get("/v/qingshan/standings/2026-08").text
    assert "本月" in text
    assert "本季累计" in text


@pytest.mark.usefixtures("deeds")
def test_json_comes_by_accept_and_by_its_ending(client: Browser) -> None:
    address = "/v/qingshan/standings/2026Q3"
    by_ending = client.get(f"{address}.json")
    by_accept = client.get(address, headers={"accept": "application/json"})
    assert by_ending.headers["content-type"] == "application/json"
    assert by_ending.content == by_accept.content
    rows = json.loads(by_ending.content)["standings"]
    assert [row["household"] for row in rows[:2]] == ["002", "001"]
    assert list(rows[0]) == [
        "rank",
        "household",
        "head",
        "group",
        "total",
        "member_points",
        "household_points",
    ]
    assert rows[0]["total"] == rows[0]["member_points"] + rows[0]["household_points"]


@pytest.mark.usefixtures("deeds")
def test_csv_opens_in_excel_and_cannot_run(client: Browser, village: Village) -> None:
    def rename(connection: Connection) -> None:
        connection.execute(
            update(tables.member).where(tables.member.c.name == "张三").values(name="=HYPERLINK(1)")
        )
        changed(connection, 1)

    village.write(rename)
    answer = client.get("/v/qingshan/standings/2026Q3.csv")
    assert answer.content.startswith(b"\xef\xbb\xbfrank,household,head,group,total,member_points,")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert rows[0]["head"] == "王建国"
    assert rows[1]["head"] == "'=HYPERLINK(1)"


def test_a_year_has_its_own_columns(client: Browser) -> None:
    text = client.get("/v/qingshan/standings/2026.csv").text
    assert text.splitlines()[0].lstrip("\ufeff") == "rank,household,head,group,average,quarters"


@pytest.mark.usefixtures("deeds")
def test_data_name_heads_as_the_village_chose(client: Browser, village: Village) -> None:
    def forget(connection: Connection) -> None:
        connection.execute(update(tables.village).values(public_names=None))
        changed(connection, 1)

    village.write(forget)
    rows = json.loads(client.get("/v/qingshan/standings/2026Q3.json").content)["standings"]
    assert {row["head"] for row in rows} == {""}


@pytest.mark.usefixtures("deeds")
def test_a_settled_quarter_says_so_and_stays_the_same_byte_for_byte(
    client: Browser, village: Village, clock: Clock
) -> None:
    spring = parse_period("2026Q2")
    village.write(lambda connection: settlement.publish(connection, 1, spring, "王主任", clock()))
    assert "公示到2026年8月22日" in client.get(SPRING).text
    clock.move(days=8)
    village.write(lambda connection: settlement.settle(connection, 1, spring, "王主任", clock()))
    settled = client.get(SPRING)
    assert "2026年8月23日结算" in settled.text
    clock.move(days=90)
    village.write(lambda connection: changed(connection, 1))
    assert client.get(SPRING).content == settled.content
    assert client.get(SPRING).headers["etag"] == settled.headers["etag"]


def test_the_year_says_how_its_figure_was_divided(client: Browser, village: Village, clock: Clock) -> None:
    assert "各季度分数之和除以四" not in client.get("/v/qingshan/standings/2026").text
    by_four = replace(default_rulebook(), annual_divisor="four")
    village.write(lambda connection: rulebooks.add(connection, by_four, clock.now.date(), "乡镇", clock.now))
    village.write(lambda connection: changed(connection, 1))
    assert "各季度分数之和除以四" in client.get("/v/qingshan/standings/2026").text
