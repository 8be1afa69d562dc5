"""How many guesses are free, for whom, and how long one waits."""

from datetime import timedelta

import pytest

from kiosk.accounts import devices, throttle
from tests.conftest import Clock, Village

STRANGER, TABLET = "192.168.1.66", "192.168.1.20"


def take(village: Village, clock: Clock, name: str, address: str, device: str = "") -> str:
    """What somebody is told who tries a password; empty if they may."""
    limits, now = throttle.counters(name, address, device), clock()
    problem = village.write(lambda connection: throttle.take(connection, limits, now))
    return problem.text() if problem else ""


def use_up(village: Village, clock: Clock) -> None:
    for _ in range(throttle.PER_ACCOUNT):
        assert not take(village, clock, "李秀英", STRANGER)


def test_after_ten_guesses_one_waits_and_is_told_how_long(alone: Village, clock: Clock) -> None:
    use_up(alone, clock)
    assert take(alone, clock, "李秀英", STRANGER) == "Too many wrong passwords. Try again in 15 minutes."
    clock.move(minutes=11)
    assert "in 4 minutes" in take(alone, clock, "李秀英", STRANGER)
    clock.move(minutes=3, seconds=30)
    assert "in a minute" in take(alone, clock, "李秀英", STRANGER)
    clock.move(seconds=30)
    assert not take(alone, clock, "李秀英", STRANGER)


def test_another_address_is_no_way_around(alone: Village, clock: Clock) -> None:
    use_up(alone, clock)
    assert take(alone, clock, "李秀英", "192.168.1.67")


def test_a_strangers_guesses_do_not_lock_out_the_own_tablet(alone: Village, clock: Clock) -> None:
    use_up(alone, clock)
    assert not take(alone, clock, "李秀英", TABLET, device="tablet")


def test_nor_does_a_stranger_behind_the_same_wifi(alone: Village, clock: Clock) -> None:
    for number in range(throttle.PER_ADDRESS):
        assert not take(alone, clock, f"user{number}", TABLET)
    assert take(alone, clock, "another", TABLET)
    assert not take(alone, clock, "李秀英", TABLET, device="tablet")


def test_a_stolen_tablet_has_ten_guesses_too(alone: Village, clock: Clock) -> None:
    for _ in range(throttle.PER_ACCOUNT):
        assert not take(alone, clock, "李秀英", TABLET, device="tablet")
    assert take(alone, clock, "李秀英", TABLET, device="tablet")


def test_the_right_password_begins_anew_but_not_for_the_address(alone: Village, clock: Clock) -> None:
    limits = throttle.counters("李秀英", TABLET, "")
    use_up(alone, clock)
    alone.write(lambda connection: throttle.forget(connection, limits))
    use_up(alone, clock)
    for _ in range(throttle.PER_ADDRESS - 2 * throttle.PER_ACCOUNT):
        assert not take(alone, clock, "somebody" + str(_), STRANGER)
    assert take(alone, clock, "王芳", STRANGER)


@pytest.mark.parametrize("jump", [timedelta(days=-3), timedelta(days=-20_000)])
def test_a_clock_set_back_neither_frees_guesses_nor_locks_for_days(
    alone: Village, clock: Clock, jump: timedelta
) -> None:
    use_up(alone, clock)
    clock.now += jump
    assert "in 15 minutes" in take(alone, clock, "李秀英", STRANGER)
    clock.move(minutes=15)
    assert not take(alone, clock, "李秀英", STRANGER)


def test_a_device_is_known_to_those_who_signed_in_on_it() -> None:
    cookie = devices.enrol("", "key", 7)
    assert devices.known(cookie, "key", 7)
    assert not devices.known(cookie, "key", 8)
    assert not devices.known(cookie, "another installation's key", 7)
    assert not devices.known(cookie.replace(cookie[0], "0" if cookie[0] != "0" else "1", 1), "key", 7)


def test_people_share_a_tablet_and_the_last_eight_are_known() -> None:
    cookie = ""
    for person in range(12):
        cookie = devices.enrol(cookie, "key", person)
    assert [person for person in range(12) if devices.known(cookie, "key", person)] == list(range(4, 12))
    assert len({devices.known(cookie, "key", person) for person in range(4, 12)}) == 1
    assert len(cookie) < 400


@pytest.mark.parametrize("cookie", ["", ".", "x.y", "..." * 50, "青.山", "a" * 5000])
def test_a_made_up_cookie_is_no_device(cookie: str) -> None:
    assert not devices.known(cookie, "key", 7)
    assert devices.known(devices.enrol(cookie, "key", 7), "key", 7)
    assert len(devices.enrol(cookie, "key", 7)) < 400
