"""R20: what must not be public is met on no anonymous page, in no log, in no export, and some of it nowhere."""

import logging
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from litestar.testing import TestClient
from PIL import Image

from kiosk.app import create_app
from kiosk.pages import ranking, square
from kiosk.settings import LANGUAGES, Settings
from tests.conftest import TEN_O_CLOCK, Clock
from tests.faults import telltale
from tests.faults.serving import Served, done
from tests.faults.telltale import Place, crawl, met

PERIODS = (
    *("2025", "2026", "2027", "2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026Q5", "nonsense"),
    *("2026-01", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-13"),
)
VILLAGE = "/v/qingshan"
STANDINGS = [f"{VILLAGE}/standings/{period}" for period in PERIODS]
PAGES = [
    *("/", VILLAGE, f"{VILLAGE}?q=001", f"{VILLAGE}?q=005", f"{VILLAGE}?group=一组", *STANDINGS),
    *(f"{VILLAGE}/square", f"{VILLAGE}/square/board", f"{VILLAGE}/square/board?shape=portrait"),
    *(f"{VILLAGE}/notice/2026Q2", f"{VILLAGE}/verify", "/login", "/setup", "/healthz", "/password"),
    *("/record", "/record?household=001", "/record/who?household=001", "/record/households?q=童"),
    *("/review", "/admin", "/admin/household/001", "/photos/6", "/h/NOSUCHTOKEN", "/h/NOSUCHTOKEN/photos/6"),
    *("/v/nowhere", "/nowhere", "/static/nowhere", "/photos/x", "/v/qingshan/standings"),
]
DATA = [
    *(f"{address}.{form}" for address in STANDINGS for form in ("json", "csv")),
    *(f"{VILLAGE}/verify/ledger.json", f"{VILLAGE}/notice/2026-07", f"{VILLAGE}/notice/2026Q3"),
]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    data = tmp_path_factory.mktemp("canaries") / "data"
    telltale.settle_in(data)
    settings = Settings(data=data)
    now = TEN_O_CLOCK.replace(tzinfo=settings.zone)
    app = create_app(settings, Clock(now), grace=0)
    yield telltale.live(data, app, now)
    app.state.site.database.close()


@pytest.fixture(params=LANGUAGES)
def stranger(place: Place, request: pytest.FixtureRequest) -> TestClient:  # type: ignore[type-arg]
    """A visitor who is not signed in."""
    browser = TestClient(place.app)
    browser.cookies.set("lang", request.param)
    return browser


def test_no_anonymous_page_shows_what_is_not_public(place: Place, stranger: httpx.Client) -> None:
    pages = crawl(stranger, [*PAGES, *DATA], accept="text/html")
    assert met(pages, place.never_public) == set()
    assert "童建军" in pages[VILLAGE]  # the crawl has met the ranking, and the board its deeds
    assert "长女" in pages[f"{VILLAGE}/square/board"]
    assert len(pages) > len(PAGES) + len(DATA)


@pytest.mark.parametrize("accept", ["application/json", "text/csv", "*/*"])
def test_no_answer_to_a_script_does_either(place: Place, stranger: httpx.Client, accept: str) -> None:
    pages = crawl(stranger, [*PAGES, *DATA], accept=accept)
    assert met(pages, place.never_public) == set()
    assert "005" in pages[f"{VILLAGE}/standings/2026Q2"]


def test_searching_for_a_name_tells_nobody_where_a_child_lives(place: Place, stranger: httpx.Client) -> None:
    found = stranger.get(VILLAGE, params={"q": "童建军"}, headers={"accept": "text/html"}).text
    assert re.search(r"\b001\b", found)
    for hidden in (telltale.MINOR, telltale.MINOR_HEAD, telltale.GROWN_UP):
        for page in (VILLAGE, *STANDINGS):
            told = stranger.get(page, params={"q": hidden}, headers={"accept": "text/html"}).text
            assert not re.search(r"\b00[15]\b", told), (page, hidden)


def test_no_error_shows_it(place: Place, stranger: httpx.Client) -> None:
    hostile = {"host": "evil.example"}
    answers = {address: stranger.post(address).text for address in PAGES}
    answers |= {f"{address} there": stranger.get(address, headers=hostile).text for address in PAGES}
    answers |= {f"{address} deleted": stranger.delete(address).text for address in PAGES}
    assert met(answers, place.never_public) == set()


def test_a_household_sees_its_own_page_and_nobody_elses(place: Place, stranger: httpx.Client) -> None:
    told = {
        "001": (telltale.GROWN_UP, telltale.DEDUCTION, telltale.MOBILE_AS_REASON, telltale.MOBILE_AS_PLACE),
        "002": (telltale.REJECTION, telltale.REVERSAL),
        "005": (),
    }
    for code, token in place.tokens.items():
        pages = {code: stranger.get(f"/h/{token}", headers={"accept": "text/html"}).text}
        assert [canary for canary in told[code] if canary not in pages[code]] == []
        pages |= {f"{code} {period}": stranger.get(f"/h/{token}?period={period}").text for period in PERIODS}
        foreign = {*place.never_public, "童建军", "王建国"} - {*told[code], token, place.heads[code]}
        assert met(pages, tuple(foreign)) == set()


def test_a_households_photos_open_for_nobody_else(place: Place, stranger: httpx.Client) -> None:
    own, other = (f"/h/{place.tokens[code]}/photos/6" for code in ("001", "002"))
    assert stranger.get(own).status_code == 200
    assert stranger.get(other).status_code == 404


def test_no_stored_photo_says_where_it_was_taken(place: Place) -> None:
    photos = [path for path in (place.data / "photos").rglob("*") if path.is_file()]
    assert photos
    for path in photos:
        assert not Image.open(path).getexif()


def test_some_things_are_stored_nowhere(place: Place) -> None:
    files = [path for path in place.data.rglob("*") if path.is_file()]
    assert place.data / "kiosk.db" in files
    for path in files:
        content = path.read_bytes()
        assert [canary for canary in telltale.NEVER_STORED if canary.encode() in content] == [], path


def test_the_offices_exports_hold_no_secrets_and_the_ledger_no_names(place: Place) -> None:
    exports = {
        f"{what} {form}": done(place.data, "export", what, "--village", "qingshan", "--format", form)
        for what in ("roster", "events", "standings", "ledger")
        for form in ("csv", "json")
    }
    assert met(exports, (*telltale.NEVER_STORED, *place.tokens.values())) == set()
    ledgers = {name: text for name, text in exports.items() if name.startswith("ledger")}
    assert met(ledgers, (*telltale.NEVER_PUBLIC, "童建军", "王建国")) == set()
    assert "童小雨" in exports["roster csv"]


def test_the_serving_process_logs_nothing_of_it(place: Place, tmp_path: Path) -> None:
    shutil.copytree(place.data, tmp_path / "data")
    served = Served(tmp_path / "data")
    served.start()
    try:
        with httpx.Client(base_url=served.url, headers={"accept": "text/html"}) as visitor:
            for token in place.tokens.values():
                visitor.get(f"/h/{token}")
                visitor.get(f"/h/{token}/photos/999")
                visitor.get(f"/h/{token}/nowhere")
                visitor.post(f"/h/{token}")
            visitor.get("/login")
            typed = {"username": telltale.MINOR, "password": telltale.PASSWORDS["刘敏"]}
            visitor.post("/login", data=typed, headers={"x-csrftoken": visitor.cookies["csrftoken"]})
            public = crawl(visitor, [VILLAGE, f"{VILLAGE}/square"])
    finally:
        served.kill()
    assert met(public, place.never_public) == set()
    log = served.log.read_text("utf-8")
    assert "Serving at" in log
    assert met({"log": log}, place.never_public) == set()


def test_not_even_an_error_is_logged_with_it(
    place: Place, stranger: httpx.Client, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a mistake in the program")

    monkeypatch.setattr("kiosk.pages.household.read_facts", broken)
    with caplog.at_level(logging.DEBUG):
        told = stranger.get(f"/h/{place.tokens['001']}?size=3", headers={"accept": "text/html"})
    assert told.status_code == 500
    assert "a mistake in the program" in caplog.text
    own = [record for record in caplog.records if not record.name.startswith("http")]  # not the visitor's
    formatted = [caplog.handler.format(record) for record in own]
    logged = {"log": "\n".join(formatted), "page": told.text}
    assert met(logged, place.never_public) == set()


@pytest.mark.teeth
@pytest.mark.parametrize(("room", "name"), [(square, "public_name"), (ranking, "_head")])
def test_a_name_that_leaks_is_met(
    place: Place, room: object, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    shutil.copytree(place.data, tmp_path / "data")
    settings = Settings(data=tmp_path / "data")
    monkeypatch.setattr(room, name, lambda house, _choice: house.head)
    leaking = create_app(settings, Clock(TEN_O_CLOCK.replace(tzinfo=settings.zone)), grace=0)
    leaking.state.site.cache.revisions.refresh()
    pages = crawl(TestClient(leaking), [VILLAGE, f"{VILLAGE}/square"], accept="text/html")
    leaking.state.site.database.close()
    assert telltale.MINOR_HEAD in {canary for _, canary in met(pages, place.never_public)}
