"""Sessions: what the browser holds, how long it holds, and what ends it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.accounts import accounts, sessions
from kiosk.accounts.accounts import Account
from kiosk.accounts.tables import session
from tests.accounts.staff import hire
from tests.conftest import Clock, Village


@pytest.fixture
def clerk(alone: Village) -> Account:
    return alone.write(hire)


@pytest.fixture
def recorder(alone: Village) -> Account:
    return alone.write(lambda connection: hire(connection, "李秀英", "recorder"))


def begin(village: Village, person: Account, clock: Clock) -> str:
    now = clock()
    return village.write(lambda connection: sessions.begin(connection, person.id, now))


def person_of(village: Village, token: str, clock: Clock) -> Account | None:
    with village.database.read() as connection:
        return sessions.person_of(connection, token, clock())[0]


def test_the_token_says_who_it_is(alone: Village, clerk: Account, clock: Clock) -> None:
    assert person_of(alone, begin(alone, clerk, clock), clock) == clerk


def test_the_database_holds_no_token(alone: Village, clerk: Account, clock: Clock) -> None:
    token = begin(alone, clerk, clock)
    assert len(token) >= 43  # 256 bits
    with alone.database.read() as connection:
        assert token not in str(connection.execute(select(session)).all())


def test_every_sign_in_has_a_token_of_its_own(alone: Village, clerk: Account, clock: Clock) -> None:
    assert begin(alone, clerk, clock) != begin(alone, clerk, clock)


@pytest.mark.parametrize("token", ["", "x", "青山", "a" * 10_000])
def test_a_made_up_token_is_nobody(alone: Village, clerk: Account, clock: Clock, token: str) -> None:
    assert person_of(alone, token, clock) is None


def test_an_office_pc_left_alone_for_an_hour_is_signed_out(
    alone: Village, clerk: Account, clock: Clock
) -> None:
    token = begin(alone, clerk, clock)
    clock.move(minutes=60)
    assert person_of(alone, token, clock)
    clock.move(minutes=1)
    assert person_of(alone, token, clock) is None


def test_a_recorders_tablet_holds_through_the_day(alone: Village, recorder: Account, clock: Clock) -> None:
    token = begin(alone, recorder, clock)
    clock.move(hours=12)
    assert person_of(alone, token, clock)
    clock.move(minutes=1)
    assert person_of(alone, token, clock) is None


@pytest.mark.parametrize(("role", "every", "times"), [("reviewer", 0.5, 24), ("recorder", 6, 28)])
def test_no_session_lasts_for_ever(alone: Village, clock: Clock, role: str, every: float, times: int) -> None:
    person = alone.write(lambda connection: hire(connection, "陈静", role))
    token = begin(alone, person, clock)
    for _ in range(times):
        assert person_of(alone, token, clock)
        clock.move(hours=every)
        alone.write(lambda connection: sessions.seen(connection, token, clock()))
    clock.move(minutes=1)
    assert person_of(alone, token, clock) is None


def test_reading_notes_the_use_at_most_once_a_minute(alone: Village, clerk: Account, clock: Clock) -> None:
    token = begin(alone, clerk, clock)
    clock.move(seconds=50)
    with alone.database.read() as connection:
        assert sessions.person_of(connection, token, clock()) == (clerk, False)
        clock.move(seconds=20)
        assert sessions.person_of(connection, token, clock()) == (clerk, True)


@pytest.mark.parametrize("days", [-3, 700])
def test_a_jumping_clock_ends_a_session(alone: Village, clerk: Account, clock: Clock, days: int) -> None:
    token = begin(alone, clerk, clock)
    clock.move(days=days)
    assert person_of(alone, token, clock) is None


def test_signing_out_ends_this_one_and_everywhere_all(
    alone: Village, clerk: Account, recorder: Account, clock: Clock
) -> None:
    first, second, third = (begin(alone, clerk, clock) for _ in range(3))
    other = begin(alone, recorder, clock)
    alone.write(lambda connection: sessions.end(connection, first))
    assert [bool(person_of(alone, token, clock)) for token in (first, second, third)] == [False, True, True]
    alone.write(lambda connection: sessions.end_all(connection, clerk.id))
    assert [bool(person_of(alone, token, clock)) for token in (second, third, other)] == [False, False, True]


def test_a_new_password_signs_out_everywhere(alone: Village, clerk: Account, clock: Clock) -> None:
    token = begin(alone, clerk, clock)
    alone.write(lambda connection: accounts.set_password(connection, clerk, "小桥流水人家 枯藤"))
    assert person_of(alone, token, clock) is None


def test_a_closed_account_is_signed_out_at_once(alone: Village, recorder: Account, clock: Clock) -> None:
    token = begin(alone, recorder, clock)
    alone.write(lambda connection: accounts.set_active(connection, recorder, False))
    assert person_of(alone, token, clock) is None
    alone.write(lambda connection: accounts.set_active(connection, recorder, True))
    assert person_of(alone, token, clock) is None


def test_old_sessions_are_swept_out(alone: Village, clerk: Account, clock: Clock) -> None:
    begin(alone, clerk, clock)
    clock.now += timedelta(days=8)
    begin(alone, clerk, clock)
    with alone.database.read() as connection:
        assert sessions.count_of(connection, clerk.id) == 1
