"""A family declares a deed from the page behind its plate; a recorder takes it up or declines it."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import insert

from kiosk.scoring.declarations import waiting
from kiosk.scoring.tables import member
from kiosk.settings import Settings
from tests.conftest import Clock, Village
from tests.pages.recorders import Desk, hire, sit_down
from tests.pages.test_photos import photo
from tests.pages.test_record import english, text, total
from tests.visitors import visitor

HOME = f"/h/TOKEN{'001':>021}"
PICTURE = {"photo": ("river.jpg", photo(), "image/jpeg")}


@pytest.fixture
def at(app: Litestar, village: Village) -> Callable[[str], Desk]:
    village.write(lambda connection: hire(connection, village))
    return lambda name: sit_down(app, village, name)


@pytest.fixture
def family(app: Litestar, village: Village) -> TestClient[Litestar]:
    """The telephone of household 001, which is signed in nowhere."""
    assert village
    browser = visitor(app)
    browser.headers["accept"] = "text/html"
    browser.cookies.set("lang", "en")
    return browser


def declare(family: TestClient[Litestar], home: str = HOME, files: Any = None, **changed: str) -> Response:
    form = family.get(f"{home}/declaration").text
    key = re.search(r'name="submission_key" value="([^"]+)"', form)
    fields = {
        "submission_key": key[1] if key else "no-form-at-all",
        "item": "H01",
        "member": "1",
        "occurred_on": "2026-08-14",
        "place": "河堤",
        "reason": "清理河道",
        "_csrf_token": family.cookies["csrftoken"],
    }
    return family.post(f"{home}/declaration", data=fields | changed, files=files, follow_redirects=False)


def seen(family: TestClient[Litestar], village: Village) -> str:
    village.noticed()
    return text(family.get(HOME).text)


def test_a_declaration_is_received_and_stands_on_the_household_s_page(
    family: TestClient[Litestar], village: Village
) -> None:
    answer = declare(family, files=PICTURE)
    assert answer.status_code == 303
    assert "It has arrived. Thank you." in text(family.get(answer.headers["location"]).text)
    shown = seen(family, village)
    assert "What we have declared ourselves" in shown
    assert "A recorder will look at it." in shown
    assert family.get(f"{HOME}/declarations/1/photo").headers["content-type"] == "image/jpeg"
    assert total(village, "001") == 0


def test_it_is_for_whom_it_was_declared_however_high_their_number(
    family: TestClient[Litestar], village: Village
) -> None:
    """Numbers are drawn at random (roster/numbers.py): most have ten digits."""
    grandmother = {"village_id": 1, "household_id": village.households["001"], "name": "苏阿婆"}
    row = {**grandmother, "id": 2**31 - 1, "relation": "母亲", "head": False, "born": date(1950, 1, 1)}
    village.write(lambda connection: connection.execute(insert(member).values(row)))
    assert declare(family, item="I01", member=str(2**31 - 1)).status_code == 303
    with village.database.read() as connection:
        assert [one.said.member_id for one in waiting(connection, 1)] == [2**31 - 1]


def test_a_stranger_sees_no_photo_no_form_and_no_child_s_name(
    family: TestClient[Litestar], at: Callable[[str], Desk]
) -> None:
    form = family.get(f"{HOME}/declaration").text
    assert "李秀英" in form
    assert "张小明" not in form
    assert "长子" in form
    assert 'value="C06"' not in form
    assert 'value="H01"' in form
    declare(family, files=PICTURE)
    other = f"/h/TOKEN{'002':>021}"
    assert family.get(f"{other}/declarations/1/photo").status_code == 404
    assert family.get(f"/h/{'X' * 26}/declarations/1/photo").status_code == 404
    stranger = family.get("/record/declarations/1/photo", follow_redirects=False)
    assert stranger.status_code == 303
    assert "/login" in stranger.headers["location"]
    assert at("刘敏").get("/record/declarations/1/photo").headers["content-type"] == "image/jpeg"
    assert family.get(f"/h/{'X' * 26}/declaration").status_code == 404
    assert family.get(f"{HOME}/declaration?sent=nothing").status_code == 404


def test_what_is_refused_keeps_all_that_was_typed_and_the_photo(family: TestClient[Litestar]) -> None:
    answer = declare(
        family, files=PICTURE, reason="", place="村口 <树>", member="2", occurred_on="2026-08-16"
    )
    assert answer.status_code == 422
    for kept in (
        'value="村口 &lt;树&gt;"',
        'value="2" checked',
        'value="H01" selected',
        'value="2026-08-16"',
    ):
        assert kept in answer.text
    assert 'id="reason-problem"' in answer.text
    ticket = re.search(r'name="photo_ticket" value="([^"]+)"', answer.text)
    assert ticket
    assert declare(family, photo_ticket=ticket[1]).status_code == 303
    assert family.get(f"{HOME}/declarations/1/photo").status_code == 200
    other = f"/h/TOKEN{'002':>021}"
    assert declare(family, other, photo_ticket=ticket[1], member="4").status_code == 303
    assert family.get(f"{other}/declarations/2/photo").status_code == 404
    assert 'id="occurred_on-problem"' in declare(family, occurred_on="gestern").text
    wrong = declare(family, files={"photo": ("x.jpg", b"<html>", "image/jpeg")})
    assert (wrong.status_code, 'id="photo-problem"' in wrong.text) == (422, True)


def test_a_double_tap_is_one_and_three_may_wait(family: TestClient[Litestar], settings: Settings) -> None:
    for key in "aabc":
        assert declare(family, submission_key=key * 32).status_code == 303
    form = family.get(f"{HOME}/declaration").text
    assert "3 of your declarations are waiting" in text(form)
    assert "<form" not in form.partition("<main")[2]
    assert declare(family, files=PICTURE).status_code == 422
    assert not list(settings.data.rglob("*.jpg"))  # nothing is kept of what can only be refused


def test_a_page_that_sends_without_end_is_given_a_rest(family: TestClient[Litestar], clock: Clock) -> None:
    answers = [declare(family, reason="").status_code for _ in range(12)]
    last = declare(family)
    assert set(answers) == {422}
    assert "Try again in a quarter of an hour" in text(last.text)
    clock.move(minutes=16)
    assert declare(family).status_code == 303


def taken_up(desk: Desk, **changed: str) -> Response:
    """Send the form as it was filled in beforehand."""
    form = desk.get("/record?declaration=1").text
    fields = {
        name: re.search(rf'name="{name}"[^>]* value="([^"]*)"', form)[1]  # type: ignore[index]
        for name in ("submission_key", "household", "declaration", "photo_ticket", "place")
    }
    for name in ("member", "item", "basis"):
        found = re.search(rf'name="{name}" value="([^"]*)"[^>]* checked', form)
        fields[name] = found[1] if found else ""
    fields |= {"occurred_on": "2026-08-14", "reason": "清理河道", "points": ""}
    return desk.json("/record", fields | changed)


def test_a_recorder_takes_it_up_and_the_household_sees_the_receipt(
    family: TestClient[Litestar], village: Village, at: Callable[[str], Desk]
) -> None:
    declare(family, files=PICTURE)
    liu = english(at("刘敏"))
    assert "Declared by families: 1" in text(liu.get("/record").text)
    assert "清理河道" in liu.get("/record/declarations").text
    answer = taken_up(liu)
    assert answer.status_code == 201
    event = answer.json()["event"]
    assert liu.get(f"/photos/{event}").status_code == 200
    shown = seen(family, village)
    assert "Taken up by 刘敏." in shown
    assert f"Receipt no. {event}" in shown
    assert answer.json()["code"] in shown
    assert "Declared by the household" in shown
    assert total(village, "001") == 2
    again = liu.get("/record?declaration=1")
    assert (again.status_code, "has been answered meanwhile" in text(again.text)) == (422, True)


def test_two_recorders_at_once_record_it_once_and_for_that_household(
    family: TestClient[Litestar], village: Village, at: Callable[[str], Desk]
) -> None:
    declare(family)
    wang, chen = at("刘敏"), at("陈静")
    assert taken_up(wang, household="002", member="王芳").status_code == 422
    assert total(village, "002") == 0
    late = chen.get("/record?declaration=1").text
    key = re.search(r'name="submission_key" value="([^"]+)"', late)
    assert taken_up(wang).status_code == 201
    sent = {
        "household": "001",
        "member": "张三",
        "item": "H01",
        "occurred_on": "2026-08-14",
        "declaration": "1",
    }
    second = chen.json("/record", sent | {"submission_key": key[1] if key else "", "reason": "清理"})
    assert second.status_code == 422
    assert "刘敏" in second.json()["detail"]
    assert total(village, "001") == 2


def test_nobody_answers_their_own_household_another_declines_with_a_reason_it_reads(
    family: TestClient[Litestar], village: Village, at: Callable[[str], Desk]
) -> None:
    declare(family)
    zhao = english(at("赵强"))
    listed = zhao.get("/record/declarations").text
    assert "This is your own household. Ask somebody else to do it:" in text(listed)
    assert "/refusal" not in listed
    assert zhao.post("/record/declarations/1/refusal", {"answer": "不"}).status_code == 422
    assert taken_up(zhao).status_code == 422
    assert total(village, "001") == 0
    liu = at("刘敏")
    none = liu.post("/record/declarations/1/refusal", {"answer": " "})
    assert (none.status_code, 'id="answer-problem"' in none.text) == (422, True)
    assert liu.post("/record/declarations/1/refusal", {"answer": "当天河堤没人"}).status_code == 303
    shown = seen(family, village)
    assert "Not taken up by 刘敏. Reason: 当天河堤没人" in shown
    twice = liu.post("/record/declarations/1/refusal", {"answer": "另一个理由"})
    assert (twice.status_code, "notice bad" in twice.text) == (422, True)
