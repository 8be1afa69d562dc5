"""The screen's addresses over a real database."""

import pytest
from sqlalchemy import update

from kiosk.scoring import ledger
from kiosk.scoring.actors import Actor
from kiosk.scoring.ledger import Draft
from kiosk.scoring.tables import village as village_table
from kiosk.scoring.villages import changed

RECORDER = Actor(None, "王芳", "recorder", 1)
BOARD = "/v/qingshan/square/board"


def record(village, clock, household, member=None, **given):
    """A deed of today, of a kind that counts at once."""
    house = village.households[household]
    person = village.members[member] if member else None
    plain = {"item": "", "points": None, "occurred_on": clock.now.date(), "place": "村口"}
    told = {"reason": "见义勇为的经过", "basis": "法律文书", "photo": "", **plain, **given}
    draft = Draft(f"key {household} {member} {given}", household_id=house, member_id=person, **told)
    return village.write(lambda connection: ledger.record(connection, 1, draft, RECORDER, clock.now))


def set_village(village, **values):
    def work(connection):
        connection.execute(update(village_table).values(**values))
        changed(connection, 1)

    village.write(work)


@pytest.fixture
def small(rulebook):
    """An item of the default rulebook whose points a member gets without a second person."""
    return next(
        item
        for item in rulebook.items
        if item.subject == "member" and item.minimum > 0 and not rulebook.needs_review(item, item.minimum)
    )


def test_an_approved_deed_is_on_the_board_at_the_next_poll(client, village, clock, small):
    before = client.get(BOARD)
    assert "张三" not in before.text
    record(village, clock, "001", "李秀英", item=small.code, points=small.minimum)
    after = client.get(BOARD, headers={"if-none-match": before.headers["etag"]})
    assert after.status_code == 200
    assert "张三" in after.text
    assert small.title in after.text


def test_the_box_hears_the_hours_of_the_office_unless_the_clock_is_in_doubt(client, village, clock):
    hours = f"{BOARD.removesuffix('/board')}/hours"
    assert client.get(hours).json() == {"on": "", "off": "", "silent": None}
    client.get(BOARD)
    assert client.get(hours).json()["silent"] < 30
    set_village(village, screen_on="06:30", screen_off="21:30")
    assert client.get(hours).json().items() >= {"on": "06:30", "off": "21:30"}.items()
    clock.now = clock.now.replace(
        year=2020
    )  # as after a power cut: nobody would read on a dark screen what is wrong
    assert client.get(hours).json().items() >= {"on": "", "off": ""}.items()
    assert "data-on" not in client.get(BOARD).text


def test_a_board_that_did_not_change_costs_a_304_that_still_tells_version_and_theme(client, village):
    first = client.get(BOARD)
    again = client.get(BOARD, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.text) == (304, "")
    assert again.headers["kiosk-version"] == first.headers["kiosk-version"]
    assert again.headers["kiosk-theme"] == "auto"


def test_the_frame_carries_the_version_that_the_board_asks_for(client, village):
    version = client.get(BOARD).headers["kiosk-version"]
    assert f'data-version="{version}"' in client.get("/v/qingshan/square").text


def test_a_screen_of_another_size_makes_the_frame_load_itself_anew(client, village):
    before = client.get(BOARD).headers["kiosk-version"]
    set_village(village, screen_metres=10)
    assert client.get(BOARD).headers["kiosk-version"] != before
    assert "--rows: 4;" in client.get("/v/qingshan/square/size.css").text


def test_the_theme_can_be_forced_without_loading_anew(client, village):
    before = client.get(BOARD).headers["kiosk-version"]
    set_village(village, screen_theme="night")
    after = client.get(BOARD)
    assert (after.headers["kiosk-theme"], after.headers["kiosk-version"]) == ("night", before)


def test_the_sizes_are_a_style_sheet(client, village):
    answer = client.get("/v/qingshan/square/size.css")
    assert answer.headers["content-type"].startswith("text/css")
    assert "--rows: 9;" in answer.text


def test_the_frame_is_readable_without_scripts(client, village):
    text = client.get("/v/qingshan/square").text
    assert '<noscript><meta http-equiv="refresh" content="60"></noscript>' in text
    assert 'class="slide is-leaders"' in text
    assert " style=" not in text


@pytest.mark.parametrize("path", ["", "/board", "/size.css"])
def test_a_village_that_does_not_exist_has_no_screen(client, path):
    assert client.get(f"/v/nowhere/square{path}").status_code == 404


def test_without_a_choice_of_names_the_screen_shows_codes_only(client, village, clock, small):
    set_village(village, public_names=None)
    record(village, clock, "002", "王芳", item=small.code, points=small.minimum)
    text = client.get(BOARD).text
    assert ">002<" in text
    assert "王建国" not in text


def test_neither_minors_nor_reasons_nor_deductions_come_onto_the_screen(
    client, village, clock, small, rulebook
):
    record(village, clock, "001", "张小明", item=small.code, points=small.minimum)
    record(village, clock, "005", "赵小燕", item=small.code, points=small.minimum)
    minus = next(item for item in rulebook.items if item.maximum < 0)
    member = "王芳" if minus.subject == "member" else None
    receipt = record(village, clock, "002", member, item=minus.code, points=minus.minimum)
    if receipt.status == "waiting":
        judge = Actor(None, "李主任", "reviewer", 1)
        village.write(
            lambda connection: ledger.decide(
                connection, 1, receipt.event_id, "approved", judge, "", clock.now
            )
        )
    for shape in ("landscape", "portrait"):
        text = client.get(f"{BOARD}?shape={shape}").text
        for secret in ("张小明", "赵小燕", "王芳", "王建国", minus.title, "见义勇为的经过", "村口"):
            assert secret not in text
    assert "长子" in text


def test_the_turn_of_the_day_draws_the_board_anew(client, village, clock, small):
    record(village, clock, "001", "李秀英", item=small.code, points=small.minimum)
    assert 'data-key="today"' in client.get(BOARD).text
    clock.move(days=1)
    assert 'data-key="today"' not in client.get(BOARD).text


def test_the_turn_of_the_quarter_keeps_the_last_one_s_leaders_until_there_are_new_ones(
    client, village, clock, small
):
    record(village, clock, "001", "李秀英", item=small.code, points=small.minimum)
    clock.now = clock.now.replace(month=10, day=1)
    text = client.get(BOARD).text
    assert 'class="slide is-last_quarter"' in text
    assert "张三" in text
