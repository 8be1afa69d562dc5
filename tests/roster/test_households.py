"""The plates on the doors, and who lives behind them."""

from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, update

from kiosk.roster.households import (
    Household,
    by_code,
    by_token,
    members_on,
    new_token,
    renew_token,
    retired_on,
)
from kiosk.scoring.tables import member
from tests.scoring.small_village import at, small_village


@pytest.fixture
def connection() -> Iterator[Connection]:
    with small_village() as small:
        yield small.connection


def zhang(connection: Connection) -> Household:
    found = by_code(connection, 1, "001")
    assert found is not None
    return found


def test_a_token_is_26_capitals_and_digits_and_never_the_same() -> None:
    tokens = {new_token() for _ in range(1_000)}
    assert len(tokens) == 1_000
    assert all(len(token) == 26 and set(token) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") for token in tokens)


def test_a_renewed_plate_closes_the_old_one(connection: Connection) -> None:
    before, now = zhang(connection), at("2026-08-15")
    token = renew_token(connection, before, now)
    assert by_token(connection, before.token) is None
    assert retired_on(connection, before.token) == now
    assert by_token(connection, token.lower()) == zhang(connection)
    assert retired_on(connection, token) is None


def test_an_unknown_token_leads_nowhere(connection: Connection) -> None:
    assert by_token(connection, "A" * 26) is None
    assert retired_on(connection, "A" * 26) is None


def test_members_are_those_of_the_day_with_the_head_first(connection: Connection) -> None:
    left, joined = date(2026, 7, 31), date(2026, 3, 1)
    connection.execute(update(member).where(member.c.name == "李秀英").values(left=left, joined=joined))
    days = (date(2026, 2, 28), joined, left, date(2026, 8, 1))
    assert [[one.name for one in members_on(connection, 1, day)] for day in days] == [
        ["张三"],
        ["张三", "李秀英"],
        ["张三", "李秀英"],
        ["张三"],
    ]
