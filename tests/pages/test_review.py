"""What awaits a second person."""

import re
from collections.abc import Callable

import pytest
from litestar import Litestar

from tests.conftest import Village
from tests.pages.recorders import Desk, deed, hire, sit_down
from tests.pages.test_record import count, english, text, total

DONATION = {"member": "", "item": "H03", "points": "6", "basis": "单位反馈", "reason": "捐款修路"}


@pytest.fixture
def at(app: Litestar, village: Village) -> Callable[[str], Desk]:
    village.write(lambda connection: hire(connection, village))
    return lambda name: sit_down(app, village, name)


@pytest.fixture
def number(at: Callable[[str], Desk]) -> int:
    """The donation that 刘敏 recorded for household 001; it waits."""
    return int(at("刘敏").json("/record", deed(**DONATION)).json()["event"])


def test_the_oldest_is_first_and_everything_is_said(at: Callable[[str], Desk], number: int) -> None:
    at("刘敏").post("/record", deed(**{**DONATION, "household": "004"}))
    shown = english(at("陈静")).get("/review").text
    assert re.findall(r'<li id="review-(\d+)"', shown) == [str(number), str(number + 1)]
    for word in ("001", "捐款修路", "河堤", "Report from an office", "刘敏", "+6"):
        assert word in text(shown)


def test_what_is_approved_counts(at: Callable[[str], Desk], village: Village, number: int) -> None:
    answer = at("陈静").post(f"/review/{number}/decision", {"verdict": "approved"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/review")
    assert total(village, "001") == 6
    assert f'id="review-{number}"' not in at("陈静").get("/review").text


def test_a_second_click_changes_nothing(at: Callable[[str], Desk], village: Village, number: int) -> None:
    desk = at("陈静")
    answers = [desk.json(f"/review/{number}/decision", {"verdict": "approved"}) for _ in range(2)]
    assert [answer.json()["status"] for answer in answers] == ["counted", "counted"]
    assert total(village, "001") == 6


def test_htmx_gets_the_row_and_the_number_left(at: Callable[[str], Desk], number: int) -> None:
    answer = english(at("陈静")).part(f"/review/{number}/decision", {"verdict": "approved"})
    assert answer.text.lstrip().startswith(f'<li id="review-{number}"')
    assert "0 waiting" in text(answer.text)
    assert "hx-swap-oob" in answer.text


def test_a_rejection_needs_a_reason(at: Callable[[str], Desk], village: Village, number: int) -> None:
    plain = at("陈静").post(f"/review/{number}/decision", {"verdict": "rejected"})
    part = at("陈静").part(f"/review/{number}/decision", {"verdict": "rejected"})
    assert plain.status_code == part.status_code == 422
    assert 'id="reason-problem"' in plain.text
    assert 'id="reason-problem"' in part.text
    given = at("陈静").post(f"/review/{number}/decision", {"verdict": "rejected", "reason": "没有收据"})
    assert given.status_code == 303
    assert total(village, "001") == 0


def test_the_recorder_sees_why_it_was_rejected(at: Callable[[str], Desk], number: int) -> None:
    at("陈静").post(f"/review/{number}/decision", {"verdict": "rejected", "reason": "没有收据"})
    assert "没有收据" in text(at("刘敏").get("/record").text)


def test_nobody_decides_about_what_they_recorded(at: Callable[[str], Desk], village: Village) -> None:
    number = at("陈静").json("/record", deed(**DONATION)).json()["event"]
    shown = english(at("陈静")).get("/review").text
    assert "You recorded this yourself, so somebody else decides: 周平" in text(shown)
    assert 'value="approved"' not in shown
    answer = at("陈静").json(f"/review/{number}/decision", {"verdict": "approved"})
    assert answer.status_code == 422
    assert total(village, "001") == 0


def test_nobody_decides_about_their_own_household(at: Callable[[str], Desk], village: Village) -> None:
    number = at("刘敏").json("/record", deed(**{**DONATION, "household": "002"})).json()["event"]
    assert "陈静" in text(english(at("周平")).get("/review").text)
    assert at("周平").json(f"/review/{number}/decision", {"verdict": "approved"}).status_code == 422
    assert total(village, "002") == 0


def test_what_was_decided_meanwhile_is_said(at: Callable[[str], Desk], number: int) -> None:
    at("陈静").post(f"/review/{number}/decision", {"verdict": "approved"})
    answer = at("周平").post(f"/review/{number}/decision", {"verdict": "rejected", "reason": "不对"})
    assert answer.status_code == 422
    assert 'class="notice bad"' in answer.text


@pytest.mark.parametrize("fields", [{}, {"verdict": "reversed"}, {"verdict": "\x00"}])
def test_a_verdict_is_one_of_two(at: Callable[[str], Desk], number: int, fields: dict[str, str]) -> None:
    assert at("陈静").post(f"/review/{number}/decision", fields).status_code == 422


def test_the_list_is_for_reviewers(at: Callable[[str], Desk], number: int) -> None:
    assert at("刘敏").get("/review").status_code == 403
    assert at("刘敏").post(f"/review/{number}/decision", {"verdict": "approved"}).status_code == 403


def test_an_empty_list_says_so(at: Callable[[str], Desk], village: Village) -> None:
    assert count(village) == 0
    assert "Nothing waits" in text(english(at("陈静")).get("/review").text)
