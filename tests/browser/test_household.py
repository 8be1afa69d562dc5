"""A household's page on old phones, in a real Chromium without JavaScript."""

import os
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import update

from kiosk.database import open_database
from kiosk.scoring.tables import village as village_table
from kiosk.settings import Settings
from tests.browser.chromium import CHROMIUM
from tests.browser.serving import free_port, served
from tests.conftest import TEN_O_CLOCK, _village
from tests.pages.household_of_zhang import TOKEN, Office, live

pytestmark = pytest.mark.browser

SMALL_TEXT = """() => {
  const small = new Set(), walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || element.closest('.unseen, title, .skip')) continue;
    const size = parseFloat(getComputedStyle(element).fontSize);
    if (size < LEAST) small.add(`${size} ${walker.currentNode.data.trim()}`);
  }
  return [...small];
}"""
SMALL_TARGETS = """() => [...document.querySelectorAll('a, button, summary')]
  .filter(one => !one.matches('.skip'))
  .map(one => [one.innerText, one.getBoundingClientRect()])
  .filter(([, box]) => box.width < 59.5 || box.height < 59.5)
  .map(([words, box]) => `${words} ${box.width}x${box.height}`)"""
TOO_WIDE = """() => [document.documentElement.scrollWidth > innerWidth && 'page',
  ...[...document.querySelectorAll('main *, header *')]
    .filter(one => one.getBoundingClientRect().right > innerWidth + 0.5 && !one.closest('.unseen, .skip'))
    .map(one => one.outerHTML.slice(0, 80))].filter(Boolean)"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine")
    flags = ["--disable-gpu", "--disable-background-networking"]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=flags)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def site(_qingshan_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """青山村 with the long story of 张三's household, and 49 deeds more."""
    folder = tmp_path_factory.mktemp("door") / "data"
    shutil.copytree(_qingshan_data, folder)
    settings = Settings(data=folder, port=free_port())
    _tell(settings)
    with served(settings, lambda: TEN_O_CLOCK.replace(tzinfo=settings.zone)) as address:
        yield address


def _tell(settings: Settings) -> None:
    database = open_database(settings)
    village = _village(database)
    now = TEN_O_CLOCK.replace(tzinfo=settings.zone)
    live(village, now)
    office = Office(village, now, deeds=500)
    for number in range(49):
        day = date(2026, 7, 1) + timedelta(days=number % 45)
        item = ("C03", "D02", "C05")[number % 3]
        office.deed(item, str(day), "李秀英" if item == "C05" else "", reason="参加河道清理，运走垃圾两车")
    contact = update(village_table).values(contact="村委会 李主任 138-0000-0000")
    village.write(lambda connection: connection.execute(contact))
    database.close()


@pytest.fixture(params=["zh_Hans", "en"], scope="module")
def phone(browser: Browser, site: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """An old phone without JavaScript, in either language."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, java_script_enabled=False)
    context.add_cookies([{"name": "lang", "value": request.param, "url": site}])
    yield context.new_page()
    context.close()


def look(phone: Page, site: str, size: int = 1, width: int = 360) -> None:
    phone.set_viewport_size({"width": width, "height": 740})
    phone.goto(f"{site}/h/{TOKEN}?size={size}")


def test_text_is_large_and_grows_by_plain_links(phone: Page, site: str) -> None:
    look(phone, site)
    for number, (sign, least, main) in enumerate((("A", 18, 20), ("A+", 20, 25), ("A++", 20, 30))):
        phone.locator(".sizes a").nth(number).click()
        assert phone.locator(".sizes [aria-current]").inner_text().split()[0] == sign
        size = phone.locator("body").evaluate("body => parseFloat(getComputedStyle(body).fontSize)")
        assert size == main
        assert phone.evaluate(SMALL_TEXT.replace("LEAST", str(least))) == []


def test_every_target_fits_a_thick_finger(phone: Page, site: str) -> None:
    for size in (1, 3):
        look(phone, site, size)
        assert phone.evaluate(SMALL_TARGETS) == []


def test_nothing_is_wider_than_the_screen(phone: Page, site: str) -> None:
    """180 px is a phone of 360 px at 200 % zoom."""
    for size, width in ((1, 320), (2, 320), (3, 320), (3, 360), (1, 180), (3, 640)):
        look(phone, site, size, width)
        assert phone.evaluate(TOO_WIDE) == [], (size, width)


def test_points_and_rank_are_seen_without_scrolling(phone: Page, site: str) -> None:
    for size in (1, 3):
        look(phone, site, size)
        box = phone.locator(".total-words").bounding_box()
        assert box
        assert box["y"] + box["height"] < 740


def test_an_earlier_quarter_is_one_touch_away_and_back(phone: Page, site: str) -> None:
    look(phone, site)
    phone.locator(".bars a").last.click()
    assert "2026Q1" in phone.url
    assert phone.locator(".state").count() == 1
    phone.locator(".total .button").click()
    assert phone.locator(".deed").count() == 60
