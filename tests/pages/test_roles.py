"""Every route and every role (goals.md, R12).

ROWS says for each route who may use it. A route of the application without a row fails; so does a row that
no route needs any more.
"""

import re
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from sqlalchemy import Connection, insert

from kiosk.accounts import sessions
from kiosk.app import create_app
from kiosk.database import Database
from kiosk.office import activity
from kiosk.pages.door import SAFE_METHODS
from kiosk.scoring.actors import Actor
from kiosk.scoring.drafts import Draft
from kiosk.scoring.ledger import record
from kiosk.scoring.tables import account, household, village
from kiosk.settings import Settings
from tests.accounts.staff import STORED
from tests.conftest import TEN_O_CLOCK, Clock

# 何主任 is the administrator of another village
PEOPLE = {"刘敏": "recorder", "陈静": "reviewer", "周平": "admin", "孙镇": "township", "何主任": "admin"}
NOBODY = "anonymous"
ALL = (NOBODY, *PEOPLE)
SIGNED_IN = tuple(PEOPLE)
RECORDERS = ("刘敏", "陈静", "周平", "何主任")
REVIEWERS = ("陈静", "周平", "何主任")
ADMINS = ("周平", "何主任")
TOWNSHIP = ("孙镇",)
OFFICE = (*REVIEWERS, *TOWNSHIP)
JUDGES = (*REVIEWERS, *TOWNSHIP)
ENDING = ("POST /login", "POST /logout", "POST /password")  # sessions may be over afterwards


@dataclass(frozen=True)
class Row:
    """Who may use a route. `stranger` is what the administrator of another village gets instead, where the
    address names something of 青山村; `parts` fill in the address."""

    people: tuple[str, ...]
    parts: dict[str, str] = field(default_factory=dict)
    stranger: int | None = None


_VILLAGE = {"village": "qingshan"}
_PERIOD = {**_VILLAGE, "period": "2026Q3"}
_QUARTER = {"quarter": "2026Q3"}
_EVENT = {"event_id": "1"}
_ROUND = {"key": "a" * 32}
_REMARK = {**_EVENT, "remark_id": "1"}
_DECLARED = {"number": "1"}
_PERSON = {"person_id": "9"}  # 吴老, who recorded in 青山村 before
_HOUSE = {"code": "001"}
_MEMBER = {**_HOUSE, "member_id": "1"}
_YEAR = {"year": "2025"}
_PLATE = {"token": f"TOKEN{'001':>021}", **_EVENT}

ROWS = {
    "GET /": Row(ALL),
    "GET /static/{file_path:path}": Row(ALL, {"file_path": "icon.svg"}),
    "GET /style/{name:str}": Row(ALL, {"name": "public.css"}),
    "GET /language/{lang:str}": Row(ALL, {"lang": "en"}),
    "GET /healthz": Row(ALL),
    "GET /v/{village:str}": Row(ALL, _VILLAGE),
    "GET /v/{village:str}/standings/{period:str}": Row(ALL, _PERIOD),
    "GET /v/{village:str}/notice/{period:str}": Row(ALL, _PERIOD),
    "GET /v/{village:str}/verify": Row(ALL, _VILLAGE),
    "GET /v/{village:str}/verify/ledger.json": Row(ALL, _VILLAGE),
    "GET /v/{village:str}/verify/recompute.py": Row(ALL, _VILLAGE),
    "GET /v/{village:str}/square": Row(ALL, _VILLAGE),
    "GET /v/{village:str}/square/board": Row(ALL, _VILLAGE),
    "GET /v/{village:str}/square/size.css": Row(ALL, _VILLAGE),
    "GET /v/{village:str}/square/hours": Row(ALL, _VILLAGE),
    "GET /h/{token:str}": Row(ALL, _PLATE),
    "GET /H/{token:str}": Row(ALL, _PLATE),
    "GET /h/{token:str}/photos/{event_id:int}": Row(ALL, _PLATE),
    "GET /h/{token:str}/objection": Row(ALL, _PLATE),
    "POST /h/{token:str}/objection": Row(ALL, _PLATE),
    "GET /objections": Row(REVIEWERS),
    "POST /objections": Row(REVIEWERS),
    "POST /objections/answers": Row(REVIEWERS),
    "GET /objections/{number:int}": Row(REVIEWERS, {"number": "1"}, stranger=404),
    "POST /objections/{number:int}/answer": Row(REVIEWERS, {"number": "1"}, stranger=404),
    "GET /v/{village:str}/objection": Row(ALL, _VILLAGE),
    "POST /v/{village:str}/objection": Row(ALL, _VILLAGE),
    "GET /tls": Row(ALL),
    "GET /tls/authority.crt": Row(ALL),
    "GET /login": Row(ALL),
    "POST /login": Row(ALL),
    "POST /logout": Row(ALL),
    "GET /setup": Row(ALL),
    "POST /setup": Row(ALL),
    "GET /password": Row(SIGNED_IN),
    "POST /password": Row(SIGNED_IN),
    "GET /record": Row(RECORDERS),
    "POST /record": Row(RECORDERS),
    "POST /record/preview": Row(RECORDERS),
    "GET /record/app.webmanifest": Row(ALL),
    "GET /record/worker.js": Row(ALL),
    "GET /record/households": Row(RECORDERS),
    "GET /record/who": Row(RECORDERS),
    "GET /record/today": Row(RECORDERS),
    "GET /record/day.xlsx": Row(RECORDERS),
    "GET /record/batch": Row(RECORDERS),
    "GET /record/quick": Row(RECORDERS),
    "GET /record/tablet": Row(RECORDERS),
    "GET /record/tablet/roster": Row(RECORDERS),
    "GET /record/tablet/rulebook": Row(RECORDERS),
    "GET /record/rounds": Row(RECORDERS),
    "GET /record/rounds/state": Row(RECORDERS),
    "POST /record/rounds": Row(RECORDERS),
    "POST /record/rounds/{key:str}/visits": Row(RECORDERS, _ROUND),
    "POST /record/rounds/{key:str}/end": Row(RECORDERS, _ROUND),
    "POST /record/{event_id:int}/reversal": Row(RECORDERS, _EVENT, stranger=422),
    "GET /photos/{event_id:int}": Row(RECORDERS, _EVENT, stranger=404),
    "GET /photos/{event_id:int}/answers/{remark_id:int}": Row(RECORDERS, _REMARK, stranger=404),
    "POST /record/{event_id:int}/answer": Row(RECORDERS, _EVENT, stranger=422),
    "GET /record/declarations": Row(RECORDERS),
    "GET /record/declarations.xlsx": Row(RECORDERS),
    "POST /record/declarations/{number:int}/refusal": Row(RECORDERS, _DECLARED, stranger=422),
    "GET /record/declarations/{number:int}/photo": Row(RECORDERS, _DECLARED, stranger=404),
    "GET /h/{token:str}/declaration": Row(ALL, _PLATE),
    "POST /h/{token:str}/declaration": Row(ALL, _PLATE),
    "GET /h/{token:str}/declarations/{number:int}/photo": Row(ALL, {**_PLATE, **_DECLARED}),
    "GET /review": Row(REVIEWERS),
    "GET /review.xlsx": Row(REVIEWERS),
    "POST /review/decisions": Row(REVIEWERS),
    "POST /review/{event_id:int}/question": Row(REVIEWERS, _EVENT, stranger=422),
    "POST /review/{event_id:int}/decision": Row(REVIEWERS, _EVENT, stranger=422),
    "GET /admin/plates": Row(ADMINS),
    "GET /admin/plates.xlsx": Row(ADMINS),
    "GET /admin/registers": Row(OFFICE),
    "GET /admin/registers/{name:str}": Row(OFFICE, {"name": "events"}),
    "GET /admin/years": Row(JUDGES),
    "GET /admin/years.xlsx": Row(JUDGES),
    "GET /admin/years/{year:int}": Row(JUDGES, _YEAR),
    "POST /admin/years/{year:int}/decisions": Row(REVIEWERS, _YEAR),
    "GET /admin/years/{year:int}/recommendations.xlsx": Row(JUDGES, _YEAR),
    "GET /admin/years/{year:int}/certificates": Row(JUDGES, _YEAR),
    "GET /admin/honours/{decision_id:int}/certificate": Row(JUDGES, {"decision_id": "1"}),
    "GET /admin/rewards": Row(JUDGES),
    "POST /admin/rewards": Row(REVIEWERS),
    "POST /admin/rewards/{reward_id:int}/cancellation": Row(REVIEWERS, {"reward_id": "1"}, stranger=422),
    "GET /admin/broadcast/{quarter:str}": Row(REVIEWERS, _QUARTER),
    "POST /admin/broadcast/{quarter:str}": Row(REVIEWERS, _QUARTER),
    "GET /admin/broadcast/{quarter:str}/paper": Row(REVIEWERS, _QUARTER),
    "GET /admin": Row((*REVIEWERS, *TOWNSHIP)),
    "GET /admin/villages.xlsx": Row(TOWNSHIP),
    "GET /admin/quarters": Row((*REVIEWERS, *TOWNSHIP)),
    "GET /admin/quarters.xlsx": Row((*REVIEWERS, *TOWNSHIP)),
    "GET /admin/quarters/{quarter:str}": Row((*REVIEWERS, *TOWNSHIP), _QUARTER),
    "POST /admin/quarters/{quarter:str}/publication": Row(REVIEWERS, _QUARTER),
    "POST /admin/quarters/{quarter:str}/settlement": Row(REVIEWERS, _QUARTER),
    "GET /admin/people": Row(ADMINS),
    "GET /admin/people.xlsx": Row(ADMINS),
    "POST /admin/people": Row(ADMINS),
    "GET /admin/people/{person_id:int}": Row(ADMINS, _PERSON, stranger=404),
    "POST /admin/people/{person_id:int}/password": Row(ADMINS, _PERSON, stranger=404),
    "POST /admin/people/{person_id:int}/role": Row(ADMINS, _PERSON, stranger=404),
    "POST /admin/people/{person_id:int}/state": Row(ADMINS, _PERSON, stranger=404),
    "POST /admin/people/{person_id:int}/household": Row(ADMINS, _PERSON, stranger=404),
    "POST /admin/people/{person_id:int}/kin": Row(ADMINS, _PERSON, stranger=404),
    "GET /admin/village": Row(ADMINS),
    "POST /admin/village/names": Row(ADMINS),
    "POST /admin/village/screen": Row(ADMINS),
    "POST /admin/village/hours": Row(ADMINS),
    "POST /admin/village/ledger": Row(ADMINS),
    "GET /admin/village/ledger.json": Row(ADMINS),
    "POST /admin/village/messages": Row(ADMINS),
    "GET /admin/village/messages.xlsx": Row(ADMINS),
    "POST /admin/village/messages/{message_id:int}/removal": Row(ADMINS, {"message_id": "1"}),
    "GET /admin/household": Row(ADMINS),
    "GET /admin/household/{code:str}": Row(ADMINS, _HOUSE, stranger=404),
    "POST /admin/household/{code:str}/plate": Row(ADMINS, _HOUSE, stranger=404),
    "GET /admin/import": Row(ADMINS),
    "POST /admin/import/roster": Row(ADMINS),
    "POST /admin/import/events": Row(ADMINS),
    "POST /admin/import/outbox": Row(ADMINS),
    "GET /admin/activity": Row((*ADMINS, *TOWNSHIP)),
    "GET /admin/activity.xlsx": Row((*ADMINS, *TOWNSHIP)),
    "GET /admin/health": Row((*ADMINS, *TOWNSHIP)),
    "POST /admin/health/clock": Row(ADMINS),
    "GET /admin/erasure": Row(ADMINS),
    "POST /admin/erasure": Row(ADMINS),
    "GET /admin/roster": Row(ADMINS),
    "GET /admin/roster.xlsx": Row(ADMINS),
    "POST /admin/roster": Row(ADMINS),
    "GET /admin/roster/{code:str}": Row(ADMINS, _HOUSE, stranger=404),
    "POST /admin/roster/{code:str}": Row(ADMINS, _HOUSE, stranger=404),
    "POST /admin/roster/{code:str}/members": Row(ADMINS, _HOUSE, stranger=404),
    "GET /admin/roster/{code:str}/members/{member_id:int}": Row(ADMINS, _MEMBER, stranger=404),
    "POST /admin/roster/{code:str}/members/{member_id:int}": Row(ADMINS, _MEMBER, stranger=404),
    "POST /admin/roster/{code:str}/members/{member_id:int}/removal": Row(ADMINS, _MEMBER, stranger=404),
    "GET /admin/roster/{code:str}/movement": Row(ADMINS, _HOUSE, stranger=404),
    "POST /admin/roster/{code:str}/movement": Row(ADMINS, _HOUSE, stranger=404),
    "GET /admin/reports": Row((*REVIEWERS, *TOWNSHIP)),
    "GET /admin/reports.xlsx": Row((*REVIEWERS, *TOWNSHIP)),
    "GET /admin/reports/{period:str}": Row((*REVIEWERS, *TOWNSHIP), {"period": "2026Q3"}),
    "GET /admin/analysis": Row((*REVIEWERS, *TOWNSHIP)),
    "GET /admin/analysis/{name:str}": Row((*REVIEWERS, *TOWNSHIP), {"name": "silent.xlsx"}),
    "GET /admin/rulebook": Row((*ADMINS, *TOWNSHIP)),
    "GET /admin/rulebook.xlsx": Row((*ADMINS, *TOWNSHIP)),
    "GET /admin/rulebook/versions.xlsx": Row((*ADMINS, *TOWNSHIP)),
    "GET /admin/rulebook/difference": Row((*ADMINS, *TOWNSHIP)),
    "GET /admin/fairness": Row((*ADMINS, *TOWNSHIP)),
    "GET /admin/fairness.xlsx": Row((*ADMINS, *TOWNSHIP)),
    "GET /admin/fairness/events": Row((*ADMINS, *TOWNSHIP)),
    "GET /admin/fairness/events.xlsx": Row((*ADMINS, *TOWNSHIP)),
    "GET /admin/kin": Row((*ADMINS, *TOWNSHIP)),
    "GET /admin/kin.xlsx": Row((*ADMINS, *TOWNSHIP)),
    "GET /admin/sample/{quarter:str}": Row((*REVIEWERS, *TOWNSHIP), _QUARTER),
    "POST /admin/sample/{quarter:str}": Row(ADMINS, _QUARTER),
    "GET /admin/sample/{quarter:str}/sheet": Row((*REVIEWERS, *TOWNSHIP), _QUARTER),
    "POST /admin/sample/{quarter:str}/reversals": Row(REVIEWERS, _QUARTER),
    "GET /admin/sample/{quarter:str}/sheet.xlsx": Row((*REVIEWERS, *TOWNSHIP), _QUARTER),
    "POST /admin/sample/{quarter:str}/inspections": Row(REVIEWERS, _QUARTER),
    "POST /admin/rulebook/draft": Row(TOWNSHIP),
    "POST /admin/rulebook": Row(TOWNSHIP),
}


@dataclass
class House:
    """The application with its people, and one browser for all of them."""

    app: Litestar
    browser: TestClient[Litestar]
    csrf: str
    ids: dict[str, int]
    sessions: dict[str, str] = field(default_factory=dict)

    @property
    def database(self) -> Database:
        database: Database = self.app.state.site.database
        return database

    def session(self, person: str) -> str:
        if person not in self.sessions:
            now = self.app.state.site.clock()
            begun = self.database.write(lambda connection: sessions.begin(connection, self.ids[person], now))
            self.sessions[person] = begun
        return self.sessions[person]

    def ask(self, route: str, person: str = NOBODY, **headers: str) -> Response:
        """Ask for a route as this person, in a session of their own."""
        answer = self._ask(route, person, **headers)
        if route in ENDING:
            self.sessions.clear()
        return answer

    def _ask(self, route: str, person: str, **headers: str) -> Response:
        method, _, path = route.partition(" ")
        for name, value in ROWS[route].parts.items():
            path = re.sub(rf"{{{name}:\w+}}", value, path)
        cookie = f"csrftoken={self.csrf}"
        if person != NOBODY:
            cookie += f"; session={self.session(person)}"
        sent = {"cookie": cookie, "accept": "text/html"}
        if method not in SAFE_METHODS:
            sent["x-csrftoken"] = self.csrf
        sent = {name: value for name, value in {**sent, **headers}.items() if value}
        self.browser.cookies.clear()
        return self.browser.request(method, path, headers=sent, follow_redirects=False)


@pytest.fixture(scope="module")
def house(_qingshan_data: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    settings = Settings(data=tmp_path_factory.mktemp("roles") / "data")
    shutil.copytree(_qingshan_data, settings.data)
    app = create_app(settings, Clock(TEN_O_CLOCK.replace(tzinfo=settings.zone)), grace=0)
    with TestClient(app) as browser:
        csrf = browser.get("/login").cookies["csrftoken"]
        ids = app.state.site.database.write(lambda connection: _hire(connection, app))
        yield House(app, browser, csrf, ids)


def _hire(connection: Connection, app: Litestar) -> dict[str, int]:
    """Two villages' people, and a deed in 青山村 that awaits its decision."""
    connection.execute(insert(village).values(id=2, code="linhe", name="临河村"))
    connection.execute(insert(household).values(village_id=2, code="901", residency="local", token="T" * 26))
    ids = {}
    for name, role in PEOPLE.items():
        place = {"孙镇": None, "何主任": 2}.get(name, 1)
        row = {"name": name, "role": role, "village_id": place, "password": STORED, "active": True}
        ids[name] = connection.scalars(insert(account).values(row).returning(account.c.id)).one()
    connection.execute(
        insert(account).values(id=9, name="吴老", role="recorder", village_id=1, password="-", active=True)
    )
    now = app.state.site.clock()
    draft = Draft("a" * 32, 3, None, "H03", Decimal(6), now.date(), "村部", "捐款修路", "单位反馈", "")
    record(connection, 1, draft, Actor(9, "吴老", "recorder", 1), now)
    return ids


def routes(app: Litestar) -> dict[str, HTTPRouteHandler]:
    """Every method and path that the application answers."""
    return {
        f"{method} {route.path}": handler
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        for method in handler.http_methods
        if method not in ("HEAD", "OPTIONS")
    }


def rows(app: Litestar) -> list[str]:
    return [route for route in routes(app) if route in ROWS]


def changes(app: Litestar) -> list[str]:
    return [route for route in rows(app) if route.split()[0] not in SAFE_METHODS]


def wrong(house: House, route: str, person: str) -> str:
    """What is wrong with the answer that this person gets; empty if it is as the row says."""
    row, answer = ROWS[route], house.ask(route, person)
    place = answer.headers.get("location", "")
    turned_away = answer.status_code in (401, 403) or "/login?next=" in place
    told = f"{route} as {person}: {answer.status_code} {place}"
    if answer.status_code >= 500:
        return told
    if person == "何主任" and row.stranger and person in row.people:
        return "" if answer.status_code == row.stranger else told
    if person in row.people:
        return told if turned_away else ""
    if person != NOBODY:
        return "" if answer.status_code == 403 else told
    good = answer.status_code == (303 if route.startswith("GET") else 401) and turned_away
    return "" if good else told


def everything_wrong(house: House) -> list[str]:
    found = (wrong(house, route, person) for route in rows(house.app) for person in ALL)
    return [told for told in found if told]


def test_every_route_has_a_row(house: House) -> None:
    assert sorted(set(routes(house.app)) - set(ROWS)) == []
    assert sorted(set(ROWS) - set(routes(house.app))) == []


def test_every_route_lets_in_those_whom_its_row_names_and_nobody_else(house: House) -> None:
    assert everything_wrong(house) == []


def test_whoever_takes_a_workbook_home_stands_in_the_log(house: House) -> None:
    def noted() -> int:
        with house.database.read() as connection:
            return sum(1 for _ in activity.activities(connection, 1, topic="exports"))

    for route in rows(house.app):
        if route.endswith(".xlsx") and "周平" in ROWS[route].people:
            before, answer = noted(), house.ask(route, "周平")
            assert (answer.status_code, noted() - before) in ((200, 1), (404, 0), (400, 0)), route


@pytest.mark.teeth
@pytest.mark.parametrize("route", ["POST /admin/people", "GET /admin/village", "POST /password"])
def test_one_guard_removed_is_noticed(house: House, route: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes(house.app)[route], "_resolved_guards", [])
    assert wrong(house, route, NOBODY)


def test_without_a_session_parts_of_pages_get_a_401_in_words(house: House) -> None:
    for headers in ({"hx-request": "true"}, {"accept": "application/json"}):
        answer = house.ask("GET /admin/people", cookie="lang=en", **headers)
        assert answer.status_code == 401
        assert "Please sign in" in answer.text


@pytest.mark.parametrize("token", ["", "0" * 128])
def test_every_change_needs_its_token(house: House, token: str) -> None:
    for route in changes(house.app):
        person = ROWS[route].people[-1]
        answer = house.ask(route, person, **{"x-csrftoken": token})
        assert answer.status_code == 403, route


def test_every_change_from_a_foreign_page_is_refused(house: House) -> None:
    for route in changes(house.app):
        person = ROWS[route].people[-1]
        assert house.ask(route, person, origin="http://evil.example").status_code == 403, route
        assert house.ask(route, person, origin="null").status_code == 403, route


def test_every_route_under_a_foreign_name_is_refused(house: House) -> None:
    for route in rows(house.app):
        assert house.ask(route, ROWS[route].people[-1], host="evil.example").status_code == 400, route


def test_a_stale_csrf_cookie_heals_in_one_reload(house: House) -> None:
    stale = secrets.token_hex(64)
    house.browser.cookies.clear()
    shown = house.browser.get("/login", headers={"cookie": f"csrftoken={stale}", "accept": "text/html"})
    fresh = shown.cookies["csrftoken"]
    assert fresh != stale
    assert f'value="{fresh}"' in shown.text
    again = house.browser.post("/login", headers={"cookie": f"csrftoken={fresh}", "x-csrftoken": fresh})
    assert again.status_code == 422


def test_a_made_up_session_opens_nothing(house: House) -> None:
    for token in ("", "x", secrets.token_urlsafe(32), "' OR 1=1 --"):
        answer = house.ask("GET /admin", cookie=f"session={token}")
        assert answer.status_code == 303
