"""The recorder's form in a real Chromium: few taps, and never a lost or a doubled deed."""

import os
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect, sync_playwright
from sqlalchemy import Connection, func, select

from kiosk.accounts import sessions
from kiosk.database import Database, open_database
from kiosk.scoring.tables import account, event, note
from kiosk.settings import Settings
from tests.browser.chromium import CHROMIUM
from tests.browser.serving import free_port, served
from tests.conftest import Village
from tests.pages.recorders import hire

pytestmark = pytest.mark.browser

TABLET = {"width": 1280, "height": 800}
VOLUNTEERED = '.item:visible:has([value="H01"])'
DEED = re.compile(r"/record\?deed$")
FOUND_SOMETHING = '.item:visible:has([value="E01"])'


@dataclass
class Box:
    """A served village, its database, and the session of 刘敏."""

    address: str
    database: Database
    token: str

    def events(self) -> int:
        with self.database.read() as connection:
            return connection.scalar(select(func.count()).select_from(event)) or 0

    def photos(self) -> int:
        with self.database.read() as connection:
            return connection.scalar(select(func.count()).where(note.c.photo != "")) or 0


@pytest.fixture
def box(tmp_path: Path, _qingshan_data: Path) -> Iterator[Box]:
    shutil.copytree(_qingshan_data, tmp_path / "data")
    settings = Settings(data=tmp_path / "data", port=free_port())
    database = open_database(settings)
    token = database.write(lambda connection: _sign_in(connection, database, settings))
    with served(settings) as address:
        yield Box(address, database, token)
    database.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--disable-gpu", *sandbox])
        yield browser
        browser.close()


@pytest.fixture
def tablet(chromium: Browser, box: Box) -> Iterator[BrowserContext]:
    context = chromium.new_context(viewport=TABLET, has_touch=True, locale="zh-CN")  # type: ignore[arg-type]
    context.add_cookies([{"name": "session", "value": box.token, "url": box.address}])
    yield context
    context.close()


@pytest.fixture
def form(tablet: BrowserContext, box: Box) -> Page:
    page = tablet.new_page()
    page.goto(f"{box.address}/record")
    return page


class Finger:
    """Taps what it is told to, and counts."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, selector: str) -> None:
        self.page.tap(selector)
        self.taps += 1


def fill_in(page: Page) -> None:
    """李秀英 of 001 served as a volunteer."""
    page.fill("#query", "李秀英")
    page.tap(".house")
    page.tap('.tile[data-group="category-8"]')
    page.tap(VOLUNTEERED)
    expect(page.locator(".forecast-main")).to_be_visible()


def test_a_practised_recorder_needs_at_most_six_taps_and_fifteen_seconds(form: Page, box: Box) -> None:
    fill_in(form)
    form.tap("#send")
    expect(form.locator(".receipt")).to_be_visible()
    finger, started = Finger(form), time.monotonic()
    finger.tap("[data-next]")
    form.keyboard.type("002")
    finger.tap(".house")
    finger.tap('.choice:has-text("王芳")')
    finger.tap(VOLUNTEERED)
    finger.tap("#send")
    expect(form.locator(".receipt h2")).to_contain_text("+2")
    assert finger.taps <= 6
    assert time.monotonic() - started < 15
    assert box.events() == 2


def test_an_item_of_the_household_needs_nobody_chosen(form: Page, box: Box) -> None:
    finger = Finger(form)
    form.fill("#query", "003")
    form.fill("#query", "004")
    finger.tap('.house:has-text("004")')
    finger.tap('.tile[data-group="category-3"]')
    finger.tap('.item:visible:has([value="C01"])')
    finger.tap('#points-buttons [data-value="4"]')
    expect(form.locator(".forecast-main")).to_contain_text("+4")
    finger.tap("#send")
    expect(form.locator(".receipt h2")).to_contain_text("+4")
    assert finger.taps <= 6


def test_items_of_the_wrong_subject_are_hidden(form: Page) -> None:
    form.fill("#query", "李秀英")
    form.tap(".house")
    form.tap('.tile[data-group="category-3"]')
    assert form.locator(".item:visible").evaluate_all("rows => rows.map(row => row.dataset.subject)") == [
        "member"
    ]


def test_three_taps_on_the_button_are_one_deed(form: Page, box: Box) -> None:
    fill_in(form)
    form.evaluate("for (let n = 0; n < 3; n += 1) document.querySelector('#send').click()")
    expect(form.locator(".receipt")).to_be_visible()
    assert box.events() == 1


@pytest.mark.parametrize("answer", ["500", "lost", "signed out"])
def test_a_deed_without_an_answer_is_kept_on_the_tablet_and_sent_later(
    form: Page, box: Box, answer: str
) -> None:
    fill_in(form)
    form.fill("#reason", "清理河道")

    def spoil(route: Route) -> None:
        if answer == "lost":
            route.abort()
        else:
            route.fulfill(status=500 if answer == "500" else 401, body="")

    form.route(DEED, spoil)
    form.tap("#send")
    expect(form.locator(".receipt-kept")).to_contain_text("李秀英")
    expect(form.locator("#outbox-signin")).to_be_visible(visible=answer == "signed out")
    expect(form.locator("#waiting .deed-row")).to_contain_text("清理河道")
    expect(form.locator("#trouble")).to_be_hidden()
    assert form.input_value("#reason") == ""
    form.unroute(DEED)
    form.evaluate("tablet.outbox.flush()")
    expect(form.locator("#waiting")).to_be_hidden()
    expect(form.locator("#today .deed-row")).to_have_count(1)
    assert box.events() == 1


def test_a_frozen_server_is_noticed_within_ten_seconds(form: Page, box: Box) -> None:
    fill_in(form)
    form.route(DEED, lambda _route: None)
    started = time.monotonic()
    form.tap("#send")
    expect(form.locator(".receipt-kept")).to_be_visible(timeout=10_000)
    assert time.monotonic() - started < 10
    expect(form.locator("#send")).to_be_enabled()


def test_an_answer_lost_after_the_commit_is_one_deed(form: Page, box: Box) -> None:
    fill_in(form)

    def lose(route: Route) -> None:
        route.fetch()
        route.abort()

    form.route(DEED, lose, times=1)
    form.tap("#send")
    expect(form.locator(".receipt-kept")).to_be_visible()
    form.evaluate("tablet.outbox.flush()")
    expect(form.locator("#waiting")).to_be_hidden()
    assert box.events() == 1


def test_a_closed_tab_gives_the_deed_back_with_its_photo_and_its_key(
    form: Page, tablet: BrowserContext, box: Box
) -> None:
    fill_in(form)
    form.fill("#reason", "清理河道")
    form.set_input_files("#photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": _photo()})
    expect(form.locator("#photo-preview")).to_be_visible()
    form.wait_for_function("Object.values(localStorage).some(draft => draft.includes('data:image/jpeg'))")
    key = form.input_value("[name=submission_key]")
    form.close()
    again = tablet.new_page()
    again.goto(f"{box.address}/record")
    expect(again.locator("#restored")).to_be_visible()
    expect(again.locator("#photo-preview")).to_be_visible()
    assert again.input_value("[name=submission_key]") == key
    assert again.input_value("#reason") == "清理河道"
    again.tap("#send")
    expect(again.locator(".receipt")).to_be_visible()
    assert (box.events(), box.photos()) == (1, 1)
    again.reload()
    expect(again.locator("#restored")).to_be_hidden()


def test_a_photo_is_made_small_before_it_travels(form: Page, box: Box) -> None:
    form.fill("#query", "王芳")
    form.tap(".house")
    form.tap('.tile[data-group="category-5"]')
    form.tap(FOUND_SOMETHING)
    expect(form.locator("#needed")).to_be_visible()
    form.set_input_files("#photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": _photo()})
    expect(form.locator(".forecast-main")).to_contain_text("+3")
    assert form.evaluate("document.querySelector('#photo').files[0].size") < len(_photo()) / 4
    form.tap("#send")
    expect(form.locator(".receipt")).to_be_visible()
    assert box.photos() == 1


def test_undo_is_shown_in_the_receipt_and_in_the_list(form: Page, box: Box) -> None:
    fill_in(form)
    form.tap("#send")
    form.tap(".receipt .danger")
    expect(form.locator(".receipt-reversed")).to_be_visible()
    expect(form.locator(".deed-reversed")).to_have_count(1)
    form.tap("[data-again]")
    expect(form.locator(".chosen-house")).to_contain_text("001")


def test_targets_are_large_and_nothing_runs_off_a_telephone(chromium: Browser, box: Box) -> None:
    page = chromium.new_page(viewport={"width": 360, "height": 740})
    page.context.add_cookies([{"name": "session", "value": box.token, "url": box.address}])
    page.goto(f"{box.address}/record")
    fill_in_by_mouse(page)
    small = page.evaluate(
        "[...document.querySelectorAll('#record button, #record .choice, #record .item, #record .tile')]"
        ".filter(one => one.offsetParent && one.getBoundingClientRect().height < 48).map(one => one.outerHTML)"
    )
    assert small == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.context.close()


def fill_in_by_mouse(page: Page) -> None:
    page.fill("#query", "李秀英")
    page.click(".house")
    page.click('.tile[data-group="category-8"]')
    page.click(VOLUNTEERED)
    expect(page.locator(".forecast-main")).to_be_visible()


def test_without_a_script_a_deed_is_recorded_and_taken_back(chromium: Browser, box: Box) -> None:
    context = chromium.new_context(java_script_enabled=False)
    context.add_cookies([{"name": "session", "value": box.token, "url": box.address}])
    page = context.new_page()
    page.goto(f"{box.address}/record")
    page.fill("#query", "王建国")
    page.keyboard.press("Enter")
    page.click(".house")
    page.click('.choice:has-text("王芳")')
    page.click('#category-8 .item:has([value="H01"])')
    page.click("#send")
    expect(page.locator(".receipt h2")).to_contain_text("+2")
    page.click(".receipt .danger")
    expect(page.locator(".deed-reversed")).to_have_count(1)
    assert box.events() == 1
    context.close()


def _sign_in(connection: Connection, database: Database, settings: Settings) -> str:
    houses = {"001": 1, "002": 2, "003": 3, "004": 4, "005": 5}
    hire(connection, Village(1, database, households=houses))
    liu = connection.execute(account.select().where(account.c.name == "刘敏")).one()
    return sessions.begin(connection, liu.id, datetime.now(settings.zone))


def _photo() -> bytes:
    written = BytesIO()
    Image.effect_noise((3000, 2000), 30).convert("RGB").save(written, "JPEG", quality=95)
    return written.getvalue()
