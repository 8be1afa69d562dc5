"""Other ways to record on a tablet: many people at once, figures only, a plate that is scanned."""

from playwright.sync_api import Page, expect
from sqlalchemy import select

from kiosk.scoring.tables import event, household
from tests.browser.test_tablet import Office, Tablet, driver, office, sent, tablet

__all__ = ["driver", "office", "tablet"]


def opened(office: Office, tablet: Tablet, path: str) -> Page:
    page = tablet.context.new_page()
    page.goto(f"{office.address}{path}")
    page.wait_for_function("() => tablet.items().length > 0")
    return page


def recorded(office: Office) -> list[tuple[str, str]]:
    """Household and item of every event."""
    rows = select(household.c.code, event.c.item).join(household, household.c.id == event.c.household_id)
    with office.database.read() as connection:
        return sorted((row.code, row.item) for row in connection.execute(rows))


def scan(page: Page, office: Office, code: str) -> None:
    """A scanner types the plate's address, and Enter."""
    with office.database.read() as connection:
        token = connection.scalar(select(household.c.token).where(household.c.code == code))
    page.keyboard.type(f"{office.address}/h/{token}")
    page.keyboard.press("Enter")


def test_one_deed_of_several_people_is_said_once_and_kept_for_each(office: Office, tablet: Tablet) -> None:
    page = opened(office, tablet, "/record/batch")
    office.off()
    for code, name in (("001", "张三"), ("001", "李秀英"), ("002", "王芳")):
        page.fill("#batch-query", code)
        page.tap(f'#batch-homes .chip:has-text("{name}")')
    page.tap('.tile[data-group="category-8"]')
    page.tap('.item:visible:has([value="H02"])')
    page.fill("#reason", "义务劳动修水渠")
    expect(page.locator("#batch-sum")).to_contain_text("3")
    page.tap("#batch-send")
    expect(page.locator("#batch-words")).to_contain_text("3")
    office.on()
    sent(page)
    assert recorded(office) == [("001", "H02"), ("001", "H02"), ("002", "H02")]


def test_what_is_missing_is_said_and_kin_cannot_be_picked(office: Office, tablet: Tablet) -> None:
    page = opened(office, tablet, "/record/batch")
    page.tap("#batch-send")
    expect(page.locator("#batch-trouble")).to_be_visible()
    page.fill("#batch-query", "003")
    expect(page.locator("#batch-homes .notice.bad")).to_contain_text("陈静")
    expect(page.locator("#batch-homes .chip")).to_have_count(0)


def test_figures_alone_record_a_deed(office: Office, tablet: Tablet) -> None:
    page = opened(office, tablet, "/record/quick")
    for key in ("2", "Enter", "8", "0", "1", "Enter"):
        page.tap(f'.quick-keys [data-key="{key}"]')
    expect(page.locator("#quick-list .quick-choice")).not_to_have_count(0)
    page.tap('.quick-choice:has-text("王芳")')
    page.wait_for_timeout(400)
    page.tap('.quick-keys [data-key="Enter"]')
    expect(page.locator("#quick-kept")).to_contain_text("王芳")
    sent(page)
    assert recorded(office) == [("002", "H01")]


def test_a_scanned_plate_brings_its_household_wherever_the_cursor_stands(
    office: Office, tablet: Tablet
) -> None:
    page = opened(office, tablet, "/record")
    office.off()
    page.fill("#reason", "清理河道")
    page.focus("#reason")
    scan(page, office, "002")
    expect(page.locator(".chosen-house")).to_contain_text("002")
    assert page.input_value("#reason") == "清理河道"
    office.on()


def test_a_recorder_who_opens_a_plate_lands_in_the_form(office: Office, tablet: Tablet) -> None:
    page = tablet.context.new_page()
    with office.database.read() as connection:
        token = connection.scalar(select(household.c.token).where(household.c.code == "002"))
    page.goto(f"{office.address}/h/{token}")
    expect(page.locator(".chosen-house")).to_contain_text("002")
