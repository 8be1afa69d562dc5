"""R20: what must not be public is met on no anonymous page, in no log, in no export, and some of it nowhere."""

import logging
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient
from PIL import Image
from sqlalchemy import Connection

from kiosk.app import create_app
from kiosk.scoring import objections
from kiosk.scoring.objections import Objection
from kiosk.scoring.villages import changed
from kiosk.settings import LANGUAGES, Settings
from tests.conftest import TEN_O_CLOCK, Clock
from tests.faults import telltale
from tests.faults.serving import Served, done
from tests.faults.telltale import Place, crawl, met
from tests.visitors import visitor

PERIODS = (
    *("2025", "2026", "2027", "2025Q4", "2026Q1", "2026Q2", "2026Q3", "2026Q4", "2026Q5", "nonsense"),
    *("2026-01", "2026-05", "2026-06", "2026-07", "2026-08", "2026-09", "2026-13"),
)
VILLAGE = "/v/qingshan"
STANDINGS = [f"{VILLAGE}/standings/{period}" for period in PERIODS]
PAGES = [
    *("/", VILLAGE, f"{VILLAGE}?q=001", f"{VILLAGE}?q=005", f"{VILLAGE}?group=一组", *STANDINGS),
    *(f"{VILLAGE}/square", f"{VILLAGE}/square/board", f"{VILLAGE}/square/board?shape=portrait"),
    *(f"{VILLAGE}/notice/2026Q2", f"{VILLAGE}/verify", f"{VILLAGE}/verify?number=1&digest={'A' * 64}"),
    *(f"{VILLAGE}/objection", f"{VILLAGE}/objection?quarter=2026Q2", f"{VILLAGE}/objection?sent=nothing"),
    *("/objections", "/objections/1", "/record/declarations", "/record/declarations/1/photo", "/admin/kin"),
    *("/admin/fairness", "/admin/activity", "/admin/registers/objections.xlsx", "/admin/rewards"),
    *("/admin/honours/1/certificate", "/h/NOSUCHTOKEN/objection", "/h/NOSUCHTOKEN/declarations/1/photo"),
    *("/login", "/setup", "/healthz", "/password"),
    *("/record", "/record?household=001", "/record/who?household=001", "/record/households?q=童"),
    *("/review", "/admin", "/admin/household/001", "/photos/6", "/h/NOSUCHTOKEN", "/h/NOSUCHTOKEN/photos/6"),
    *("/v/nowhere", "/nowhere", "/static/nowhere", "/photos/x", "/v/qingshan/standings"),
]
DATA = [
    *(f"{address}.{form}" for address in STANDINGS for form in ("json", "csv")),
    *(f"{VILLAGE}/verify/ledger.json", f"{VILLAGE}/notice/2026-07", f"{VILLAGE}/notice/2026Q3"),
    f"{VILLAGE}/verify/recompute.py",
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
    browser = visitor(place.app)
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
    for page in (VILLAGE, *STANDINGS):
        unfound = _codes(stranger, page, "无此人")  # a code of the list of honours, whatever is asked
        for hidden in (telltale.MINOR, telltale.MINOR_HEAD, telltale.GROWN_UP):
            assert _codes(stranger, page, hidden) == unfound, (page, hidden)


def _codes(stranger: httpx.Client, page: str, asked: str) -> list[str]:
    told = stranger.get(page, params={"q": asked}, headers={"accept": "text/html"}).text
    return re.findall(r"\b00[15]\b", told)


def test_no_error_shows_it(place: Place, stranger: httpx.Client) -> None:
    hostile = {"host": "evil.example"}
    answers = {address: stranger.post(address).text for address in PAGES}
    answers |= {f"{address} there": stranger.get(address, headers=hostile).text for address in PAGES}
    answers |= {f"{address} deleted": stranger.delete(address).text for address in PAGES}
    assert met(answers, place.never_public) == set()


def test_a_household_sees_its_own_page_and_nobody_elses(place: Place, stranger: httpx.Client) -> None:
    told = {
        "001": (telltale.GROWN_UP, telltale.DEDUCTION, telltale.MOBILE_AS_REASON, telltale.MOBILE_AS_PLACE),
        "002": (
            *(telltale.REJECTION, telltale.REVERSAL, telltale.OWN_OBJECTION),
            *(telltale.DECLINED, telltale.LEFT_OUT),
        ),
        "005": (),
    }
    for code, token in place.tokens.items():
        pages = {code: stranger.get(f"/h/{token}", headers={"accept": "text/html"}).text}
        assert [canary for canary in told[code] if canary not in pages[code]] == []
        pages |= {f"{code} {period}": stranger.get(f"/h/{token}?period={period}").text for period in PERIODS}
        foreign = {*place.never_public, "童建军", "王建国"} - {*told[code], token, place.heads[code]}
        assert met(pages, tuple(foreign)) == set()


def test_forms_and_receipts_repeat_nothing_to_whoever_holds_their_address(
    place: Place, stranger: httpx.Client
) -> None:
    """Neither what was said nor who said it; a household's own form names its grown-ups, never its children."""
    receipts = telltale.RECEIPTS
    own, other = (f"/h/{place.tokens[code]}" for code in ("002", "001"))
    public = f"{VILLAGE}/objection"
    pages = {
        "public form": public,
        "public receipt": f"{public}?sent={receipts['notice']}",
        "own form": f"{own}/objection",
        "own receipt": f"{own}/objection?sent={receipts['plate']}",
        "declaration": f"{own}/declaration",
        "its receipt": f"{own}/declaration?sent={receipts['declaration']}",
        "another's form": f"{other}/objection?event=6",
    }
    accept = {"accept": "text/html"}
    answers = {name: stranger.get(address, headers=accept) for name, address in pages.items()}
    assert {one.status_code for one in answers.values()} == {200}
    addresses = (*receipts.values(), *place.tokens.values())
    secret = [one for one in telltale.NEVER_PUBLIC if one not in addresses]
    of_its_own = (telltale.GROWN_UP, telltale.MOBILE_AS_REASON, telltale.MOBILE_AS_PLACE)
    told = {name: one.text for name, one in answers.items()}
    assert {canary for page, canary in met(told, tuple(secret)) if page != "another's form"} == set()
    assert {canary for _, canary in met(told, tuple(secret))} <= {*of_its_own, telltale.DEDUCTION}
    foreign = [
        f"{other}/objection?sent={receipts['plate']}",
        f"{other}/objection?sent={receipts['notice']}",
        f"{other}/declaration?sent={receipts['declaration']}",
        f"{other}/declarations/1/photo",
        f"{public}?sent={receipts['plate']}",
    ]
    assert {stranger.get(address, headers=accept).status_code for address in foreign} == {404}


def test_a_form_that_is_refused_repeats_only_what_was_typed(place: Place, stranger: httpx.Client) -> None:
    stranger.get("/login")
    headers = {"x-csrftoken": stranger.cookies["csrftoken"], "accept": "text/html"}
    typed = {"kind": "event", "event": "6", "household": "001", "name": "过路人", "quarter": "2026Q2"}
    refused = stranger.post(f"{VILLAGE}/objection", data=typed, headers=headers)
    assert (refused.status_code, "过路人" in refused.text) == (422, True)
    assert met({"form": refused.text}, place.never_public) == set()


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
                visitor.get(f"/h/{token}/objection?sent={telltale.RECEIPTS['plate']}")
                visitor.get(f"/h/{token}/declaration?sent={telltale.RECEIPTS['declaration']}")
            visitor.get("/login")
            said = {"words": telltale.OBJECTION, "name": telltale.OBJECTOR, "contact": telltale.CONTACT}
            objects = {"kind": "rank", "quarter": "2026Q3", "submission_key": "k" * 32, **said}
            marked = {"x-csrftoken": visitor.cookies["csrftoken"]}
            assert visitor.post(f"{VILLAGE}/objection", data=objects, headers=marked).status_code == 303
            visitor.post(f"/h/{place.tokens['002']}/declaration", data=objects, headers=marked)
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


@pytest.fixture
def redrawn(place: Place) -> Iterator[Callable[[], None]]:
    """Draw every page anew, as after a change: while something leaks, and once more when it does no longer."""

    def draw() -> None:
        place.app.state.site.database.write(lambda connection: changed(connection, 1))
        place.app.state.site.cache.revisions.refresh()

    yield draw
    draw()


def _says_all(connection: Connection, *asked: Any) -> list[Objection]:
    """What others raised about a household, with their words for an answer."""
    every = objections.of_village(connection, asked[0])
    return [replace(one, answer=f"{one.words} {one.name} {one.contact}") for one in every if not one.is_open]


LEAKS = (
    ("kiosk.pages.square.public_name", lambda house, _: house.head, f"{VILLAGE}/square", telltale.MINOR_HEAD),
    ("kiosk.pages.ranking._head", lambda house, _: house.head, VILLAGE, telltale.MINOR_HEAD),
    ("kiosk.pages.red_list.public_name", lambda house, _: house.head, VILLAGE, telltale.MINOR_HEAD),
    (
        "kiosk.pages.notice.public_name",
        lambda house, _: house.head,
        f"{VILLAGE}/notice/2026Q2",
        telltale.MINOR_HEAD,
    ),
    ("kiosk.pages.household_facts.raised_about", _says_all, "/h/{token}", telltale.OBJECTOR),
    ("kiosk.pages.household_facts.raised_about", _says_all, "/h/{token}", telltale.CONTACT),
    ("kiosk.pages.errors._SENTENCES", {404: (telltale.LEFT_OUT, "")}, "/nowhere", telltale.LEFT_OUT),
)


@pytest.mark.teeth
@pytest.mark.parametrize(("what", "leak", "page", "canary"), LEAKS)
def test_whatever_leaks_is_met(
    place: Place,
    redrawn: Callable[[], None],
    monkeypatch: pytest.MonkeyPatch,
    what: str,
    leak: object,
    page: str,
    canary: str,
) -> None:
    with monkeypatch.context() as leaking:
        leaking.setattr(what, leak)
        redrawn()
        address = page.format(token=place.tokens["001"])
        told = {
            one: visitor(place.app).get(one, headers={"accept": "text/html"}).text
            for one in (address, f"{VILLAGE}/square/board")
        }
    assert canary in {found for _, found in met(told, place.never_public)}
