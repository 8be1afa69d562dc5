"""What could cost a deed, or make two of it: clocks, strangers who answer, older answers, a slow disk."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.test_tablet import Office, Tablet, driver, note_down, office, sent, tablet, until

__all__ = ["driver", "office", "tablet"]
pytestmark = pytest.mark.browser

DEED = """({ household: "001", member: "李秀英", item: "H01", points: "", occurred_on: tablet.day(), place: "",
  reason: words, basis: "巡查" })"""
KEEP = f"([words, key, held]) => tablet.outbox.add([{{ key, held, fields: {DEED} }}]).then(() => true)"
LEFT = "tablet.outbox.list().then(left => left.length)"
SET_BACK = "() => { const then = Date.now; Date.now = () => then() - 3 * 3600000; }"
NO_ROOM = "() => { Storage.prototype.setItem = () => { throw new DOMException('no room', 'QuotaExceededError'); }; }"

DRAFT = """key => tablet.remember(`kiosk.record.${tablet.account().id}`,
  JSON.stringify({ submission_key: key, household: '001', reason: '重来' }))"""
KEPT_ROUNDS = (
    "fetch('/record/rounds', {cache: 'only-if-cached', mode: 'same-origin'}).then(a => a.ok, () => false)"
)
SLOW_DISK = """() => { const add = tablet.outbox.add;
  const wait = () => new Promise((done) => setTimeout(done, 1500));
  tablet.outbox.add = (...all) => wait().then(() => add(...all)); }"""


def is_deed(url: str) -> bool:
    return url.partition("?")[0].endswith("/record")


@pytest.fixture
def page(tablet: Tablet) -> Page:
    return tablet.form()


def test_neither_a_clock_that_was_set_back_nor_a_full_storage_holds_a_deed(
    office: Office, page: Page
) -> None:
    page.evaluate(KEEP, ["那时钟还快着", "a" * 32, 15_000])
    page.evaluate("localStorage.setItem('kiosk.sending', `gone ${Date.now() + 6000}`)")
    page.evaluate(SET_BACK)
    page.evaluate(NO_ROOM)
    page.evaluate("tablet.outbox.flush()")
    until(page, f"{LEFT}.then(left => left === 0)", seconds=8)
    assert office.events() == 1
    assert page.evaluate("tablet.facts.refresh()"), "what a tablet carries comes without that storage too"


def answering(status: int, content_type: str, body: str) -> Callable[[Route], None]:
    """Whoever stands in the way of a deed and says this."""

    def work(route: Route) -> None:
        if route.request.method == "POST":
            route.fulfill(status=status, content_type=content_type, body=body)
        else:
            route.continue_()

    return work


def test_whoever_else_answers_has_taken_nothing_and_a_box_that_cannot_says_why(
    office: Office, page: Page
) -> None:
    welcome = "<!doctype html><title>Wi-Fi</title><p>欢迎使用宾馆无线网络"
    page.route(is_deed, answering(200, "text/html", welcome))
    note_down(page, "宾馆里")
    expect(page.locator("#deed")).to_be_visible()
    page.evaluate("tablet.outbox.flush()")
    page.wait_for_timeout(300)
    assert page.evaluate(LEFT) == 1
    page.unroute_all()
    page.route(is_deed, answering(507, "application/json", '{"status": 507, "detail": "磁盘已满。"}'))
    page.evaluate("tablet.outbox.flush()")
    expect(page.locator("#outbox-words")).to_contain_text("磁盘已满。")
    page.unroute_all()
    sent(page)
    expect(page.locator("#outbox-bar")).to_be_hidden()
    assert office.events() == 1


def test_an_answer_to_older_words_takes_no_newer_ones_away(office: Office, page: Page) -> None:
    key, held = "b" * 32, []

    def wait(route: Route) -> None:
        if route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    page.route(is_deed, wait)
    page.evaluate(KEEP, ["先前的话", key, 0])
    while not held:
        page.wait_for_timeout(20)
    page.evaluate(KEEP, ["改过的话", key, 60_000])
    answer = held[0].fetch(url=held[0].request.url.replace("kiosk.lan", "127.0.0.1"))
    page.evaluate("document.addEventListener('outbox:sent', () => (window.told = true))")
    held[0].fulfill(response=answer)
    until(page, "Promise.resolve(window.told === true)")
    page.unroute_all()
    assert office.events() == 1
    assert page.evaluate("tablet.outbox.list().then(([one]) => one.fields.reason)") == "改过的话"
    page.evaluate("key => tablet.outbox.release(key)", key)
    expect(page.locator("#waiting .waiting-needs-you")).to_have_count(1)
    assert office.events() == 1


def test_a_deed_over_which_the_server_stumbles_stops_no_other(office: Office, page: Page) -> None:
    def stumble(route: Route) -> None:
        if "绊脚".encode() in (route.request.post_data_buffer or b""):
            route.fulfill(status=500, content_type="application/json", body='{"detail": "x"}')
        else:
            route.continue_()

    page.route(is_deed, stumble)
    page.evaluate(KEEP, ["绊脚", "c" * 32, 0])
    page.evaluate(KEEP, ["后来的", "d" * 32, 0])
    until(page, f"{LEFT}.then(left => left === 1)", seconds=8)
    assert office.events() == 1
    assert page.evaluate("tablet.outbox.list().then(([one]) => one.fields.reason)") == "绊脚"


def test_a_deed_that_was_opened_is_still_seen_and_can_be_left_as_it_was(
    office: Office, page: Page, tablet: Tablet
) -> None:
    tablet.kept(page)
    office.off()
    note_down(page, "等着的")
    page.tap("#waiting [data-open]")
    expect(page.locator("#reopened")).to_be_visible()
    expect(page.locator("#waiting .deed-row")).to_have_count(1)
    page.fill("#reason", "改了一半")
    page.tap("#reopened [data-discard]")
    expect(page.locator("#reopened")).to_be_hidden()
    expect(page.locator("#reason")).to_have_value("")
    # a form from before the lights went out is not restored over what is safe already
    left = "tablet.outbox.list().then(([one]) => one.key)"
    key = page.evaluate(left)
    page.evaluate(DRAFT, key)
    page = tablet.form()
    page.wait_for_timeout(300)
    expect(page.locator("#reason")).to_have_value("")
    office.on()
    sent(page)
    assert office.events() == 1


def test_ok_once_more_on_a_slow_disk_is_one_deed(office: Office, page: Page) -> None:
    page.goto(f"{office.address}/record/quick")
    until(page, "Promise.resolve(tablet.items().length > 0)")
    page.evaluate(SLOW_DISK)
    number = page.evaluate("tablet.items().find((one) => one.code === 'H01').number")
    for typed in ("1", number, "1"):
        page.fill("#quick-typed", typed)
        page.press("#quick-typed", "Enter")
    for _ in range(2):
        page.wait_for_timeout(450)
        page.tap(".quick-ok")
    expect(page.locator("#quick-kept")).to_be_visible()
    sent(page)
    assert office.events() == 1


def test_what_is_posted_throws_no_kept_page_away(page: Page, tablet: Tablet) -> None:
    start = (
        "{ kind: 'post', path: '/record/rounds', fields: { round: 'e'.repeat(32), group: '', items: 'C01' } }"
    )
    until(page, KEPT_ROUNDS)
    page.evaluate(f"tablet.outbox.add([{start}]).then(() => true)")
    until(page, f"{LEFT}.then(left => left === 0)")
    note_down(page, "还在")
    assert page.evaluate(KEPT_ROUNDS)
    assert page.evaluate(KEPT_ROUNDS.replace("/record/rounds", "/record"))
