"""People who may sign in: names, roles, villages, homes and kin."""

from functools import partial

import pytest
from sqlalchemy import insert

from kiosk.accounts import accounts
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import household
from tests.accounts.staff import PASSWORD, hire, stored_password
from tests.conftest import Village


def refused(village: Village, *given: object) -> list[str]:
    """The fields that are wrong."""
    with pytest.raises(Refused) as refusal:
        village.write(lambda connection: accounts.add_account(connection, *given))  # type: ignore[arg-type]
    return [problem.field for problem in refusal.value.problems]


def test_a_recorder_is_added_with_their_home(alone: Village) -> None:
    home = alone.households["001"]
    person = alone.write(
        lambda connection: accounts.add_account(connection, " 李 秀英 ", "recorder", PASSWORD, 1, home)
    )
    assert (person.name, person.role, person.village_id, person.active) == ("李 秀英", "recorder", 1, True)
    assert person.actor == Actor(person.id, "李 秀英", "recorder", 1, home)
    with alone.database.read() as connection:
        assert stored_password(connection, person).startswith("scrypt$")
        found = accounts.account_by_name(connection, "李　秀英")
        assert found
        assert found[0] == person


def test_everything_wrong_is_told_at_once(alone: Village) -> None:
    assert refused(alone, "", "king", "x") == ["name", "password", "role"]


@pytest.mark.parametrize(
    ("role", "village_id", "household", "field"),
    [
        ("recorder", None, None, "village"),
        ("township", 1, None, "village"),
        ("recorder", 1, 999, "household"),
        ("township", None, 1, "household"),
    ],
)
def test_roles_belong_to_places(
    alone: Village, role: str, village_id: int | None, household: int | None, field: str
) -> None:
    assert refused(alone, "王芳", role, PASSWORD, village_id, household) == [field]


def test_two_people_of_one_name_must_be_told_apart(alone: Village) -> None:
    alone.write(hire)
    assert refused(alone, "张 会计".replace(" ", ""), "admin", PASSWORD, 1) == ["name"]


@pytest.mark.parametrize("name", ["x" * 41, "张\u202e三", "张\u200b三", "张\x07三"])
def test_a_name_that_cannot_be_read_is_refused(alone: Village, name: str) -> None:
    assert refused(alone, name, "admin", PASSWORD, 1) == ["name"]


def test_kin_are_registered_once_and_taken_off(alone: Village) -> None:
    person = alone.write(hire)
    home = alone.households["003"]
    for _ in range(2):
        alone.write(lambda connection: accounts.add_kin(connection, person, home))
    with alone.database.read() as connection:
        assert accounts.kin_of(connection, person.id) == [home]
    alone.write(lambda connection: accounts.remove_kin(connection, person, home))
    with alone.database.read() as connection:
        assert accounts.kin_of(connection, person.id) == []


def test_a_village_sees_its_own_people(alone: Village) -> None:
    clerk = alone.write(hire)
    town = alone.write(lambda connection: hire(connection, "孙镇", "township", None))
    with alone.database.read() as connection:
        assert accounts.accounts_of(connection, 1) == [clerk]
        assert accounts.accounts_of(connection, None) == [town]
        assert accounts.account_in(connection, 1, town.id) is None
        assert accounts.account_in(connection, 1, clerk.id) == clerk


def test_kin_stand_in_the_order_of_their_codes_however_they_were_numbered(alone: Village) -> None:
    person = alone.write(hire)
    homestead = {"village_id": 1, "code": "000", "residency": "local", "token": "T" * 26}
    adding = insert(household).values(homestead).returning(household.c.id)
    first = alone.write(lambda connection: connection.scalars(adding).one())
    for home in (alone.households["002"], first):
        alone.write(partial(accounts.add_kin, person=person, household_id=home))
    with alone.database.read() as connection:
        assert accounts.kin_of(connection, person.id) == [first, alone.households["002"]]
