"""R11: whatever is sent, by whomever: no fault of ours, no traceback, and never JSON for a page."""

import logging
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from httpx import Response
from sqlalchemy import Connection

from kiosk.office import messages, rewards
from kiosk.pages.fields import FormRequest
from kiosk.scoring import declaring, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.declarations import Declared
from kiosk.scoring.objecting import Complaint, raise_objection
from kiosk.scoring.periods import parse_period
from tests.faults.hostile import CONTENTS, HUGE, SENSIBLE, Asked, hostile
from tests.pages.test_roles import ALL, NOBODY, ROWS, House
from tests.pages.test_roles import house as house

MOVEMENT = "/admin/roster/001/movement"
TOO_MANY = next(content for content in CONTENTS if b"1e400" in content)
SUMMER, SPRING = parse_period("2026Q3"), parse_period("2026Q2")


@pytest.fixture(scope="module")
def village(house: House) -> House:
    """With something of everything to be found at number 1."""
    house.database.write(lambda connection: _live(connection, house))
    return house


def _live(connection: Connection, house: House) -> None:
    now = house.app.state.site.clock()
    by = Actor(house.ids["陈静"], "陈静", "reviewer", 1)
    said = Declared("declared", 2, None, "C01", now.date(), "河堤", "清理河道")
    declaring.declare(connection, 1, said, now)
    raise_objection(connection, 1, Complaint("objected", "rank", "notice", SUMMER, "名次不对"), now)
    messages.add(connection, 1, "明天停水", now.date(), now.date() + timedelta(days=2), now.date())
    draft = rewards.Draft("soap-for-002", 2025, "002", "goods", "肥皂", "评议", now.date())
    rewards.give(connection, 1, draft, by, now)
    settlement.publish(connection, 1, SPRING, "村委会", now)


def send(house: House, asked: Asked, person: str) -> Response:
    cookies = f"csrftoken={house.csrf}"
    cookies += "" if person == NOBODY else f"; session={house.session(person)}"
    headers = {"cookie": cookies, "accept": "text/html", "x-csrftoken": house.csrf, **asked.headers}
    body, kind = asked.encoded()
    more: dict[str, Any] = {} if asked.method == "GET" else {"content": body}
    if more:
        headers["content-type"] = kind
    house.browser.cookies.clear()
    return house.browser.request(asked.method, asked.path, headers=headers, follow_redirects=False, **more)


# what a tablet's scripts ask for; nobody sees it as a page
FOR_SCRIPTS = (
    "GET /record/tablet",
    "GET /record/rounds",
    "POST /record/rounds",
    "GET /v/{village:str}/square/hours",
)


def wrong(asked: Asked, answer: Response) -> str:
    is_json = "json" in answer.headers.get("content-type", "") and not asked.route.endswith(".json")
    for_scripts = ".json" in asked.path or asked.route.startswith(FOR_SCRIPTS)
    if answer.status_code >= 500 or "Traceback" in answer.text or (is_json and not for_scripts):
        return f"{answer.status_code} {asked}"[:2000]
    return ""


def storm(house: House, count: int, seed: int) -> list[str]:
    random, found = Random(seed), []
    routes = sorted(ROWS)
    routes += [route for route in routes if route.startswith("POST")]
    for _ in range(count):
        route = random.choice(routes)
        allowed = ROWS[route].people
        asked, person = hostile(random, route), random.choice((*allowed, *allowed, *allowed, *ALL))
        house.sessions.pop(person, None) if "logout" in route or "password" in route else None
        found.append(wrong(asked, send(house, asked, person)))
    return [one for one in found if one]


def test_every_route_that_changes_something_has_a_sensible_request_to_spoil() -> None:
    assert set(SENSIBLE) == {route.split()[1] for route in ROWS if route.startswith("POST")}


# each made a fault once
FOUND = (
    Asked("GET /static/{file_path:path}", "/static/%00"),
    Asked("GET /static/{file_path:path}", f"/static/{'a' * 300}"),
    Asked("GET /objections/{number:int}", f"/objections/{HUGE}"),
    Asked("GET /admin/people/{person_id:int}", f"/admin/people/-{HUGE}"),
    Asked("GET /record", f"/record?declaration={HUGE}"),
    Asked("GET /record/households", "/record/households?q=%00"),
    Asked("POST /review/decisions", "/review/decisions", (("event", b"1"), ("listed", b"9" * 5000))),
    Asked(
        "POST /admin/roster/{code:str}/movement", MOVEMENT, ((f"goes-{'9' * 5000}", b"1"), ("where", b"new"))
    ),
    Asked("POST /admin/roster/{code:str}/movement", MOVEMENT, (("head", b"9" * 5000), ("where", b"new"))),
    Asked("POST /record", "/record", (("item", b"\xed\xa0\x80"),), (("photo", b""),)),
    Asked("POST /admin/import/events", "/admin/import/events", (), (("events_file", TOO_MANY),)),
)


@pytest.mark.parametrize("asked", FOUND, ids=lambda asked: asked.path[:30])
def test_what_made_a_fault_once_is_answered_by_a_page(village: House, asked: Asked) -> None:
    answer = send(village, asked, "周平")
    assert wrong(asked, answer) == ""
    assert "<html" in answer.text


@pytest.mark.teeth
def test_a_form_that_is_not_read_with_care_is_noticed(
    village: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(FormRequest, "form")
    assert [asked.path for asked in FOUND if wrong(asked, send(village, asked, "周平"))] == ["/record"]


@pytest.mark.parametrize(
    "seed", [11, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(100, 130))]
)
def test_nothing_that_is_sent_makes_a_fault(
    village: House, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    with caplog.at_level(logging.ERROR, "kiosk"):
        assert storm(village, 120 if seed == 11 else 3000, seed) == []
    assert caplog.text == ""
