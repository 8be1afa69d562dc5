"""Deciding with the keyboard, and declaring on a small telephone, in a real Chromium."""

import pytest
from litestar import Litestar
from playwright.sync_api import Browser

from kiosk.settings import Settings
from tests.browser.serving import free_port, served
from tests.browser.test_household import SMALL_TARGETS, SMALL_TEXT, TOO_WIDE, browser
from tests.conftest import Clock, Village
from tests.pages.recorders import deed, hire, sit_down

pytestmark = pytest.mark.browser
__all__ = ["browser"]
DONATION = {"member": "", "item": "H03", "points": "6", "basis": "单位反馈", "reason": "捐款修路"}


@pytest.fixture
def session(app: Litestar, village: Village) -> str:
    """陈静's session; three donations wait: two like ones, and one that 刘敏 noted for the day before."""
    village.write(lambda connection: hire(connection, village))
    liu = sit_down(app, village, "刘敏")
    for changed in ({}, {"household": "002"}, {"occurred_on": "2026-08-14"}):
        assert liu.json("/record", deed(**DONATION | changed)).status_code == 201
    return str(sit_down(app, village, "陈静").browser.cookies["session"])


def test_the_keys_do_what_the_buttons_do(
    browser: Browser, session: str, settings: Settings, clock: Clock
) -> None:
    with served(Settings(data=settings.data, port=free_port()), clock) as address:
        desk = browser.new_context(viewport={"width": 1280, "height": 800})
        desk.add_cookies([{"name": "session", "value": session, "url": address}])
        page = desk.new_page()
        page.goto(f"{address}/review")
        assert page.locator(".review-group").count() == 2
        page.keyboard.press("j")
        page.keyboard.press("r")
        page.keyboard.press("Enter")  # no reason: refused, and never approved
        page.wait_for_selector("#group-1 [aria-invalid=true]:focus")
        page.keyboard.press("Escape")
        page.keyboard.press("a")
        page.wait_for_selector("#group-1 .review-gone li >> nth=1")
        page.wait_for_selector("#group-3:focus")  # it goes on by itself
        assert page.inner_text("#count-review") == "(1)"
        page.keyboard.press("q")
        page.keyboard.type("a question")  # its letters are no keys
        page.keyboard.press("Enter")
        page.wait_for_selector("#group-3 .remark-question")
        assert page.inner_text("#count-review") == ""
        desk.close()

        telephone = browser.new_context(viewport={"width": 320, "height": 640})
        page = telephone.new_page()
        page.goto(f"{address}/h/TOKEN{'001':>021}/declaration")
        assert page.evaluate(SMALL_TEXT.replace("LEAST", "18")) == []
        assert page.evaluate(SMALL_TARGETS) == []
        assert page.evaluate(TOO_WIDE) == []
        telephone.close()
