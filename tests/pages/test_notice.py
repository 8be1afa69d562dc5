"""The sheet on the wall: of a quarter on notice, of a settled one, of a month."""

import re
from datetime import date
from decimal import Decimal

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Connection, insert, update

from kiosk.scoring import chain, ledger, proof, settlement, tables
from kiosk.scoring.actors import Actor
from kiosk.scoring.ledger import Draft
from kiosk.scoring.periods import parse_period
from tests.accounts.staff import hire
from tests.conftest import Clock, Village

SUMMER = parse_period("2026Q3")
REVIEWER = Actor(None, "刘主任", "reviewer", 1)
NOTICE = "/v/qingshan/notice/2026Q3"


def count(village: Village, clock: Clock, code: str, item: str, day: date, points: str = "") -> int:
    """An approved deed of the whole household; returns the event."""
    key, claimed = f"{code}-{item}-{day}", Decimal(points) if points else None
    draft = Draft(
        key, village.households[code], None, item, claimed, day, reason="清扫门前", basis="表彰文件"
    )
    receipt = village.write(
        lambda connection: ledger.record_from_paper(
            connection, 1, draft, "老会计", REVIEWER, clock(), approved=True
        )
    )
    return receipt.event_id


def publish(village: Village, clock: Clock) -> proof.Proof:
    def work(connection: Connection) -> proof.Proof:
        settlement.publish(connection, 1, SUMMER, "刘主任", clock())
        made = proof.proof_of(connection, 1, SUMMER)
        assert made
        return made

    return village.write(work)


def _related(connection: Connection) -> None:
    person = hire(connection, "李秀英", "recorder")
    connection.execute(insert(tables.kin).values(account_id=person.actor.account_id, household_id=1))


def rows(text: str) -> list[list[str]]:
    """The table's cells: rank, number, head, group, members', household's, total."""
    body = text.partition("<tbody>")[2].partition('<tr class="end">')[0]
    return [re.findall(r"<t[dh][^>]*>([^<\n]*)", row) for row in body.split("<tr>")[1:]]


@pytest.fixture
def summer(village: Village, clock: Clock) -> int:
    """Two deeds of the third quarter, and the day after its end; returns the first deed."""
    first = count(village, clock, "001", "H03", date(2026, 8, 14), "6")
    count(village, clock, "003", "C06", date(2026, 8, 15))
    clock.move(days=50)
    return first


def test_a_quarter_that_is_not_published_says_so_kindly(
    client: TestClient[Litestar], village: Village, clock: Clock
) -> None:
    client.cookies.set("lang", "en")
    running = client.get(NOTICE)
    assert (running.status_code, "runs until 30 September 2026" in running.text) == (200, True)
    clock.move(days=50)
    assert "This quarter has ended" in client.get(NOTICE).text


@pytest.mark.parametrize("period", ["2026", "2027Q1", "2026q3", "2026-13", "nonsense", "2026Q3.csv"])
def test_what_is_no_quarter_or_month_that_has_begun_is_no_page(
    client: TestClient[Litestar], village: Village, period: str
) -> None:
    assert client.get(f"/v/qingshan/notice/{period}").status_code == 404


def test_a_notice_is_a_table_of_every_household_with_all_its_points(
    client: TestClient[Litestar], village: Village, clock: Clock, summer: int
) -> None:
    made = publish(village, clock)
    text = client.get(NOTICE).text
    assert rows(text) == [
        ["1", "001", "张三", "一组", "0", "6", "6"],
        ["2", "002", "王建国", "一组", "0", "0", "0"],
        ["2", "004", "李四", "二组", "0", "0", "0"],
        ["2", "005", "", "三组", "0", "0", "0"],
        ["5", "003", "欧阳建华", "二组", "0", "−2", "−2"],
    ]
    assert proof.grouped(made.digest) in text
    assert f"/v/qingshan/verify?first=1&amp;number=2&amp;digest={proof.coded(made.digest)}" in text
    assert "公示期：2026年10月4日至2026年10月11日" in text
    assert "/v/qingshan/objection?quarter=2026Q3" in text
    assert "积分事件 2 件 · 加分合计 +6 · 扣分合计 −2" in text
    assert all(word in text for word in ("制表人", "审核人", "监督小组", "（盖章）", "这是本村第一次公示"))


def test_printed_again_it_is_the_same_whatever_was_decided_meanwhile(
    client: TestClient[Litestar], village: Village, clock: Clock, summer: int
) -> None:
    publish(village, clock)
    before = client.get(NOTICE).text
    clock.move(hours=3)
    village.write(lambda connection: ledger.reverse(connection, 1, summer, REVIEWER, "查实不符", clock()))
    count(village, clock, "002", "H03", date(2026, 9, 1), "8")
    village.write(_related)
    assert client.get(NOTICE).text == before
    assert "公示时已登记亲属关系 0 条" in before
    assert "中国福利彩票双色球：六个红球从小到大，再接蓝球，每球两位数字；取" in before
    assert rows(client.get("/v/qingshan/standings/2026Q3").text) != rows(before)


def test_settled_it_is_the_result_with_its_own_digest(
    client: TestClient[Litestar], village: Village, clock: Clock, summer: int
) -> None:
    publish(village, clock)
    count(village, clock, "002", "H03", date(2026, 9, 1), "8")
    clock.move(days=8)
    village.write(lambda connection: settlement.settle(connection, 1, SUMMER, "刘主任", clock()))
    text = client.get(NOTICE).text
    with village.database.read() as connection:
        settled = proof.proof_of(connection, 1, SUMMER)
    assert settled
    assert "积分结果" in text
    assert proof.grouped(settled.snapshot) in text
    assert rows(text)[0] == ["1", "002", "王建国", "一组", "0", "8", "8"]
    assert "objection" not in text


def test_a_months_list_shows_the_month_the_quarter_so_far_and_the_newest_digest(
    client: TestClient[Litestar], village: Village, clock: Clock
) -> None:
    count(village, clock, "001", "H03", date(2026, 7, 14), "6")
    count(village, clock, "001", "H03", date(2026, 8, 14), "8")
    text = client.get("/v/qingshan/notice/2026-08").text
    assert rows(text)[0] == ["1", "001", "张三", "一组", "0", "8", "8", "14"]
    with village.database.read() as connection:
        assert proof.grouped(chain.head(connection, 1)[1]) in text
    assert "截至第 2 笔积分流水" in text


@pytest.mark.parametrize(("choice", "shown"), [("masked", "张*"), ("code", None), (None, None)])
def test_heads_are_named_as_the_village_chose(
    client: TestClient[Litestar],
    village: Village,
    clock: Clock,
    summer: int,
    choice: str | None,
    shown: str | None,
) -> None:
    village.write(lambda connection: connection.execute(update(tables.village).values(public_names=choice)))
    publish(village, clock)
    text = client.get(NOTICE).text
    assert "张三" not in text
    assert ("张*" in text) == (shown is not None)
    assert ("户主" in text.partition("<tbody>")[0]) == (shown is not None)


def test_a_village_without_households_still_has_a_sheet(
    client: TestClient[Litestar], village: Village, clock: Clock
) -> None:
    village.write(lambda connection: connection.execute(tables.member.delete()))
    clock.move(days=50)
    publish(village, clock)
    text = client.get(NOTICE).text
    assert "没有在册的户" in text
    assert "上次公示以来没有新增积分流水" in text


def test_pages_lead_to_the_notice_while_it_hangs(
    client: TestClient[Litestar], village: Village, clock: Clock, summer: int
) -> None:
    link = f'href="{NOTICE}"'
    assert link not in client.get("/v/qingshan").text
    publish(village, clock)
    for page in ("/v/qingshan", "/v/qingshan/standings/2026Q3", f"/h/TOKEN{'001':>021}?period=2026Q3"):
        assert link in client.get(page).text, page
    assert f'aria-label="http://localhost:8000{NOTICE}"' in client.get("/v/qingshan/square").text
