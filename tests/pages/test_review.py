"""What awaits a second person."""

import re
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Connection

from kiosk.office import activity
from kiosk.scoring import ledger
from kiosk.scoring.actors import Actor
from kiosk.scoring.drafts import Draft
from tests.conftest import Clock, Village
from tests.pages.recorders import Desk, deed, hire, sit_down
from tests.pages.test_photos import photo
from tests.pages.test_record import count, english, text, total
from tests.test_speed_causes import listening

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
    assert (answer.status_code, answer.headers["location"]) == (303, "/review?approved=1")
    assert total(village, "001") == 6
    assert f'id="review-{number}"' not in at("陈静").get("/review").text


def test_a_second_click_changes_nothing(at: Callable[[str], Desk], village: Village, number: int) -> None:
    desk = at("陈静")
    answers = [desk.json(f"/review/{number}/decision", {"verdict": "approved"}) for _ in range(2)]
    assert [answer.json()["status"] for answer in answers] == ["counted", "counted"]
    assert total(village, "001") == 6


def test_htmx_gets_the_group_and_the_number_left(at: Callable[[str], Desk], number: int) -> None:
    answer = english(at("陈静")).part(f"/review/{number}/decision", {"verdict": "approved"})
    assert answer.text.lstrip().startswith(f'<li id="group-{number}"')
    assert "0 waiting" in text(answer.text)
    assert "data-hx-swap-oob" in answer.text


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


def test_the_recorder_sees_it_also_when_it_is_rejected_days_later(
    at: Callable[[str], Desk], number: int, clock: Clock
) -> None:
    clock.now += timedelta(days=3)
    at("陈静").post(f"/review/{number}/decision", {"verdict": "rejected", "reason": "没有收据"})
    shown = text(english(at("刘敏")).get("/record").text)
    assert "Rejected in the last 14 days: 1" in shown
    assert "陈静: 没有收据" in shown
    assert "没有收据" not in at("周平").get("/record").text
    clock.now += timedelta(days=15)
    assert "没有收据" not in at("刘敏").get("/record").text


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


def donations(at: Callable[[str], Desk], *codes: str, by: str = "刘敏") -> list[int]:
    """Like donations of several households, all noted by one person for one day."""
    desk = at(by)
    answers = [desk.json("/record", deed(**{**DONATION, "household": code})) for code in codes]
    return [int(answer.json()["event"]) for answer in answers]


def ticked(numbers: list[int], listed: list[int] | None = None, **fields: str) -> dict[str, object]:
    shown = " ".join(map(str, listed or numbers))
    return {"event": [str(number) for number in numbers], "listed": shown, **fields}


def test_like_deeds_are_decided_together_and_each_by_itself(
    at: Callable[[str], Desk], village: Village
) -> None:
    first, second, third = donations(at, "001", "002", "004")
    at("刘敏").json("/record", deed(**{**DONATION, "points": "7"}))
    at("赵强").json("/record", deed(**{**DONATION, "household": "003"}))
    shown = at("陈静").get("/review").text
    assert re.findall(r'<li id="group-(\d+)"', shown) == [str(first), str(third + 1), str(third + 2)]
    assert f'value="{first} {second} {third}"' in shown
    assert shown.count('name="event"') == 5
    numbers = [first, second, third]
    answer = at("陈静").post("/review/decisions", ticked(numbers[:2], numbers, verdict="approved"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/review?approved=2")
    assert [total(village, code) for code in ("001", "002", "004")] == [6, 6, 0]
    shown = english(at("陈静")).get("/review?approved=2").text
    assert "Approved: 2" in text(shown)
    assert re.findall(r'<li id="group-(\d+)"', shown)[0] == str(third)


def test_what_one_may_not_decide_is_told_beside_it_while_the_rest_is_done(
    at: Callable[[str], Desk], village: Village
) -> None:
    """周平 lives in household 002."""
    numbers = donations(at, "001", "002")
    sent = ticked(numbers, verdict="approved")
    plain = english(at("周平")).post("/review/decisions", sent)
    assert plain.status_code == 422
    assert "Approved: 1" in text(plain.text)
    named = re.search(r"This is your own household. Ask somebody else to do it: (\S+)", text(plain.text))
    assert named
    assert named[1].split("、") == ["陈静"]  # recorders cannot decide, 周平 recorded it
    part = english(at("周平")).part("/review/decisions", sent)
    assert part.status_code == 422
    assert 'class="review-gone"' in part.text
    assert [total(village, code) for code in ("001", "002")] == [6, 0]
    data = at("周平").json("/review/decisions", sent).json()
    assert [one["event"] for one in data["decided"]] == numbers[:1]
    assert [one["event"] for one in data["refused"]] == numbers[1:]


def test_a_group_that_is_refused_keeps_its_ticks_and_its_reason(
    at: Callable[[str], Desk], village: Village
) -> None:
    numbers = donations(at, "001", "002", "004")
    answer = at("陈静").post("/review/decisions", ticked(numbers[:1], numbers, verdict="rejected"))
    assert answer.status_code == 422
    assert re.findall(r'name="event" value="(\d+)" checked', answer.text) == [str(numbers[0])]
    none = english(at("陈静")).part("/review/decisions", ticked([], numbers, verdict="approved", reason="x"))
    assert none.status_code == 422
    assert "Tick at least one of them" in text(none.text)
    assert 'value="x"' in none.text
    # browsers take a form's first button for Enter, which must never approve
    assert none.text.index('value="rejected"') < none.text.index('value="approved"')
    assert total(village, "001") == 0
    sent = {"question": "收据在哪里？", **ticked([], numbers)}
    part = at("陈静").part(f"/review/{numbers[0]}/question", sent)
    assert part.status_code == 200
    assert re.findall(r'name="event" value="(\d+)" checked', part.text) == [str(n) for n in numbers[1:]]


def test_a_reviewer_asks_back_and_the_recorder_answers(
    app: Litestar, at: Callable[[str], Desk], village: Village, number: int
) -> None:
    chen, liu, villager = english(at("陈静")), english(at("刘敏")), english(Desk(TestClient(app)))
    for answer in (chen.post, chen.part):
        refused = answer(f"/review/{number}/question", {"question": " ", "listed": str(number)})
        assert refused.status_code == 422
        assert 'id="question-problem"' in refused.text
    gone = chen.post("/review/99/question", {"question": "在吗"})
    assert gone.status_code == 422
    assert 'class="notice bad"' in gone.text
    asked = chen.post(f"/review/{number}/question", {"question": "收据在哪里？"})
    assert (asked.status_code, asked.headers["location"]) == (303, "/review#asked")
    village.noticed()
    shown = villager.get(f"/h/TOKEN{'001':>021}").text
    assert "The reviewers have asked the recorder for more about it" in text(shown)
    assert "收据在哪里" not in shown
    listed = chen.get("/review").text
    assert "Asked back, waiting for the recorder: 1" in text(listed)
    assert "0 waiting" in text(listed)
    form = liu.get("/record").text
    assert "收据在哪里？" in form
    assert '<span id="count-record" class="staff-count figure">(1)</span>' in form
    empty = liu.post(f"/record/{number}/answer", {"answer": ""})
    assert (empty.status_code, 'id="answer-problem"' in empty.text) == (422, True)
    picture = {"photo": ("receipt.jpg", photo(), "image/jpeg")}
    long = liu.post(f"/record/{number}/answer", {"answer": "字" * 501}, picture)
    ticket = re.search(r'name="photo_ticket" value="([^"]+)"><p', long.text)
    assert (long.status_code, "字" * 501 in long.text, bool(ticket)) == (422, True, True)
    sent = {"answer": "附上", "photo_ticket": ticket[1] if ticket else ""}
    assert liu.post(f"/record/{number}/answer", sent).status_code == 303
    back = chen.get("/review").text
    assert "answered" in text(back)
    assert "附上" in back
    found = re.search(rf'href="(/photos/{number}/answers/\d+)"', back)
    assert found
    assert chen.get(found[1]).headers["content-type"] == "image/jpeg"
    assert chen.get(f"/photos/{number + 1}/answers/{found[1].rpartition('/')[2]}").status_code == 404
    for _ in range(2):
        assert chen.post(f"/review/{number}/decision", {"verdict": "approved"}).status_code == 303
    assert total(village, "001") == 6
    with village.database.read() as connection:
        log = [(one.name, one.said.text()) for one in activity.activities(connection, village.id)]
    assert log == [
        ("陈静", f"Approved: no. {number}"),
        ("刘敏", f"Answered the question about no. {number}"),
        ("陈静", f"Asked back about no. {number}"),
    ]


def test_two_hundred_cost_as_many_statements_as_three(at: Callable[[str], Desk], village: Village) -> None:
    donations(at, "001", "002", by="陈静")
    donations(at, "003", by="赵强")
    chen = at("陈静")
    chen.get("/review")
    few = statements(chen)
    village.write(lambda connection: [note_donation(connection, village, n) for n in range(197)])
    assert statements(chen) == few
    assert chen.get("/review").text.count('class="review-row"') == 200


def statements(desk: Desk) -> int:
    with listening() as said:
        assert desk.get("/review").status_code == 200
    return len(said.all)


def note_donation(connection: Connection, village: Village, number: int) -> None:
    """As 刘敏 (no. 1) would; kept out of the pages, which would take a while."""
    homes = [village.households[code] for code in ("001", "002", "004")]
    draft = Draft(
        secrets.token_hex(16), homes[number % 3], None, "H03", Decimal(6), date(2026, 8, 1), basis="单位反馈"
    )
    ledger.record(
        connection, 1, replace(draft, reason="捐款"), Actor(1, "刘敏", "recorder", 1), at_ten(number)
    )


def at_ten(minutes: int) -> datetime:
    return datetime(2026, 8, 15, 10, tzinfo=ZoneInfo("Asia/Shanghai")) + timedelta(minutes=minutes)
