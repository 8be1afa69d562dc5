"""A tablet's hard days: a crawling network, a full disk, two hundred deeds, a wrong clock, a file for the office."""

import json
from base64 import b64encode

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_tablet import Office, Tablet, driver, note_down, office, sent, tablet, until
from tests.pages.test_photos import photo

__all__ = ["driver", "office", "tablet"]

ADD_MANY = """async ([many, picture]) => {
  const bytes = Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0));
  for (let n = 0; n < many; n += 1) {
    const fields = { household: "001", member: "李秀英", item: "H01", points: "", occurred_on: tablet.day(), place: "",
      reason: `第 ${n + 1} 件`, basis: "巡查" };
    const photo = new Blob([bytes, new Uint8Array([n % 256, n >> 8])], { type: "image/jpeg" });
    await tablet.outbox.add([{ fields }], photo);
  }
}"""

# no browser driver makes a disk full: the store itself answers as it would then
FILL_UP = """() => {
  IDBObjectStore.prototype.add = () => { throw new DOMException("no room", "QuotaExceededError"); };
}"""


def crawl(page: Page) -> None:
    """As slow as a telephone at the edge of the mountains (2G)."""
    slow = {"offline": False, "latency": 300, "downloadThroughput": 31_000, "uploadThroughput": 31_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)


def test_on_a_crawling_network_each_deed_arrives_once(office: Office, tablet: Tablet) -> None:
    page = tablet.form()
    crawl(page)
    for words in ("一", "二"):
        note_down(page, words, photo(600, 400))
    sent(page)
    assert (office.events(), office.keys(), office.photos()) == (2, 2, 2)


@pytest.mark.parametrize("many", [50, pytest.param(200, marks=pytest.mark.long)])
def test_hundreds_of_deeds_with_photos_wait_and_arrive_once(
    office: Office, tablet: Tablet, many: int
) -> None:
    page = tablet.form()
    tablet.kept(page)
    office.off()
    page.evaluate(ADD_MANY, [many, b64encode(photo(40, 30)).decode()])
    expect(page.locator("#outbox-words")).to_contain_text(str(many))
    office.on()
    page.evaluate("tablet.outbox.flush()")
    until(page, "tablet.outbox.list().then(left => left.length === 0)", seconds=90)
    assert (office.events(), office.keys(), office.photos()) == (many, many, many)
    assert page.evaluate("tablet.store.all('photos').then(left => left.length)") == 0


def test_a_full_disk_is_said_before_anything_is_lost_and_the_deed_can_still_be_sent(
    office: Office, tablet: Tablet
) -> None:
    page = tablet.form()
    page.evaluate(FILL_UP)
    page.route(lambda url: url.partition("?")[0].endswith("/record"), lambda route: route.abort())
    page.fill("#query", "001")
    page.tap(".house")
    page.tap('.choice:has-text("李秀英")')
    page.tap('.tile[data-group="category-8"]')
    page.tap('.item:visible:has([value="H01"])')
    page.fill("#reason", "不能丢")
    page.tap("#send")
    expect(page.locator("#full")).to_be_visible()
    expect(page.locator("#trouble")).to_be_visible()
    assert page.input_value("#reason") == "不能丢"
    page.unroute_all()
    page.tap("#send")
    expect(page.locator(".receipt")).to_contain_text("李秀英")
    assert office.events() == 1


def test_a_tablet_whose_clock_is_wrong_is_told(office: Office, tablet: Tablet) -> None:
    page = tablet.form()

    def twelve_minutes_late(route: Route) -> None:
        said = {
            "account": {"id": 1, "name": "刘敏", "role": "recorder"},
            "village": {"code": "x", "name": "x"},
        }
        now = page.evaluate("new Date(Date.now() - 12 * 60000).toISOString().replace('Z', '+00:00')")
        route.fulfill(
            body=json.dumps({**said, "now": now, "today": "", "rulebook": ""}),
            content_type="application/json",
        )

    expect(page.locator("#tablet-clock")).to_be_hidden()
    page.evaluate("tablet.facts.refresh()")  # that of the opened page is over
    page.route("**/record/tablet", twelve_minutes_late)
    page.evaluate("tablet.facts.refresh()")
    expect(page.locator("#tablet-clock")).to_contain_text("12")


def test_what_waits_is_saved_to_a_file_that_the_office_takes_in(office: Office, tablet: Tablet) -> None:
    page = tablet.form()
    tablet.kept(page)
    office.off()
    note_down(page, "走不出山", photo(300, 200))
    with page.expect_download() as downloading:
        page.tap("#waiting-save")
    saved = downloading.value.path().read_bytes()
    office.on()
    tablet.sign_in("周平")
    desk = tablet.context.new_page()
    desk.goto(f"{office.address}/admin/import")
    chosen = {"name": "kiosk.json", "mimeType": "application/json", "buffer": saved}
    desk.set_input_files("#outbox_file", chosen)
    desk.click("form:has(#outbox_file) button")
    expect(desk.locator(".table")).to_contain_text("走不出山")
    assert (office.events(), office.photos()) == (1, 1)
    tablet.sign_in("刘敏")
    page.goto(f"{office.address}/record")
    sent(page)
    assert (office.events(), office.keys()) == (1, 1)
