"""The screen's hours and its messages of the day, from the office's page to the board in the square."""

from datetime import date

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from kiosk.office.messages import words_on
from kiosk.pages.square_rows import Teller
from kiosk.pages.square_sizes import sizes
from kiosk.pages.square_slides import CYCLE, Facts, Screen, seconds, slides
from tests.conftest import Clock, Village
from tests.pages.desks import Desk, signed_in, told, where

BOARD = "/v/qingshan/square/board"


@pytest.fixture
def clerk(app: Litestar, village: Village) -> Desk:
    return signed_in(app, village, "周平", "admin")


def test_the_board_carries_the_hours_so_that_a_running_screen_goes_dark(
    clerk: Desk, client: TestClient[Litestar], village: Village
) -> None:
    assert "data-on" not in client.get(BOARD).text
    saved = clerk.post("/admin/village/hours", screen_on="06:30", screen_off="21:30")
    assert where(saved) == (303, "/admin/village?saved=true")
    village.noticed()
    assert 'data-on="06:30" data-off="21:30"' in client.get(BOARD).text
    assert 'value="21:30"' in clerk.get("/admin/village").text
    clerk.post("/admin/village/hours", screen_on="", screen_off="")
    village.noticed()
    assert "data-on" not in client.get(BOARD).text


@pytest.mark.parametrize(
    ("on", "off", "said"),
    [
        ("25:00", "half ten", ["Write the time with hours and minutes, like 06:30"] * 2),
        ("06:30", "", ["Write both times, or none of them"]),
        ("06:30", "06:30", ["The screen would never be on; choose two different times"]),
    ],
)
def test_hours_that_are_none_are_refused_beside_their_field(
    clerk: Desk, on: str, off: str, said: list[str]
) -> None:
    answer = clerk.post("/admin/village/hours", screen_on=on, screen_off=off)
    assert answer.status_code == 422
    assert told(answer) == said
    assert answer.text.count(said[0]) == len(said)  # and nowhere else


def test_a_message_stands_on_the_screen_on_its_days_only(
    clerk: Desk, client: TestClient[Litestar], village: Village, clock: Clock
) -> None:
    fields = {"words": "明天停水", "first_day": "2026-08-16", "last_day": "2026-08-17"}
    assert where(clerk.post("/admin/village/messages", **fields))[0] == 303
    clerk.post("/admin/village/messages", **fields)  # a second click
    village.noticed()
    seen = []
    for _day in range(4):
        seen.append(client.get(BOARD).text.count("明天停水"))
        clock.move(days=1)
    assert seen == [0, 1, 1, 0]


def test_a_message_is_taken_off_again(clerk: Desk, client: TestClient[Litestar], village: Village) -> None:
    clerk.post("/admin/village/messages", words="今晚放电影", first_day="2026-08-15", last_day="2026-08-15")
    village.noticed()
    assert "今晚放电影" in client.get(BOARD).text
    assert where(clerk.post("/admin/village/messages/1/removal"))[0] == 303
    village.noticed()
    assert "今晚放电影" not in client.get(BOARD).text
    again = clerk.post("/admin/village/messages/1/removal")
    assert where(again) == (303, "/admin/village?gone=true#messages")
    assert "had been taken off already" in clerk.get("/admin/village?gone=true").text
    log = clerk.get("/admin/activity?topic=screen").text
    assert "Put on the screen: “今晚放电影”" in log
    assert "Took off the screen: “今晚放电影”" in log


def test_what_is_wrong_with_a_message_is_said_and_the_words_stay(clerk: Desk, village: Village) -> None:
    wrong = {"words": "字" * 121, "first_day": "2026-08-02", "last_day": "2026-08-01"}
    answer = clerk.post("/admin/village/messages", **wrong)
    assert answer.status_code == 422
    assert told(answer) == [
        "Too long; write at most 120 characters",
        "The last day lies before the first one",
    ]
    assert "字" * 121 in answer.text
    over = clerk.post("/admin/village/messages", words="过期", first_day="2026-08-01", last_day="2026-08-14")
    assert told(over) == ["That day is over; choose today or a later one"]
    days = {"first_day": "2026-08-15", "last_day": "2026-08-20"}
    for number in range(3):
        clerk.post("/admin/village/messages", words=f"第{number}条", **days)
    full = clerk.post("/admin/village/messages", words="第四条", **days)
    assert told(full) == ["There are 3 messages on 15 August 2026 already; take one off or choose other days"]
    with village.database.read() as connection:
        assert words_on(connection, 1, date(2026, 8, 15)) == ["第0条", "第1条", "第2条"]


def test_many_messages_keep_the_round_within_two_minutes() -> None:
    facts = Facts(date(2026, 8, 15), message="村民大会周日开", messages=("一", "二", "三"))
    told_by = Teller(lambda household: household.head, "zh_Hans")
    made = slides(facts, Screen(sizes(55, 5), "landscape"), told_by)
    said = [slide for slide in made if slide.kind == "message"]
    assert [slide.message for slide in said] == ["村民大会周日开", "一", "二", "三"]
    assert len({slide.key for slide in made}) == len(made)
    assert seconds(len(made)) * len(made) <= CYCLE
