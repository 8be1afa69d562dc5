"""The office's log: every change leaves a line, whoever may read it finds it."""

import pytest
from litestar import Litestar

from kiosk.office.activity import activities
from kiosk.scoring import rulebooks
from kiosk.scoring.rulebook import to_data
from kiosk.sheets.opening import open_sheets
from tests.accounts.staff import PASSWORD
from tests.conftest import Clock, Village
from tests.pages.desks import Desk, signed_in, told


@pytest.fixture
def clerk(app: Litestar, village: Village) -> Desk:
    return signed_in(app, village, "周平", "admin")


@pytest.fixture
def town(app: Litestar, village: Village) -> Desk:
    return signed_in(app, village, "孙镇", "township", None)


def lines(village: Village, place: int | None = 1) -> list[tuple[str, str, str]]:
    with village.database.read() as connection:
        return [(one.name, one.topic, one.said.text()) for one in activities(connection, place)]


def test_whatever_an_administrator_changes_is_noted_and_what_is_refused_is_not(
    clerk: Desk, village: Village
) -> None:
    clerk.post("/admin/people", name="刘敏", role="recorder", password=PASSWORD)
    clerk.post("/admin/people", name="刘敏", role="recorder", password=PASSWORD)  # taken
    clerk.post("/admin/people/2/household", household="001")
    clerk.post("/admin/people/2/kin", kin="003")
    clerk.post("/admin/people/2/kin", kin="003", remove="1")
    clerk.post("/admin/people/2/password", password="新的密码 2026")
    clerk.post("/admin/people/2/state", active="0")
    clerk.post("/admin/people/1/state", active="0")  # never one's own
    clerk.post("/admin/village/names", public_names="masked")
    plate = clerk.get("/admin/household/001").text.partition('name="plate" value="')[2][:16]
    clerk.post("/admin/household/001/plate", plate=plate, sure="1")
    assert lines(village) == [
        ("周平", "plates", "Made a new plate for household 001; the old one stopped"),
        ("周平", "screen", "Chose surnames only for heads of household in public"),
        ("周平", "people", "Closed the account of 刘敏"),
        ("周平", "people", "Set a new password for 刘敏"),
        ("周平", "people", "刘敏 has no kin in household 003"),
        ("周平", "people", "刘敏 has kin in household 003"),
        ("周平", "people", "刘敏 lives in household 001"),
        ("周平", "people", "Added 刘敏, who may sign in now"),
    ]


def test_the_log_is_read_by_person_topic_and_days(clerk: Desk, village: Village, clock: Clock) -> None:
    clerk.post("/admin/village/names", public_names="masked")
    clock.move(minutes=30)
    clerk.post("/admin/people", name="刘敏", role="recorder", password=PASSWORD)
    everything = clerk.get("/admin/activity").text
    assert "Chose surnames only" in everything
    assert "Added 刘敏" in everything
    screen = clerk.get("/admin/activity?topic=screen&person=周平&first=2026-08-15&last=2026-08-15").text
    assert "Chose surnames only" in screen
    assert "Added 刘敏, who" not in screen
    assert "Nothing was done that fits." in clerk.get("/admin/activity?first=2026-08-16").text
    assert "Nothing was done that fits." in clerk.get("/admin/activity?last=2026-08-14").text


def test_days_that_are_none_are_refused_beside_their_field(clerk: Desk) -> None:
    answer = clerk.get("/admin/activity?first=soon&last=0001-01-01")
    assert answer.status_code == 422
    assert told(answer) == ["Write the day like 2026-09-01"] * 2
    turned = clerk.get("/admin/activity?first=2026-08-02&last=2026-08-01")
    assert told(turned) == ["The last day lies before the first one"]


def test_the_workbook_says_the_same(clerk: Desk) -> None:
    clerk.post("/admin/village/names", public_names="code")
    rows = open_sheets(clerk.get("/admin/activity.xlsx").content)[0].lines
    assert [str(cell) for cell in rows[1]] == ["When", "Who", "Topic", "What was done"]
    assert list(rows[2])[1:] == [
        "周平",
        "Village and screen",
        "Chose household codes instead of names in public",
    ]


def test_the_township_reads_its_own_log_and_each_villages(clerk: Desk, town: Desk, village: Village) -> None:
    clerk.post("/admin/village/names", public_names="code")
    with village.database.read() as connection:
        newest = rulebooks.newest(connection)
    assert newest
    data = to_data(newest.book) | {"title": "第二版细则"}
    from kiosk.scoring.rulebook import parse_rulebook

    content = rulebooks.canonical(parse_rulebook(data))
    town.post("/admin/rulebook", content=content, applies_from="2026-09-01")
    town.post("/admin/rulebook", content=content, applies_from="2026-09-01")  # a second click
    said = "Brought in the rulebook “第二版细则”, which applies from 2026-09-01 on"
    assert lines(village, None) == [("孙镇", "rulebook", said)]
    assert "第二版细则" in town.get("/admin/activity").text
    assert "Chose household codes" not in town.get("/admin/activity").text
    assert "Chose household codes" in town.get("/admin/activity?village=qingshan").text
    assert "第二版细则" not in clerk.get("/admin/activity?village=qingshan").text
    assert town.get("/admin/activity?village=nowhere").status_code == 404


def test_the_list_of_people_says_when_each_was_last_seen(
    clerk: Desk, app: Litestar, village: Village
) -> None:
    signed_in(app, village, "刘敏", "recorder")
    clerk.post("/admin/people/2/household", household="002")
    clerk.post("/admin/people/2/kin", kin="003")
    text = clerk.get("/admin/people").text
    assert text.count("last seen 15 August 2026 10:00") == 2
    assert "last seen 15 August 2026 10:00" in clerk.get("/admin/people/2").text
    rows = open_sheets(clerk.get("/admin/people.xlsx").content)[0].lines
    assert [str(cell) for cell in rows[4]][:4] == ["刘敏", "Recorder", "002", "003"]
