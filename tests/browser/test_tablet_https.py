"""A recorder's tablet by https: the browser's helper opens the page with the server gone, also when loaded anew."""

import base64
import hashlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.x509 import load_pem_x509_certificate
from playwright.sync_api import BrowserContext, Error, Page, expect, sync_playwright
from sqlalchemy import Connection

from kiosk.accounts import sessions
from kiosk.database import open_database
from kiosk.settings import Settings
from kiosk.tls import kept
from kiosk.tls.setting_up import set_up
from tests.accounts.staff import hire
from tests.browser.chromium import CHROMIUM
from tests.browser.serving import free_port, served
from tests.browser.test_tablet import note_down, sent, until

pytestmark = pytest.mark.browser

IS_WHOLE = "async () => (await (await caches.match('/record', {ignoreVary: true})).text()).length > 2000"
IS_KEPT = "async () => !!(await caches.match('/record', {ignoreVary: true}))"


@dataclass
class Box:
    """青山村 with its certificates, and the session of 刘敏."""

    settings: Settings
    token: str

    @property
    def address(self) -> str:
        return f"https://localhost:{self.settings.tls_port}"

    def events(self) -> int:
        with closing(sqlite3.connect(self.settings.data / "kiosk.db")) as connection:
            return int(connection.execute("SELECT count(*) FROM event").fetchone()[0])

    @property
    def pinned(self) -> str:
        """The certificate's key, for a browser that shall take it as if its authority were installed."""
        found = load_pem_x509_certificate(kept.server_file(self.settings.data).read_bytes())
        key = found.public_key().public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return base64.b64encode(hashlib.sha256(key).digest()).decode()


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory, _qingshan_data: Path) -> Box:
    data = tmp_path_factory.mktemp("safe") / "data"
    shutil.copytree(_qingshan_data, data)
    settings = Settings(data=data, tls_port=free_port())
    now = datetime.now(settings.zone)  # the browser has no other clock
    set_up(settings, now)
    database = open_database(settings)
    token = database.write(lambda connection: _sign_in(connection, now))
    database.close()
    return Box(settings, token)


def _sign_in(connection: Connection, now: datetime) -> str:
    return sessions.begin(connection, hire(connection, "刘敏", "recorder").id, now)


@pytest.fixture(scope="module")
def tablet(box: Box, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrowserContext]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    pinned = f"--ignore-certificate-errors-spki-list={box.pinned}"
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=CHROMIUM,
            args=["--disable-gpu", pinned, *sandbox],
            viewport={"width": 1280, "height": 800},
            locale="zh-CN",
            has_touch=True,
        )
        context.add_cookies(
            [{"name": "__Host-session", "value": box.token, "url": box.address, "secure": True}]
        )
        yield context
        context.close()


def is_the_form(page: Page) -> None:
    """Whole, with its styles and scripts."""
    expect(page.locator("#deed")).to_be_visible()
    assert (
        page.evaluate("getComputedStyle(document.querySelector('.masthead')).borderBlockStartStyle")
        == "solid"
    )
    assert page.evaluate("document.documentElement.classList.contains('scripting')")


def test_the_entry_page_is_reloaded_with_the_server_gone(box: Box, tablet: BrowserContext) -> None:
    page = tablet.new_page()
    with served(box.settings, safe=True) as address:
        page.goto(f"{address}/record")
        page.evaluate("async () => { await navigator.serviceWorker.ready }")
        until(page, IS_KEPT)
        page.wait_for_function("() => tablet.items().length > 0")
        assert page.evaluate("async () => (await fetch('/record/app.webmanifest')).ok")
    page.reload()
    is_the_form(page)
    note_down(page, "值班一天")
    assert box.events() == 0
    page.goto(f"{address}/record?household=002")
    is_the_form(page)
    for elsewhere in ("/record/declarations", "/login", "/v/qingshan"):
        with pytest.raises(Error, match="ERR_CONNECTION_REFUSED"):
            tablet.new_page().goto(f"{address}{elsewhere}")
    with served(box.settings, safe=True):
        page.reload()
        expect(page.locator(".staff-name")).to_have_text("刘敏")
        sent(page)
    assert box.events() == 1


def test_a_newer_page_replaces_the_kept_one_with_its_files(box: Box, tablet: BrowserContext) -> None:
    page = tablet.new_page()
    with served(box.settings, safe=True) as address:
        page.goto(f"{address}/record")
        page.evaluate("async () => { await navigator.serviceWorker.ready }")
        until(page, IS_KEPT)
        page.evaluate(
            """async () => {
                const cache = await caches.open("recorder-1");
                await cache.put("/static/js/old.js?v=1", new Response("1"));
                await cache.put("/record", new Response('<script src="/static/js/old.js?v=1"></script>'));
                await fetch("/record", { cache: "no-cache", headers: { "x-shell": "1" } });
            }"""
        )
        until(page, "async () => !(await caches.match('/static/js/old.js?v=1'))")
        until(page, IS_WHOLE)
