"""What the office sees of the box."""

from datetime import timedelta

import pytest
from litestar import Litestar

from kiosk import uptime, witnesses
from kiosk.backups import back_up
from kiosk.settings import Settings
from tests.conftest import Clock, Village
from tests.pages.desks import signed_in, told, where

_MARK = "No good backup for more than two days."


@pytest.mark.parametrize(("role", "place"), [("admin", 1), ("township", None)])
def test_the_start_page_has_a_red_mark_without_a_good_backup(
    app: Litestar, village: Village, settings: Settings, clock: Clock, role: str, place: int | None
) -> None:
    assert _MARK not in signed_in(app, village, "周平", role, place).get("/admin").text  # a new installation
    clock.move(days=3)
    desk = signed_in(app, village, "周支书", role, place)
    text = desk.get("/admin").text
    assert _MARK in text
    assert "There is no backup yet." in text
    back_up(settings, clock())
    assert _MARK not in desk.get("/admin").text


def test_a_reviewer_is_not_bothered_with_it(app: Litestar, village: Village, clock: Clock) -> None:
    clock.move(days=3)
    desk = signed_in(app, village, "陈静", "reviewer")
    assert _MARK not in desk.get("/admin").text
    assert desk.get("/admin/health").status_code == 403


def test_what_needs_somebody_stands_first_with_what_to_do(
    app: Litestar, village: Village, settings: Settings, clock: Clock
) -> None:
    back_up(settings, clock() - timedelta(days=9))
    text = signed_in(app, village, "周平", "admin").get("/admin/health").text
    assert text.index("check-warning") < text.index("check-ok")
    assert "Run kiosk backup every night" in text
    assert "The newest entries are linked." in text


def test_the_screens_question_is_noted(app: Litestar, village: Village, clock: Clock) -> None:
    desk = signed_in(app, village, "周平", "admin")
    assert "None has asked for its board" in desk.get("/admin/health").text
    for _ in range(2):  # the first is drawn, and then lies ready
        desk.get("/v/qingshan/square/board")
    desk.get("/v/nowhere/square/board")
    assert "The last one asked at" in desk.get("/admin/health").text
    assert [path.name for path in app.state.site.settings.data.glob(".screen-*")] == [".screen-qingshan"]


def test_an_administrator_confirms_a_clock_after_looking_at_a_watch(
    app: Litestar, village: Village, clock: Clock
) -> None:
    desk = signed_in(app, village, "周平", "admin")
    assert "Is the clock of the box right?" not in desk.get("/admin/health").text
    village.database.healthy(clock() + timedelta(days=700))  # it was set wrong for a while
    text = desk.get("/admin/health").text
    assert "The box shows Saturday" in text
    assert "What to do" in desk.get("/admin").text
    assert told(desk.post("/admin/health/clock")) == ["Compare with a watch first, and set the tick"]
    assert where(desk.post("/admin/health/clock", sure="1")) == (303, "/admin/health#clock")
    assert "Is the clock of the box right?" not in desk.get("/admin/health").text
    assert "Confirmed the clock of the box: it was 2026-08-15 10:00" in desk.get("/admin/activity").text


def test_one_tablet_with_another_time_is_a_question_not_a_doubt(
    app: Litestar, village: Village, clock: Clock
) -> None:
    desk = signed_in(app, village, "周平", "admin")
    up = uptime.uptime()
    village.write(lambda connection: witnesses.tell(connection, 1, clock() + timedelta(hours=5), up))
    text = desk.get("/admin/health").text
    assert "but a tablet shows" in text
    assert "Is the clock of the box right?" not in text
    village.write(lambda connection: witnesses.tell(connection, 1, clock(), up))
    assert "tablets that agree: 1" in desk.get("/admin/health").text
