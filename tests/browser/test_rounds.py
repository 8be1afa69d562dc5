"""A round walked with the server out of reach: few taps, and all of it in the ledger, once."""

from datetime import datetime

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from kiosk.office import round_lists
from kiosk.scoring.tables import event, household
from tests.browser.test_tablet import Office, Tablet, driver, office, tablet, until  # noqa: F401
from tests.pages.test_photos import photo

pytestmark = pytest.mark.browser
# a practised finger: 1.2 s to find and hit a large target, and 9 s a household to look at the yard
SECONDS_A_TAP, SECONDS_A_LOOK = 1.2, 9


class Walker:
    """刘敏 on her round; she counts her taps."""

    def __init__(self, page: Page) -> None:
        self.page, self.taps = page, 0

    def tap(self, selector: str) -> None:
        self.page.tap(selector)
        self.taps += 1

    def at(self, code: str) -> None:
        expect(self.page.locator("#house [data-slot=code]")).to_have_text(code)
        self.page.wait_for_timeout(450)  # nobody looks at a yard any faster

    def next(self, choice: str) -> None:
        self.tap(choice)
        self.tap("#house-next")


def points(number: int) -> str:
    return f'[data-item="C01"][data-points="{number}"]'


@pytest.fixture
def page(tablet: Tablet, office: Office) -> Page:  # noqa: F811
    """The rounds, opened once with a connection."""
    page = tablet.form()
    rounds = (
        "fetch('/record/rounds', {cache: 'only-if-cached', mode: 'same-origin'}).then(a => a.ok, () => false)"
    )
    until(page, rounds)
    page.wait_for_timeout(500)  # a moment for the browser to write it down
    return page


def test_a_round_is_walked_out_of_reach_in_two_taps_a_household(
    page: Page,
    tablet: Tablet,  # noqa: F811
    office: Office,  # noqa: F811
) -> None:
    office.off()
    page.goto(f"{office.address}/record/rounds")
    page.tap("#rounds-new")
    page.tap('[data-pick="C01"]')
    page.tap('#new [data-group=""]')
    page.tap("#new-start")
    liu = Walker(page)
    liu.at("001")
    liu.next(points(4))
    page.evaluate("document.querySelector('#house-next').click()")  # the same finger once more
    liu.at("002")
    liu.next("[data-outcome=absent]")
    liu.at("004")  # 003 is her kin's
    assert liu.taps == 2 * 2
    assert 40 * (liu.taps / 2 * SECONDS_A_TAP + SECONDS_A_LOOK) < 12 * 60

    # a full disk is said, and what was tapped stays
    page.evaluate(
        "() => { window.kept = tablet.outbox.add; tablet.outbox.add = async () => { throw new tablet.Full() } }"
    )
    liu.next(points(2))
    expect(page.locator("#rounds-trouble")).to_be_visible()
    expect(page.locator(points(2))).to_have_attribute("aria-pressed", "true")
    page.evaluate("() => { tablet.outbox.add = window.kept }")

    # she changes her mind about 001, and the tablet is switched off on the way
    page.tap("#rounds-done a")
    liu.at("002")
    page.tap("#house-before")
    liu.at("001")
    liu.next(points(5))
    liu.at("004")
    page.tap(points(3))
    until(page, "tablet.store.all('rounds').then(rows => rows[0].draft?.chosen.C01 === '3')")
    tablet.context.close()
    page = tablet.open().new_page()
    page.goto(f"{office.address}/record/rounds")
    expect(page.locator("#rounds-open .round-progress .figure")).to_have_text("2 / 4 户")
    page.tap("[data-walk]")
    liu = Walker(page)
    liu.at("004")
    expect(page.locator(points(3))).to_have_attribute("aria-pressed", "true")
    page.set_input_files(
        "#house-photo", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": photo(2000, 1500)}
    )
    expect(page.locator("#house-preview")).to_be_visible()
    liu.tap("#house-next")
    liu.at("005")
    liu.next("[data-outcome=nothing]")
    expect(page.locator("#sum [data-slot=visited]")).to_have_text("4")
    expect(page.locator("#sum [data-slot=barred]")).to_have_text("1")
    page.tap("#sum-finish")
    expect(page.locator("#sum-seal")).to_be_visible()
    assert office.events() == 0

    office.on()
    page.evaluate("tablet.outbox.flush()")
    until(page, "tablet.outbox.list().then(entries => entries.length === 0)")
    assert (office.events(), office.keys(), office.photos()) == (2, 2, 1)
    with office.database.read() as connection:
        found = select(household.c.code, event.c.points).join(event, event.c.household_id == household.c.id)
        assert {row.code: int(row.points) for row in connection.execute(found)} == {"001": 5, "004": 3}
        (one,) = round_lists.rounds(connection, 1, datetime.now(office.settings.zone))
    assert {visit.code: visit.outcome for visit in one.visits} == {
        "001": "recorded",
        "002": "absent",
        "004": "recorded",
        "005": "nothing",
    }
    assert one.finished_by == "刘敏"
    page.reload()
    expect(page.locator("#sum-unsent")).to_be_hidden()
    # whoever was there first stays, unless they met nobody
    standing = "(seen) => rounds.plan.visitOf({visits: {a: {account: 1, outcome: 'recorded'}}, seen: {a: seen}}, 'a')"
    assert page.evaluate(standing, {"account": 2, "outcome": "nothing"})["clash"]["account"] == 1
    assert page.evaluate(standing, {"account": 2, "outcome": "absent"})["account"] == 1
