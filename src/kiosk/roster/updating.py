"""Bringing a newer roster in: the changes that comparing.py found, written down."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from itertools import islice
from typing import Any

from sqlalchemy import Connection, insert, update

from kiosk.roster.comparing import OF_PERSON, Home, Person, Plan, plan
from kiosk.roster.households import new_token
from kiosk.roster.numbers import new_numbers
from kiosk.roster.readings import keys_of
from kiosk.roster.watching import keeping_deeds
from kiosk.scoring.tables import household, member
from kiosk.scoring.villages import changed


def bring_in(connection: Connection, village_id: int, homes: Iterable[Home], mark_left: date | None) -> Plan:
    """Plan and apply in one go; returns what was done. Raises Refused if events would lose their people."""
    made = plan(connection, village_id, homes, mark_left)
    with keeping_deeds(connection, village_id):
        apply(connection, village_id, made, mark_left)
    return made


def apply(connection: Connection, village_id: int, made: Plan, mark_left: date | None = None) -> None:
    """Write a plan down. With `mark_left`, the missing leave on that day."""
    keys = cache(keys_of)
    _add_homes(connection, village_id, made.new_homes, keys)
    _add_people(connection, village_id, [(home, [person]) for _code, home, person in made.new_people], keys)
    for change in made.changes:
        values = {name: new for name, (_old, new) in change.fields.items()}
        if "group" in values:
            values["group_name"] = values.pop("group")
        table = member if change.person else household
        connection.execute(update(table).where(table.c.id == change.key).values(**values))
    for _code, _name, key in made.missing if mark_left else []:
        connection.execute(update(member).where(member.c.id == key).values(left=mark_left))
    if not made.is_empty or (mark_left and made.missing):
        changed(connection, village_id)


def _add_homes(
    connection: Connection, village_id: int, homes: Sequence[Home], keys: Callable[[str], str]
) -> None:
    if not homes:
        return
    ids = new_numbers(connection, household, len(homes))
    rows = [
        {
            "id": key,
            "village_id": village_id,
            "code": home.code,
            "group_name": home.group or "",
            "address": home.address or "",
            "residency": home.residency or "local",
            "token": new_token(),
        }
        for key, home in zip(ids, homes, strict=True)
    ]
    connection.execute(insert(household), rows)
    families = [(key, home.people) for key, home in zip(ids, homes, strict=True)]
    _add_people(connection, village_id, families, keys)


def _add_people(
    connection: Connection,
    village_id: int,
    families: Sequence[tuple[int, Sequence[Person]]],
    keys: Callable[[str], str],
) -> None:
    """Those who join each household, by its number; among themselves they stay in the order of the sheet."""
    drawn = iter(new_numbers(connection, member, sum(len(people) for _home, people in families)))
    rows = [
        {"id": number, **_person_row(village_id, home_id, person, keys)}
        for home_id, people in families
        for number, person in zip(sorted(islice(drawn, len(people))), people, strict=True)
    ]
    if rows:
        connection.execute(insert(member), rows)


def _person_row(village_id: int, home_id: int, person: Person, keys: Callable[[str], str]) -> dict[str, Any]:
    row = {name: getattr(person, name) for name in ("name", *OF_PERSON)}
    return {"village_id": village_id, "household_id": home_id, "search": keys(person.name), **row}
