"""The screen in the square, in a real Chromium: months of running, compressed."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from sqlalchemy import Connection, insert, update

from kiosk.database import open_database
from kiosk.pages.square_sizes import sizes
from kiosk.scoring import ledger
from kiosk.scoring.actors import Actor
from kiosk.scoring.ledger import Draft
from kiosk.scoring.rulebooks import default_rulebook
from kiosk.scoring.tables import household, member, village
from kiosk.scoring.villages import changed
from kiosk.settings import Settings
from tests.browser.chromium import CHROMIUM

pytestmark = pytest.mark.browser

RECORDER = Actor(None, "王芳", "recorder", 1)
NOW = datetime.now(Settings().zone)
LONG_HEAD, LONG_GROUP = "阿卜杜热依木买买提江", "上河湾桥头村民小组"
CONTACT = "村委会 李主任 138-0000-0000"
MESSAGE = "周六上午八点，全村集中清理河道，请各家带好工具，在村委会门口集合。"
SMALL = next(
    item
    for item in default_rulebook().items
    if item.subject == "household" and item.minimum > 0 and item.evidence == "optional"
)


@dataclass
class Box:
    """The box in the cupboard: a data folder, and the server over it that can be pulled out."""

    settings: Settings
    process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.settings.port}"

    @property
    def screen(self) -> str:
        return f"{self.address}/v/qingshan/square"

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.browser.square_server"]
        arguments = [*command, str(self.settings.data), str(self.settings.port)]
        self.process = subprocess.Popen(arguments, stdin=subprocess.PIPE)
        until(self._answers)

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def write(self, work: Callable[[Connection], object]) -> None:
        database = open_database(self.settings)
        database.write(work)
        database.close()

    def record(self, code: str) -> None:
        """A deed of today, counted at once."""

        def work(connection: Connection) -> None:
            found = connection.execute(household.select().where(household.c.code == code)).one()
            draft = Draft(
                submission_key=f"{time.monotonic_ns()}",
                household_id=found.id,
                member_id=None,
                item=SMALL.code,
                points=SMALL.minimum,
                occurred_on=NOW.date(),
                place="",
                reason="",
                basis="巡查",
                photo="",
            )
            receipt = ledger.record(connection, 1, draft, RECORDER, NOW)
            if receipt.status == "waiting":
                judge = Actor(None, "李主任", "reviewer", 1)
                ledger.decide(connection, 1, receipt.event_id, "approved", judge, "", NOW)

        self.write(work)

    def stand_at(self, metres: int) -> None:
        """Set the distance, and wait until the server has seen that another process wrote."""
        rows = f"--rows: {sizes(55, metres).landscape_rows};"
        if rows in self.get("/size.css"):
            return
        before = self.get("/board")
        self.write(
            lambda connection: (
                connection.execute(update(village).values(screen_metres=metres)),
                changed(connection, 1),
            )
        )
        until(lambda: rows in self.get("/size.css") and self.get("/board") != before)

    def get(self, path: str) -> str:
        with urllib.request.urlopen(self.screen + path, timeout=2) as answer:
            return str(answer.read().decode())

    def _answers(self) -> bool:
        try:
            return bool(self.get("/board"))
        except OSError:
            return False


def until(true: Callable[[], bool], seconds: float = 20) -> None:
    """Wait for something that another process does."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


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
def box(_qingshan_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    """青山村 with 40 households more, long names among them, a message and some deeds."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("box") / "data"
    shutil.copytree(_qingshan_data, folder)
    made = Box(Settings(data=folder, port=port))
    made.write(_more_people)
    for number in range(100, 140, 2):
        made.record(f"{number}")
    made.start()
    yield made
    made.stop()


def _more_people(connection: Connection) -> None:
    for number in range(100, 140):
        group = LONG_GROUP if number % 3 else "二组"
        values = {"code": f"{number}", "group_name": group, "residency": "local", "token": f"SCREEN{number}"}
        house = connection.execute(insert(household).values(village_id=1, **values)).inserted_primary_key
        head = LONG_HEAD if number % 4 == 0 else "欧阳建国"
        person = {"name": head, "relation": "户主", "head": True}
        connection.execute(insert(member).values(village_id=1, household_id=house and house[0], **person))
    connection.execute(update(village).values(screen_message=MESSAGE, contact=CONTACT))
    changed(connection, 1)


@pytest.fixture
def page(browser: Browser, box: Box) -> Iterator[Page]:
    """The screen, its hands and clock in ours, after the first answer of the server."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, locale="zh-CN")
    made = context.new_page()
    made.clock.install(time=NOW)
    made.goto(box.screen)
    expect(made.locator("#updated")).to_be_visible()
    yield made
    context.close()


def showing(page: Page) -> str:
    return page.locator(".slide[data-now]").get_attribute("data-key") or ""


def board_answers(page: Page, status: int) -> list[str]:
    """Let every later poll fail like this; the list grows with each."""
    asked: list[str] = []

    def fail(route):  # type: ignore[no-untyped-def]
        asked.append(route.request.url)
        if status:
            route.fulfill(status=status, body="<h1>Internal error</h1>", content_type="text/html")
        else:
            route.abort()

    page.route("**/square/board*", fail)
    return asked


def poll(page: Page, asked: list[str]) -> None:
    """Let ten seconds pass, and with them one question to the server."""
    before = len(asked)
    page.clock.run_for(10_000)
    until(lambda: page.wait_for_timeout(10) or len(asked) > before)


def test_three_errors_and_a_restart_leave_the_board_showing_and_moving(page, box):
    first = showing(page)
    asked = board_answers(page, 500)
    for _ in range(3):
        poll(page, asked)
    assert "Internal error" not in page.content()
    assert showing(page) != first
    page.unroute("**/square/board*")
    box.stop()
    before = showing(page)
    page.clock.run_for(30_000)
    assert page.locator(".slide[data-now] .banner").is_visible()
    assert showing(page) != before
    box.start()
    with page.expect_response(lambda answer: "/square/board" in answer.url and answer.status in (200, 304)):
        page.clock.run_for(10_000)
    expect(page.locator("#stale")).to_be_hidden()


def test_a_minute_without_the_server_is_said_and_taken_back(page):
    asked = board_answers(page, 0)
    for _ in range(5):
        poll(page, asked)
    expect(page.locator("#stale")).to_be_hidden()
    page.clock.run_for(11_000)
    expect(page.locator("#stale")).to_be_visible()
    assert page.locator(".slide[data-now]").count() == 1
    page.unroute("**/square/board*")
    with page.expect_response("**/square/board*"):
        page.clock.run_for(10_000)
    expect(page.locator("#stale")).to_be_hidden()


def test_a_deed_is_on_the_screen_within_fifteen_seconds_and_the_slide_stays(page, box):
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    key = showing(page)
    assert 'data-household="1"' not in page.content()
    box.record("001")
    until(lambda: 'data-household="1"' in box.get("/board"))
    with page.expect_response("**/square/board"):
        page.clock.run_for(10_000)
    expect(page.locator('[data-household="1"]').first).to_be_attached()
    assert showing(page) == key


def test_an_upright_screen_gets_slides_of_its_own_and_nothing_glows_for_it(browser, box):
    context = browser.new_context(viewport={"width": 1080, "height": 1920})
    page = context.new_page()
    page.goto(box.screen)
    rows = page.locator('[data-key="leaders-1"] .row')
    expect(rows).to_have_count(sizes(55, 5).portrait_rows)
    assert page.locator(".fresh").count() == 0
    context.close()


def test_an_unchanged_board_is_left_alone(page):
    page.evaluate("window.kept = document.querySelector('.slides')")
    with page.expect_response(lambda answer: answer.status == 304):
        page.clock.run_for(10_000)
    assert page.evaluate("window.kept === document.querySelector('.slides')")


def test_the_keys_turn_and_hold_the_slides(page):
    first = showing(page)
    page.keyboard.press("ArrowRight")
    second = showing(page)
    assert second != first
    page.keyboard.press("ArrowLeft")
    assert showing(page) == first
    page.keyboard.press(" ")
    expect(page.locator("#paused")).to_be_visible()
    page.clock.run_for(60_000)
    assert showing(page) == first
    page.keyboard.press(" ")
    expect(page.locator("#paused")).to_be_hidden()
    page.clock.run_for(12_000)
    assert showing(page) == second


def test_a_screen_that_somebody_paused_goes_on_by_itself(page):
    first = showing(page)
    page.keyboard.press(" ")
    page.clock.run_for(599_000)
    assert showing(page) == first
    page.clock.run_for(14_000)
    assert showing(page) != first


def test_the_round_shows_every_slide_within_two_minutes(page):
    all_keys = page.locator(".slide").evaluate_all("slides => slides.map(slide => slide.dataset.key)")
    seen = set()
    for _ in range(120):
        seen.add(showing(page))
        page.clock.run_for(1_000)
    assert seen == set(all_keys)


def test_the_pointer_goes_away(page):
    page.mouse.move(200, 200)
    page.clock.run_for(2_000)
    assert page.evaluate("getComputedStyle(document.body).cursor") != "none"
    page.clock.run_for(1_500)
    assert page.evaluate("getComputedStyle(document.body).cursor") == "none"


def test_many_rounds_leave_the_page_as_small_as_it_was(page):
    count = "document.querySelectorAll('*').length"
    before = page.evaluate(count)
    for _ in range(200):
        page.evaluate("turn(1)")
        page.evaluate("swap(document.querySelector('#inside').innerHTML)")
    assert page.evaluate(count) == before
    assert page.evaluate("Object.keys(timers).length") <= 6


def test_a_screen_of_another_size_loads_itself_anew_and_only_once_it_can(page, box):
    page.evaluate("window.old = true")
    box.stand_at(10)
    page.route("**/square", lambda route: route.fulfill(status=500, body=""))
    with page.expect_response(lambda answer: answer.url.endswith("/square")):
        page.clock.run_for(10_000)
    assert page.evaluate("window.old")
    page.unroute("**/square")
    with page.expect_event("load"):
        page.clock.run_for(10_000)
    assert page.evaluate("window.old") is None
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--rows')") == "4"
    box.stand_at(5)


def test_nothing_offends_the_content_security_policy(browser, box):
    context = browser.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(box.screen)
    expect(page.locator("#updated")).to_be_visible()
    page.keyboard.press("ArrowRight")
    assert said == []
    context.close()


def test_without_scripts_all_slides_can_be_read(browser, box):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(box.screen)
    assert page.locator(".slide").count() > 5
    assert all(slide.is_visible() for slide in page.locator(".slide").all())
    context.close()


def test_reduced_motion_is_respected(browser, box):
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.goto(box.screen)
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.getAnimations().length") == 0
    context.close()


CUT = """() => {
  const found = [];
  const say = (what, element) => found.push(`${what}: ${element.className} ${element.textContent.trim().slice(0, 20)}`);
  const slide = document.querySelector(".slide[data-now]");
  const sheet = slide.querySelector(".sheet").getBoundingClientRect();
  if (document.documentElement.scrollWidth > innerWidth) found.push("the page is too wide");
  for (const element of slide.querySelectorAll(".sheet *:not(svg *)")) {
    const box = element.getBoundingClientRect();
    if (!box.width) continue;
    const outside = box.left < sheet.left - 1 || box.right > sheet.right + 1 || box.top < sheet.top - 1;
    if (outside || box.bottom > sheet.bottom + 1) say("outside", element);
    const flows = getComputedStyle(element).display === "inline";
    if (!flows && element.scrollWidth > element.clientWidth + 1) say("cut", element);
  }
  for (const row of slide.querySelectorAll(".row, .deed")) {
    const around = row.getBoundingClientRect();
    const cells = [...row.children].map((cell) => [cell, cell.getBoundingClientRect()]).filter(([, box]) => box.width);
    for (const [cell, box] of cells) {
      if (box.top < around.top - 1 || box.bottom > around.bottom + 1) say("too high", cell);
      for (const [other, next] of cells) {
        const across = box.left < next.right - 1 && next.left < box.right - 1;
        if (cell !== other && across && box.top < next.bottom - 1 && next.top < box.bottom - 1) say("overlaps", cell);
      }
    }
  }
  const banner = slide.querySelector(".banner").getBoundingClientRect();
  for (const writing of slide.querySelectorAll(".banner h2 span, .banner p span")) {
    const box = writing.getBoundingClientRect();
    if (box.top >= writing.parentElement.getBoundingClientRect().bottom - 1) continue; // left out on purpose
    const beside = box.left < banner.left || box.right > banner.right;
    if (beside || box.top < banner.top || box.bottom > banner.bottom) say("off the banner", writing);
  }
  return found;
}"""


@pytest.fixture(scope="module", params=[5, 10], ids=["5m", "10m"])
def metres(box: Box, request: pytest.FixtureRequest) -> Iterator[int]:
    box.stand_at(request.param)
    yield request.param
    box.stand_at(5)


@pytest.mark.parametrize(
    ("width", "height", "lang"),
    [
        (1280, 720, "zh_Hans"),
        (1920, 1080, "zh_Hans"),
        (3840, 2160, "zh_Hans"),
        (1080, 1920, "zh_Hans"),
        (1920, 1080, "en"),
        (1080, 1920, "en"),
    ],
)
def test_no_text_is_cut_and_nothing_overlaps(browser, box, metres, width, height, lang):
    context = browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce")
    context.add_cookies([{"name": "lang", "value": lang, "url": box.address}])
    page = context.new_page()
    page.goto(box.screen)
    expect(page.locator("#updated")).to_be_visible()
    keys = page.locator(".slide").count()
    for _ in range(keys):
        found = page.evaluate(CUT)
        assert not found, f"{showing(page)}: {found}"
        page.keyboard.press("ArrowRight")
    context.close()
