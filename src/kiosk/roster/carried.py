"""The roster as a tablet carries it: what finds and names people out of reach of the server, nothing else.

No dates of birth and no tokens: a plate is known again by the beginning of its token's hash.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, select

from kiosk.scoring.tables import household, member
from kiosk.tokens import token_hash

_KNOWN_BY = 16  # hexadecimal digits: enough to tell a county's plates apart, far too few to make one


@dataclass(frozen=True)
class Person:
    """On the roll today. `keys` are the letters by which the name is found, as in `roster/search.py`."""

    id: int
    name: str
    relation: str
    head: bool
    keys: str


@dataclass(frozen=True)
class Carried:
    """A household with somebody on the roll today. `names` are those of everybody who ever was of it."""

    id: int
    code: str
    group: str
    plate: str
    people: Sequence[Person]
    names: Sequence[str]

    @property
    def head(self) -> str:
        return next((one.name for one in self.people if one.head), "")


def carried(connection: Connection, village_id: int, today: date) -> list[Carried]:
    """Every household of the village with somebody on the roll today, by code."""
    columns = (household.c.code, household.c.group_name, household.c.token, member)
    found = select(*columns).join(member, member.c.household_id == household.c.id)
    ordered = found.where(household.c.village_id == village_id).order_by(
        household.c.code, member.c.head.desc(), member.c.id
    )
    return list(_households(connection.execute(ordered).all(), today))


def plate_mark(token: str) -> str:
    """By which a tablet knows a plate that it has scanned."""
    return token_hash(token)[:_KNOWN_BY]


def _households(rows: Sequence[Any], today: date) -> Iterator[Carried]:
    for household_id, group in groupby(rows, key=lambda row: row.household_id):
        ever = list(group)
        here = [_person(row) for row in ever if _is_here(row, today)]
        if here:
            first, names = ever[0], [row.name for row in ever]
            mark = plate_mark(first.token)
            yield Carried(household_id, first.code, first.group_name, mark, here, names)


def _is_here(row: Any, today: date) -> bool:
    return (row.joined is None or row.joined <= today) and (row.left is None or row.left >= today)


def _person(row: Any) -> Person:
    return Person(row.id, row.name, row.relation, bool(row.head), row.search)
