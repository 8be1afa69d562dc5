"""The roster as a list: who lives where today, and who has left."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from kiosk.scoring.tables import household, member


@dataclass(frozen=True)
class Listed:
    """A household with those on the roll today, the head first; with nobody it is off the roll."""

    code: str
    group: str
    address: str
    residency: str
    head: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Gone:
    """Somebody who has left, or will on a day that is known; the day is still one on the roll."""

    code: str
    group: str
    member_id: int
    name: str
    relation: str
    left: date


def households_listed(
    connection: Connection, village_id: int, today: date, words: str = "", group: str = ""
) -> list[Listed]:
    """The households by code; with `words`, those whose code or people match, also by pinyin."""
    asked = _plain(words)
    people: dict[int, list[Any]] = {}
    for row in _rows(connection, village_id, group):
        people.setdefault(row.home, []).append(row)
    return [
        _listed(rows, today)
        for rows in people.values()
        if not asked or any(_meant(row, asked) for row in rows)
    ]


def people_gone(connection: Connection, village_id: int, words: str = "", group: str = "") -> list[Gone]:
    """Those who have left, the latest first."""
    asked = _plain(words)
    found = [
        Gone(row.code, row.group_name, row.id, row.name, row.relation, row.left)
        for row in _rows(connection, village_id, group)
        if row.left and (not asked or _meant(row, asked))
    ]
    return sorted(found, key=lambda one: one.left, reverse=True)


def _rows(connection: Connection, village_id: int, group: str) -> Iterator[Any]:
    own = (household.c.code, household.c.group_name, household.c.address, household.c.residency)
    named = (member.c.id, member.c.name, member.c.relation, member.c.head, member.c.search)
    found = (
        select(household.c.id.label("home"), *own, *named, member.c.joined, member.c.left)
        .outerjoin(member, member.c.household_id == household.c.id)
        .where(household.c.village_id == village_id)
        .order_by(household.c.code, member.c.head.desc(), member.c.id)
    )
    yield from connection.execute(found.where(household.c.group_name == group) if group else found)


def _listed(rows: list[Any], today: date) -> Listed:
    first = rows[0]
    here = [row for row in rows if row.id and _is_here(row, today)]
    head = next((row.name for row in here if row.head), "")
    names = tuple(row.name for row in here)
    return Listed(first.code, first.group_name, first.address, first.residency, head, names)


def _is_here(row: Any, today: date) -> bool:
    return (row.joined is None or row.joined <= today) and (row.left is None or row.left >= today)


def _meant(row: Any, asked: str) -> bool:
    if asked in row.code.lower():
        return True
    return bool(row.id) and (asked in row.name.lower() or f" {asked}" in f" {row.search}")


def _plain(words: str) -> str:
    return "".join(unicodedata.normalize("NFKC", words).lower().split())
