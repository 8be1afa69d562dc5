"""A household is found by its code, however a clerk types it."""

import pytest
from sqlalchemy import update

from kiosk.roster import households
from kiosk.scoring.tables import household
from tests.scoring.small_village import small_village


@pytest.mark.parametrize("typed", ["002", "2", "０２", " 002 "])
def test_zeros_and_full_width_digits_do_not_matter(typed: str) -> None:
    with small_village() as village:
        found = households.by_code(village.connection, 1, typed)
        assert found
        assert found.code == "002"


@pytest.mark.parametrize(("code", "typed"), [("1/2", "1／2"), ("1/2", "1/2"), ("1（东）", "1（东）")])
def test_any_code_of_a_roster_can_be_found(code: str, typed: str) -> None:
    """A slash goes into an address full-width; brackets stay in a roster as the clerk wrote them."""
    with small_village() as village:
        village.connection.execute(update(household).where(household.c.code == "002").values(code=code))
        found = households.by_code(village.connection, 1, typed)
        assert found
        assert found.id == 2


@pytest.mark.parametrize("typed", ["", "0", "20", "%", "02x"])
def test_what_could_mean_nobody_finds_nobody(typed: str) -> None:
    with small_village() as village:
        assert households.by_code(village.connection, 1, typed) is None


def test_where_two_could_be_meant_the_code_must_be_whole() -> None:
    with small_village() as village:
        village.connection.execute(update(household).where(household.c.code == "001").values(code="02"))
        assert households.by_code(village.connection, 1, "2") is None
        found = households.by_code(village.connection, 1, "002")
        assert found
        assert found.id == 2
