"""The families move in."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert

from kiosk.demo.families import Family, Person
from kiosk.roster.households import new_token
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
    households = [_household(connection, village_id, family) for family in people]
    members = [
        [_member(connection, village_id, household_id, one, one is family.head) for one in family.people]
        for household_id, family in zip(households, people, strict=True)
    ]
    return Settled(village_id, households, members)


def _household(connection: Connection, village_id: int, family: Family) -> int:
    row = {
        "village_id": village_id,
        "code": family.code,
        "group_name": family.group,
        "address": family.address,
        "residency": family.residency,
        "token": new_token(),
    }
    return int(connection.scalars(insert(household).values(row).returning(household.c.id)).one())


def _member(connection: Connection, village_id: int, household_id: int, one: Person, head: bool) -> int:
    row = {
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
    return int(connection.scalars(insert(member).values(row).returning(member.c.id)).one())
