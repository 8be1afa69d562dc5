"""`/admin/broadcast/{quarter}`: made, polished, saved, printed."""

import re

import pytest
from litestar import Litestar

from kiosk.office.activity import activities
from kiosk.office.broadcasts import LONGEST
from tests.conftest import Village
from tests.pages.recorders import Desk, deed, hire, sit_down

HERE = "/admin/broadcast/2026Q3"
POLISHED = "各位村民，大家好！\n今天说说积分。"


@pytest.fixture
def desk(app: Litestar, village: Village) -> Desk:
    village.write(lambda connection: hire(connection, village))
    return sit_down(app, village, "陈静")


def version(page: str) -> str:
    found = re.search(r'name="begun_from" value="([^"]*)"', page)
    assert found
    return found[1]


def save(desk: Desk, words: str, begun_from: str = "") -> int:
    return desk.post(HERE, {"words": words, "begun_from": begun_from}).status_code


def test_the_first_draft_is_made_of_the_quarter(app: Litestar, village: Village, desk: Desk) -> None:
    sit_down(app, village, "刘敏").post("/record", deed(member="张小明", reason="捡到钱包"))
    shown = desk.get(HERE).text
    assert "各位村民，大家好！这里是青山村广播。" in shown
    assert "第一名，一组张三家，两分" in shown
    assert "张三家的大儿子，参加志愿服务" in shown
    assert "张小明" not in shown
    assert "捡到钱包" not in shown
    assert desk.get(f"{HERE}/paper").url.path == HERE  # nothing is saved yet


def test_what_was_polished_stays_and_a_new_draft_replaces_nothing(desk: Desk, village: Village) -> None:
    assert save(desk, POLISHED) == 303
    assert "今天说说积分。" in desk.get(HERE).text
    anew = desk.get(f"{HERE}?anew=1").text
    assert "这里是青山村广播" in anew
    assert "还没有保存" in anew
    assert "今天说说积分。" in desk.get(HERE).text
    paper = desk.get(f"{HERE}/paper").text
    assert '<p class="broadcast-words">今天说说积分。</p>' in paper
    with village.database.read() as connection:
        assert [one.name for one in activities(connection, village.id, topic="quarters")] == ["陈静"]


def test_nobody_overwrites_what_somebody_else_saved_meanwhile(
    app: Litestar, village: Village, desk: Desk
) -> None:
    ping = sit_down(app, village, "周平")
    empty = version(ping.get(HERE).text)
    save(desk, POLISHED)
    assert save(desk, POLISHED) == 303  # a second click
    refused = ping.post(HERE, {"words": "周平的稿子", "begun_from": empty})
    assert refused.status_code == 422
    assert "陈静刚才保存了另一份稿子" in refused.text
    assert "周平的稿子" in refused.text
    assert "今天说说积分。" in refused.text
    assert save(ping, "周平的稿子", version(refused.text)) == 303
    assert "周平的稿子" in desk.get(f"{HERE}/paper").text


def test_an_empty_or_endless_text_is_refused(desk: Desk) -> None:
    assert save(desk, " \n ") == 422
    assert save(desk, "长" * (LONGEST + 1)) == 422
    assert desk.get(f"{HERE}/paper").url.path == HERE


def test_only_quarters_that_have_begun_are_read_out_and_always_in_chinese(desk: Desk) -> None:
    for wrong in ("2026Q4", "2026-08", "2026", "heute"):
        assert desk.get(f"/admin/broadcast/{wrong}").status_code == 404, wrong
    desk.browser.cookies.set("lang", "en")
    shown = desk.get(HERE).text
    assert "always in Chinese" in shown
    assert "各位村民" in shown
