"""The register of rewards as the office uses it."""

import re

import pytest
from litestar import Litestar

from kiosk.sheets.opening import open_sheets
from tests.conftest import Clock, Village
from tests.pages.desks import Desk, signed_in, told, where
from tests.pages.household_of_zhang import ADDRESS
from tests.pages.judged_village import live

RICE = {
    "household": "1",
    "kind": "goods",
    "what": "大米一袋",
    "reason": "年度第一",
    "decided_on": "2026-01-18",
    "year": "2025",
}


@pytest.fixture
def clerk(app: Litestar, village: Village, clock: Clock) -> Desk:
    live(village, clock, settled=False)
    return signed_in(app, village, "张会计", "admin")


def key(desk: Desk) -> str:
    return re.findall(r'name="submission_key" value="([^"]+)"', desk.get("/admin/rewards").text)[0]


def test_a_reward_is_noted_once_however_often_one_clicks(clerk: Desk, village: Village) -> None:
    this = key(clerk)
    for _ in range(2):
        assert where(clerk.post("/admin/rewards", submission_key=this, **RICE)) == (
            303,
            "/admin/rewards?year=2026&done=noted",
        )
    text = clerk.get("/admin/rewards?year=2026&done=noted").text
    assert text.count('<tr id="reward-') == 1
    assert "张三" in text
    assert '<tr id="reward-' not in clerk.get("/admin/rewards?year=2026&kind=policy").text
    village.noticed()
    assert "大米一袋" in Desk(clerk.app).get(ADDRESS).text
    assert "大米一袋" not in clerk.get("/v/qingshan").text
    assert '<tr id="reward-' not in clerk.get("/admin/rewards?year=2025").text


def test_the_page_leads_to_the_one_register(clerk: Desk) -> None:
    clerk.post("/admin/rewards", submission_key=key(clerk), **RICE)
    here = clerk.get("/admin/rewards").text
    assert 'href="/admin/registers/rewards?period=2026"' in here
    (paper,) = re.findall(r'href="([^"]+rewards.xlsx[^"]+)"', here)
    (sheet,) = open_sheets(clerk.get(paper).content)
    assert "by the day of the meeting" in str(sheet.lines[1][0])
    assert [str(cell) for cell in sheet.lines[4][2:9]] == [
        "2025.0",
        "001",
        "张三",
        "一组",
        "Goods",
        "大米一袋",
        "年度第一",
    ]


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(clerk: Desk) -> None:
    wrong = RICE | {"household": "77", "kind": "", "decided_on": "2026-02-01", "year": "soon"}
    answer = clerk.post("/admin/rewards", submission_key=key(clerk), **wrong)
    assert answer.status_code == 422
    assert told(answer) == [
        "There is no household 77 in this village; look the code up in the roster",
        "Choose what kind of reward it is",
        "Choose the day of the committees' meeting, today at the latest",
        "Choose the year it is for, at most 2026",
    ]
    assert 'value="大米一袋"' in answer.text
    assert 'value="soon"' in answer.text
    empty = clerk.post("/admin/rewards", submission_key=key(clerk), **RICE | {"household": ""})
    assert told(empty) == ["Write the code of the household"]


def test_a_cancelled_reward_stays_with_its_reason_and_leaves_the_household(
    clerk: Desk, village: Village
) -> None:
    clerk.post("/admin/rewards", submission_key=key(clerk), **RICE)
    assert told(clerk.post("/admin/rewards/1/cancellation", year="2026")) == ["Please fill this in"]
    done = clerk.post("/admin/rewards/1/cancellation", year="2026", reason="登记错了户")
    assert where(done) == (303, "/admin/rewards?year=2026&done=cancelled")
    assert "Cancelled by 张会计: 登记错了户" in clerk.get("/admin/rewards?year=2026").text
    village.noticed()
    assert "大米一袋" not in Desk(clerk.app).get(ADDRESS).text
    assert "There is no reward no. 7 here" in clerk.post("/admin/rewards/7/cancellation", reason="x").text


def test_the_township_reads_the_register_and_changes_nothing(
    clerk: Desk, app: Litestar, village: Village
) -> None:
    clerk.post("/admin/rewards", submission_key=key(clerk), **RICE)
    town = signed_in(app, village, "孙镇", "township", None)
    text = town.get("/admin/rewards").text
    assert "大米一袋" in text
    assert "Note this reward" not in text
    assert town.post("/admin/rewards", submission_key="x", **RICE).status_code == 403
