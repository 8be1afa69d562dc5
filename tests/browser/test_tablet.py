"""A tablet out of reach, on plain http through a name that is no loopback: every deed ends in the ledger, once."""

import os
import shutil
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Playwright, Route, expect, sync_playwright
from sqlalchemy import Connection, func, select

from kiosk.accounts import sessions
from kiosk.database import Database, open_database
from kiosk.scoring.tables import account, event, note
from kiosk.settings import Settings
from tests.browser.chromium import CHROMIUM
from tests.browser.serving import free_port, served
from tests.browser.test_record import TABLET, VOLUNTEERED
from tests.conftest import Village
from tests.pages.recorders import hire
from tests.pages.test_photos import photo

pytestmark = pytest.mark.browser
HOUSES = {"001": 1, "002": 2, "003": 3, "004": 4, "005": 5}


class Office:
    """青山村's server, which can be switched off and on; reached as kiosk.lan, where no browser trusts it."""

    def __init__(self, data: Path) -> None:
        port = free_port()
        self.settings = Settings(data=data, port=port, base_url=f"http://kiosk.lan:{port}")
        self.address = self.settings.base_url
        self.database: Database = open_database(self.settings)
        self._serving = ExitStack()

    def on(self) -> None:
        self._serving.enter_context(served(self.settings))

    def off(self) -> None:
        self._serving.close()

    def token(self, name: str) -> str:
        def begin(connection: Connection) -> str:
            row = connection.execute(account.select().where(account.c.name == name)).one()
            return sessions.begin(connection, row.id, datetime.now(self.settings.zone))

        return self.database.write(begin)

    def events(self) -> int:
        with self.database.read() as connection:
            return connection.scalar(select(func.count()).select_from(event)) or 0

    def keys(self) -> int:
        with self.database.read() as connection:
            return connection.scalar(select(func.count(event.c.submission_key.distinct()))) or 0

    def photos(self) -> int:
        with self.database.read() as connection:
            return connection.scalar(select(func.count()).where(note.c.photo != "")) or 0


@pytest.fixture
def office(tmp_path: Path, _qingshan_data: Path) -> Iterator[Office]:
    shutil.copytree(_qingshan_data, tmp_path / "data")
    office = Office(tmp_path / "data")
    village = Village(1, office.database, households=HOUSES)
    office.database.write(lambda connection: hire(connection, village))
    office.on()
    yield office
    office.off()
    office.database.close()


@pytest.fixture(scope="module")
def driver() -> Iterator[Playwright]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    with sync_playwright() as playwright:
        yield playwright


def until(page: Page, promise: str, seconds: float = 20) -> None:
    """Wait for what takes the browser a promise to say."""
    deadline = time.monotonic() + seconds
    while not page.evaluate(promise):
        assert time.monotonic() < deadline, promise
        page.wait_for_timeout(50)


class Tablet:
    """A browser with a disk of its own: it can be closed and opened again."""

    def __init__(self, driver: Playwright, folder: Path, office: Office) -> None:
        self._driver, self._folder, self._office = driver, folder, office
        self.context: BrowserContext = self.open()

    def open(self) -> BrowserContext:
        sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.context = self._driver.chromium.launch_persistent_context(
            self._folder,
            executable_path=CHROMIUM,
            viewport=TABLET,  # type: ignore[arg-type]
            has_touch=True,
            locale="zh-CN",
            args=["--disable-gpu", "--host-resolver-rules=MAP kiosk.lan 127.0.0.1", *sandbox],
        )
        self.context.set_default_timeout(10_000)
        return self.context

    def sign_in(self, name: str) -> None:
        token = self._office.token(name)
        week = time.time() + 600_000
        cookie = {"name": "session", "value": token, "url": self._office.address, "expires": week}
        self.context.add_cookies([cookie])  # type: ignore[list-item]

    def form(self) -> Page:
        """A new tab with the form, which carries all it needs."""
        page = self.context.new_page()
        page.goto(f"{self._office.address}/record")
        page.wait_for_function("() => tablet.items().length > 0")
        return page

    def kept(self, page: Page) -> None:
        """Wait until the page can be opened without the office."""
        until(
            page,
            "fetch('/record', {cache: 'only-if-cached', mode: 'same-origin'}).then(a => a.ok, () => false)",
        )
        page.wait_for_timeout(500)  # a moment for the browser to write it down


@pytest.fixture
def tablet(driver: Playwright, office: Office, tmp_path: Path) -> Iterator[Tablet]:
    tablet = Tablet(driver, tmp_path / "browser", office)
    tablet.sign_in("刘敏")
    yield tablet
    tablet.context.close()


def note_down(page: Page, words: str, picture: bytes = b"") -> None:
    """李秀英 served as a volunteer."""
    page.fill("#query", "李秀英")
    page.tap(".house")
    page.tap('.tile[data-group="category-8"]')
    page.tap(VOLUNTEERED)
    page.fill("#reason", words)
    if picture:
        page.set_input_files("#photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture})
        expect(page.locator("#photo-preview")).to_be_visible()
    page.tap("#send")
    expect(page.locator(".receipt")).to_contain_text("李秀英")
    page.wait_for_function("() => document.querySelector('#reason').value === ''")


def sent(page: Page) -> None:
    """Wait until nothing is left on the tablet."""
    page.evaluate("tablet.outbox.flush()")
    until(page, "tablet.outbox.list().then(left => left.length === 0)")


def test_deeds_noted_without_the_server_survive_the_browser_and_arrive_once(
    office: Office, tablet: Tablet
) -> None:
    page = tablet.form()
    tablet.kept(page)
    note_down(page, "出门以前")
    until(page, "tablet.outbox.list().then(left => left.length === 0)")
    office.off()
    note_down(page, "第一件", photo(300, 200))
    note_down(page, "第二件")
    tablet.context.close()
    tablet.open()
    page = tablet.form()
    expect(page.locator("#waiting .deed-row")).to_have_count(2)
    expect(page.locator(".staff-name")).to_have_text("刘敏")
    expect(page.locator("#today .hint")).to_contain_text("连上服务器")
    expect(page.locator("#outbox-words")).to_contain_text("2")
    note_down(page, "第三件")
    office.on()
    sent(page)
    assert (office.events(), office.keys(), office.photos()) == (4, 4, 1)


def test_every_first_answer_lost_after_the_commit_is_one_deed_each(office: Office, tablet: Tablet) -> None:
    page = tablet.form()
    seen: set[str] = set()

    def lose_once(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        key = (route.request.post_data_buffer or b"").partition(b"submission_key")[2][4:40].decode("latin-1")
        answer = route.fetch(url=route.request.url.replace("kiosk.lan", "127.0.0.1"))
        if key in seen:
            route.fulfill(response=answer)
        else:
            seen.add(key)
            route.abort()

    page.route(lambda url: url.partition("?")[0].endswith("/record"), lose_once)
    for words in ("一", "二", "三"):
        note_down(page, words)
    sent(page)
    assert (office.events(), office.keys()) == (3, 3)


def test_two_tabs_send_each_deed_once(office: Office, tablet: Tablet) -> None:
    page = tablet.form()
    tablet.kept(page)
    office.off()
    for words in ("一", "二", "三"):
        note_down(page, words)
    other = tablet.form()
    office.on()
    other.evaluate("tablet.outbox.flush()")
    sent(page)
    assert (office.events(), office.keys()) == (3, 3)


def test_a_deed_is_sent_for_the_person_who_wrote_it_down_alone(office: Office, tablet: Tablet) -> None:
    page = tablet.form()
    page.route(
        lambda url: url.partition("?")[0].endswith("/record"),
        lambda route: route.fulfill(status=401, body=""),
    )
    note_down(page, "刘敏记的")
    page.unroute_all()
    tablet.sign_in("陈静")
    page.goto(f"{office.address}/record")
    expect(page.locator("#outbox-words")).to_contain_text("刘敏")
    page.evaluate("tablet.outbox.flush()")
    page.wait_for_timeout(300)
    assert office.events() == 0
    tablet.sign_in("刘敏")
    page.goto(f"{office.address}/record")
    sent(page)
    assert office.events() == 1


def test_what_the_server_refuses_later_comes_back_with_everything_in_it(
    office: Office, tablet: Tablet
) -> None:
    page = tablet.form()
    tablet.kept(page)
    office.off()
    note_down(page, "搬走以后", photo(300, 200))
    leave = "UPDATE member SET \"left\" = '2020-01-01' WHERE name = '李秀英'"
    office.database.write(lambda connection: connection.exec_driver_sql(leave))
    office.on()
    page.evaluate("tablet.outbox.flush()")
    expect(page.locator("#waiting .waiting-needs-you")).to_have_count(1)
    expect(page.locator("#waiting .waiting-problems")).not_to_be_empty()
    page.tap("#waiting [data-open]")
    expect(page.locator("#photo-preview")).to_be_visible()
    assert page.input_value("#reason") == "搬走以后"
    page.tap('.choice:has-text("张三")')
    page.tap("#send")
    expect(page.locator(".receipt")).to_contain_text("张三")
    sent(page)
    assert (office.events(), office.photos()) == (1, 1)
