"""Guessing passwords (goals.md, R13): ten thousand tries, with restarts and a clock that jumps.

What must hold: within any quarter of an hour of the box's own time no more than ten guesses of one account
are let through from devices it does not know, while its own tablet is never made to wait.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import pytest
from litestar import Litestar
from sqlalchemy import Connection, delete

from kiosk.accounts import throttle
from kiosk.accounts.tables import login_attempt
from kiosk.app import create_app
from kiosk.database import open_database
from kiosk.settings import Settings
from tests.accounts.staff import hire
from tests.conftest import Clock, Village
from tests.pages.desks import Desk, signed_in, told, where

GUESSES = 10_000
OFTEN = 500  # guesses between two restarts


def guess(connection: Connection, now: datetime, address: str, device: str = "") -> bool:
    """Whether a guess of 李秀英's password is let through."""
    return throttle.take(connection, throttle.counters("李秀英", address, device), now) is None


def storm(
    settings: Settings, start: datetime, on_restart: Callable[[Connection], None], count: int = GUESSES
) -> list[timedelta]:
    """Guess from ten addresses; returns when guesses got through, in time that only goes forward."""
    random = Random(13)
    now, passed, through = start, timedelta(), []
    for _ in range(count // OFTEN):
        database = open_database(settings)

        def guesses(connection: Connection) -> None:
            nonlocal now, passed
            on_restart(connection)
            for _ in range(OFTEN):
                step = timedelta(seconds=random.choice((0, 0, 1, 2)))
                now, passed = now + step, passed + step
                if guess(connection, now, f"192.168.1.{random.randrange(10)}"):
                    through.append(passed)
            tablet = guess(connection, now, "192.168.1.5", device="her tablet")
            assert tablet
            connection.execute(delete(login_attempt).where(login_attempt.c.counter.startswith("device")))
            now -= random.choice((timedelta(), timedelta(days=3)))  # the box's clock has no battery

        database.write(guesses)
        database.close()
    return through


def most_in_a_window(through: list[timedelta]) -> int:
    return max(sum(1 for one in through if 0 <= (one - first) / throttle.WINDOW < 1) for first in through)


def test_ten_guesses_in_a_quarter_of_an_hour_whatever_happens(
    alone: Village, settings: Settings, clock: Clock
) -> None:
    through = storm(settings, clock(), lambda connection: None)
    assert 20 <= len(through) < GUESSES / 100
    assert most_in_a_window(through) <= throttle.PER_ACCOUNT


@pytest.mark.teeth
def test_counters_that_a_restart_forgets_let_more_through(
    alone: Village, settings: Settings, clock: Clock
) -> None:
    through = storm(settings, clock(), _forget, 2_000)
    assert most_in_a_window(through) > throttle.PER_ACCOUNT


def test_a_restart_of_the_server_does_not_help_and_the_own_tablet_gets_in(
    app: Litestar, village: Village, settings: Settings, clock: Clock
) -> None:
    tablet = signed_in(app, village, "李秀英", "recorder")
    device = tablet.browser.cookies["device"]
    stranger = Desk(app)
    for _ in range(throttle.PER_ACCOUNT):
        assert stranger.sign_in("李秀英", "guess").status_code == 422
    village.database.close()
    again = create_app(settings, clock, grace=0)
    try:
        assert "Try again in 15 minutes" in told(Desk(again).sign_in("李秀英"))[0]
        own = Desk(again)
        own.browser.cookies.set("device", device)
        assert where(own.sign_in("李秀英")) == (303, "/record")
    finally:
        again.state.site.database.close()


def test_guesses_sent_all_at_once_are_not_free(alone: Village, clock: Clock) -> None:
    from concurrent.futures import ThreadPoolExecutor

    alone.write(hire)
    with ThreadPoolExecutor(16) as pool:
        through = list(
            pool.map(
                lambda _: alone.database.write(lambda connection: guess(connection, clock(), "192.168.1.9")),
                range(50),
            )
        )
    assert sum(through) == throttle.PER_ACCOUNT


def _forget(connection: Connection) -> None:
    connection.execute(delete(login_attempt))
