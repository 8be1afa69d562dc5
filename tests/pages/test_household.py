"""A household's own page, behind the code at its door."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from PIL import Image
from sqlalchemy import Connection, update

from kiosk import photos
from kiosk.pages import household
from kiosk.pages.revisions import Revisions
from kiosk.pages.site import Site
from kiosk.pages.styles import style
from kiosk.roster import households
from kiosk.scoring import boards, rulebooks, tables
from kiosk.scoring.periods import parse_period
from kiosk.scoring.rulebooks import default_rulebook
from kiosk.scoring.villages import changed
from tests.conftest import Clock, Village
from tests.golden import check_golden
from tests.pages.desks import signed_in
from tests.pages.household_of_zhang import ADDRESS, TOKEN, Office, live

GOLDEN = Path(__file__).parent / "golden" / "household.html"
_ROW = re.compile(r'<li class="deed ([a-z-]+)">.*?deed-points[^>]*>\(?([+−]?[\d.]+)', re.DOTALL)


@pytest.fixture
def zhang(village: Village, clock: Clock) -> Village:
    live(village, clock())
    return village


def text_of(html: str) -> str:
    """What a reader sees of it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", unescape(html))).strip()


def test_the_page_is_drawn_as_it_was(client: TestClient[Litestar], zhang: Village) -> None:
    text = client.get(ADDRESS, headers={"cookie": "lang=en"}).text
    for changing in (r"(?<=\?v=)[0-9a-f]{12}", r'(?<=class="code">)\w{8}'):
        text = re.sub(changing, "…", text)
    check_golden(GOLDEN, text)


def test_one_sentence_tells_points_and_rank(client: TestClient[Litestar], zhang: Village) -> None:
    sentence = text_of(client.get(ADDRESS).text.partition('class="total-words">')[2].partition("</p>")[0])
    assert sentence == "本季度 6 分， 全村第 1 名，共 5 户。"


def test_the_rows_of_every_quarter_add_up_to_its_total(client: TestClient[Litestar], zhang: Village) -> None:
    for quarter in ("2026Q1", "2026Q2", "2026Q3"):
        text = client.get(ADDRESS, params={"period": quarter}).text
        rows = [points.replace("−", "-") for fate, points in _ROW.findall(text) if fate != "waiting"]
        with zhang.database.read() as connection:
            home, period = zhang.households["001"], parse_period(quarter)
            total = boards.household_total(connection, 1, home, period, period.last)
        assert sum(map(Decimal, rows)) == total
        assert f"<b>{total.normalize():f} 分</b>" in text


def test_whatever_happened_to_a_deed_is_told(client: TestClient[Litestar], zhang: Village) -> None:
    text = text_of(client.get(ADDRESS).text)
    for told in (
        "超出上限 原记 +1 分。",
        "待审核",
        "未通过 经办人：周平。 原因：依据不足，请补充说明后重新登记",
        "已撤销 经办人：陈静。 原因：重复登记",
        "更正 这是2026年第二季度的事",
        "补记 2026年7月20日审核通过，从当天起计分。",
        "刘敏 记录 · 周平 审核",
        "巷口堆放砂石",
        "其中2026年8月：",
    ):
        assert told in text


def test_each_receipt_stands_on_the_page(
    client: TestClient[Litestar], village: Village, clock: Clock
) -> None:
    receipt = Office(village, clock()).deed("H01", "2026-08-14", "张三")
    text = text_of(client.get(ADDRESS).text)
    assert f"凭证 {receipt.event_id} 号 {receipt.code}" in text


def test_a_settled_quarter_tells_what_went_elsewhere(client: TestClient[Litestar], zhang: Village) -> None:
    text = text_of(client.get(ADDRESS, params={"period": "2026Q2"}).text)
    assert "2026年第二季度 4 分" in text
    assert "结算以后有变动，差额计入以后的季度。" in text
    assert "那个季度已结算，计入2026年第三季度。" in text
    assert "接下来可以做" not in text


def test_a_late_entry_that_waits_stands_on_the_running_quarter(
    client: TestClient[Litestar], zhang: Village, clock: Clock
) -> None:
    Office(zhang, clock(), deeds=100).deed("E05", "2026-05-02", "张三", late=True)
    assert "以前季度的事" in client.get(ADDRESS).text
    assert "从审核通过当天起计分。" in client.get(ADDRESS).text


def test_grown_ups_are_named_and_children_are_not(client: TestClient[Litestar], zhang: Village) -> None:
    text = text_of(client.get(ADDRESS).text)
    assert "妻 李秀英" in text
    assert "长子 · 8月5日" in text
    assert "张小明" not in text


def test_a_child_at_the_head_is_not_named(client: TestClient[Litestar]) -> None:
    text = client.get(f"{ADDRESS[:-1]}5").text
    assert "赵小燕" not in text
    assert "005户" in text


def test_a_household_without_deeds_is_welcome(client: TestClient[Litestar]) -> None:
    text = client.get(ADDRESS).text
    assert "本季度还没有记录" in text
    assert "全村各户积分暂时相同" in text
    assert "接下来可以做" in text


def test_what_is_used_up_is_not_offered_again(
    client: TestClient[Litestar], village: Village, clock: Clock
) -> None:
    office = Office(village, clock())
    offered = [item for item in default_rulebook().items if item.title in chances(client)]
    item = next(item for item in offered if item.max_times and item.per != "day")
    for who in ("张三", "李秀英", "张小明") if item.subject == "member" else ("",):
        for _ in range(item.max_times or 0):
            office.deed(item.code, "2026-08-15", who, points=str(item.minimum))
    assert item.title not in chances(client)


def test_base_points_are_a_part_of_the_sum(
    client: TestClient[Litestar], village: Village, clock: Clock
) -> None:
    book = replace(default_rulebook(), base_points=Decimal(100))
    village.write(
        lambda connection: rulebooks.add(connection, book, parse_period("2026Q3").first, "乡镇", clock())
    )
    text = text_of(client.get(ADDRESS).text)
    assert "本季度 100 分" in text
    assert "基础分+100" in text


def test_a_household_that_left_is_not_ranked(
    client: TestClient[Litestar], village: Village, clock: Clock
) -> None:
    left = clock().date() - timedelta(days=1)
    village.write(
        lambda connection: (
            connection.execute(
                update(tables.member).where(tables.member.c.household_id == 1).values(left=left)
            ),
            changed(connection, 1),
        )
    )
    assert "不参加排名" in client.get(ADDRESS).text


def test_the_page_follows_every_deed(client: TestClient[Litestar], village: Village, clock: Clock) -> None:
    office = Office(village, clock())
    for count in (1, 2, 3):
        office.deed("H01", "2026-08-14", "张三")
        assert client.get(ADDRESS).text.count('class="deed ') == count


def test_an_unchanged_page_is_drawn_once(
    client: TestClient[Litestar], zhang: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = client.get(ADDRESS)
    monkeypatch.setattr("kiosk.pages.household.read_facts", None)
    again = client.get(ADDRESS)
    assert again.content == first.content
    assert again.headers["cache-control"] == "no-store"


def test_browsers_keep_nothing_and_tell_nobody(client: TestClient[Litestar]) -> None:
    for path in (ADDRESS, "/h/NOBODY", f"{ADDRESS}/photos/1"):
        headers = client.get(path).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "same-origin"


def test_the_token_may_be_typed_by_hand(client: TestClient[Litestar]) -> None:
    for written in (TOKEN.lower(), f"{TOKEN[:5]}-{TOKEN[5:]}", f"{TOKEN[:5]}%20{TOKEN[5:]}"):
        assert "张三家" in client.get(f"/h/{written}").text
    assert "张三家" in client.get(f"/H/{TOKEN}").text


def test_every_unknown_token_answers_alike(client: TestClient[Litestar]) -> None:
    answers = {
        client.get(f"/h/{token}").text
        for token in ("A" * 26, "2", "zz", f"{TOKEN}A", f"{TOKEN[:-1]}9", "%27%20OR%201", "x" * 3000)
    }
    assert len(answers) == 1
    answer = answers.pop()
    assert "没有这个页面" in answer
    assert (
        style("household") in answer
    )  # who scanned the plate gets the plate's large type, whatever went wrong
    assert client.get("/h/ABC").status_code == 404


def test_a_renewed_plate_says_so_kindly(client: TestClient[Litestar], village: Village, clock: Clock) -> None:
    assert client.get(ADDRESS).status_code == 200
    token = village.write(lambda connection: renewed(connection, clock))
    old = client.get(ADDRESS)
    assert old.status_code == 410
    assert "门牌已换新" in old.text
    assert "张三" not in old.text
    for form in ("objection", "declaration"):
        assert client.get(f"{ADDRESS}/{form}").status_code == 410
        sent = client.post(f"{ADDRESS}/{form}", headers={"x-csrftoken": client.cookies["csrftoken"]})
        assert sent.status_code == 410
        assert "请扫门口的新门牌" in sent.text
    assert "张三家" in client.get(f"/h/{token}").text


def test_a_renewed_token_dies_at_once_also_within_the_grace(
    app: Litestar, client: TestClient[Litestar], village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also before the answer to the administrator has arrived, after which revisions are read anew."""
    clerk = signed_in(app, village, "张会计", "admin")
    app.state.site.cache.grace = 60
    monkeypatch.setattr(Revisions, "refresh_soon", never_mind)
    assert client.get(ADDRESS).status_code == 200
    mark = clerk.get("/admin/household/001").text.partition('name="plate" value="')[2].partition('"')[0]
    assert clerk.post("/admin/household/001/plate", plate=mark, sure="1").status_code == 303
    assert client.get(ADDRESS).status_code == 410


def test_a_page_whose_plate_is_renewed_while_it_is_drawn_is_not_kept(
    app: Litestar,
    client: TestClient[Litestar],
    village: Village,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    find = household._find

    def find_and_renew(site: Site, token: str) -> tuple[households.Household | None, str]:
        found = find(site, token)
        village.write(lambda connection: renewed(connection, clock))
        return found

    monkeypatch.setattr(household, "_find", find_and_renew)
    assert client.get(ADDRESS).status_code == 410
    assert not app.state.site.cache._kept


def test_only_quarters_that_have_begun_can_be_looked_at(client: TestClient[Litestar]) -> None:
    for period in ("2026Q4", "2026-08", "2026", "nonsense", "2031Q1"):
        assert client.get(ADDRESS, params={"period": period}).status_code == 404


def test_the_size_of_the_text_stays_while_looking_around(
    client: TestClient[Litestar], zhang: Village
) -> None:
    text = client.get(ADDRESS, params={"size": "3"}).text
    assert '<body class="size-3">' in text
    assert f'href="{ADDRESS}?period=2026Q2&amp;size=3"' in text
    assert f'href="{ADDRESS}?size=2"' in text
    assert f'href="{ADDRESS}"' in text


def test_the_english_page_is_english(client: TestClient[Litestar], zhang: Village) -> None:
    text = text_of(client.get(ADDRESS, headers={"cookie": "lang=en"}).text)
    assert "This quarter 6 points, rank 1 of 5 households." in text
    assert "Corrections of earlier quarters−2" in text


def test_the_page_needs_no_script(client: TestClient[Litestar]) -> None:
    assert "<script" not in client.get(ADDRESS).text


def test_page_and_styles_stay_under_thirty_kilobytes(
    client: TestClient[Litestar], village: Village, clock: Clock
) -> None:
    office = Office(village, clock())
    for count in range(60):
        office.deed("I02", "2026-08-14", "张三", reason=f"第{count}条建议：在{count}组修路灯、清水沟")
    sizes = []
    page = client.get(ADDRESS, headers={"accept-encoding": "gzip"})
    for path in ("", *re.findall(r'(?:href|src)="(/(?:style|static)/[^"]+)"', page.text)):
        answer = page if not path else client.get(path, headers={"accept-encoding": "gzip"})
        sizes.append(int(answer.headers["content-length"]))
    assert page.text.count('class="deed ') == 60
    assert len(sizes) == 3
    assert sum(sizes) < 30_000


def test_a_photo_is_shown_to_its_own_household_alone(
    client: TestClient[Litestar], village: Village, clock: Clock, tmp_path: Path
) -> None:
    written = BytesIO()
    Image.new("RGB", (1400, 1000), "green").save(written, "JPEG")
    name = photos.keep(tmp_path / "data" / "photos", written.getvalue())
    receipt = Office(village, clock()).deed("H01", "2026-08-14", "张三", photo=name)
    address = f"{ADDRESS}/photos/{receipt.event_id}"
    assert address in client.get(ADDRESS).text
    answer = client.get(address)
    assert answer.headers["content-type"] == "image/jpeg"
    assert Image.open(BytesIO(answer.content)).size == (800, 571)
    assert client.get(f"{ADDRESS[:-1]}2/photos/{receipt.event_id}").status_code == 404
    assert client.get(f"{ADDRESS}/photos/999").status_code == 404


def test_the_token_is_in_no_log(
    client: TestClient[Litestar], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.pages.household.read_facts", None)
    with caplog.at_level("DEBUG"), TestClient(client.app, raise_server_exceptions=False) as browser:
        browser.headers["accept"] = "text/html"
        assert browser.get(ADDRESS).status_code == 500
    written = "".join(record.getMessage() for record in caplog.records if record.name.startswith("kiosk"))
    assert "error" in written
    assert TOKEN not in caplog.text.replace("HTTP Request: GET http://testserver.local" + ADDRESS, "")


def chances(client: TestClient[Litestar]) -> list[str]:
    part = client.get(ADDRESS).text.partition('class="chances">')[2].partition("</ul>")[0]
    return re.findall(r"<span>(.+?)</span>", part)


def renewed(connection: Connection, clock: Clock) -> str:
    home = households.by_token(connection, TOKEN)
    assert home
    return households.renew_token(connection, home, clock())


async def never_mind(_: Revisions) -> None:
    pass
