"""The families move in."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, insert

from kiosk.demo.families import Family
from kiosk.scoring.tables import household, member, village


@dataclass(frozen=True)
class Settled:
    """Ids in the order of the families, and of the people within each."""

    village_id: int
    households: Sequence[int]
    members: Sequence[Sequence[int]]


def settle(connection: Connection, code: str, name: str, people: Sequence[Family]) -> Settled:
    founding = insert(village).values(code=code, name=name, public_names="full").returning(village.c.id)
    village_id = connection.scalars(founding).one()
    households, members = [], []
    for family in people:
        row = {"code": family.code, "group_name": family.group, "residency": family.residency}
        moving = insert(household).values(
            village_id=village_id, token=secrets.token_hex(), address=family.address, **row
        )
        households.append(connection.scalars(moving.returning(household.c.id)).one())
        ids = []
        for one in family.people:
            values = {"name": one.name, "relation": one.relation, "born": one.born, "joined": one.joined}
            adding = insert(member).values(
                village_id=village_id,
                household_id=households[-1],
                left=one.left,
                head=one is family.head,
                **values,
            )
            ids.append(connection.scalars(adding.returning(member.c.id)).one())
        members.append(ids)
    return Settled(village_id, households, members)
