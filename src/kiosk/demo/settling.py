"""The families move in."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, insert

from kiosk.demo.families import Family, Person
from kiosk.roster.households import new_token
from kiosk.roster.numbers import new_numbers
from kiosk.roster.readings import keys_of
from kiosk.roster.villages import add_village, set_screen
from kiosk.scoring.tables import household, member

_CONTACT = "村委会一楼 陈会计，周一至周五"


@dataclass(frozen=True)
class Settled:
    """Ids in the order of the families, and of the people within each."""

    village_id: int
    households: Sequence[int]
    members: Sequence[Sequence[int]]


def settle(connection: Connection, code: str, name: str, people: Sequence[Family]) -> Settled:
    """Add the village and everybody in it. Its made-up heads of household are named in full."""
    village_id = add_village(connection, code, name, "full").id
    set_screen(connection, village_id, inches=55, metres=5, theme="auto", message="", contact=_CONTACT)
    households = new_numbers(connection, household, len(people))
    drawn = iter(new_numbers(connection, member, sum(len(family.people) for family in people)))
    members = [sorted(islice(drawn, len(family.people))) for family in people]
    homes = list(zip(households, people, members, strict=True))
    connection.execute(insert(household), [_household(village_id, key, family) for key, family, _ in homes])
    connection.execute(
        insert(member),
        [
            _member(village_id, home_id, key, one, one is family.head)
            for home_id, family, keys in homes
            for key, one in zip(keys, family.people, strict=True)
        ],
    )
    return Settled(village_id, households, members)


def _household(village_id: int, key: int, family: Family) -> dict[str, Any]:
    return {
        "id": key,
        "village_id": village_id,
        "code": family.code,
        "group_name": family.group,
        "address": family.address,
        "residency": family.residency,
        "token": new_token(),
    }


def _member(village_id: int, household_id: int, key: int, one: Person, head: bool) -> dict[str, Any]:
    return {
        "id": key,
        "village_id": village_id,
        "household_id": household_id,
        "name": one.name,
        "relation": one.relation,
        "head": head,
        "born": one.born,
        "joined": one.joined,
        "left": one.left,
        "search": keys_of(one.name),
    }
