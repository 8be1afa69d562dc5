"""The villages of this database."""

import re
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import Connection, Row, func, insert, select

from kiosk.scoring import tables
from kiosk.scoring.problems import N_, Problem, Refused

PublicNames = Literal["full", "masked", "code"]
_CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38}[A-Za-z0-9])?")
_LONGEST_NAME = 40


@dataclass(frozen=True)
class Village:
    """`public_names` is None until somebody chooses: public pages then show household codes only.

    `screen_inches` is the diagonal of the screen in the square, `screen_metres` how far away people stand.
    """

    id: int
    code: str
    name: str
    public_names: PublicNames | None
    contact: str
    screen_inches: int
    screen_metres: int
    screen_theme: str
    screen_message: str
    revision: int


def villages(connection: Connection) -> list[Village]:
    """All villages, by code."""
    rows = connection.execute(select(tables.village).order_by(tables.village.c.code))
    return [_village(row) for row in rows]


def village(connection: Connection, code: str) -> Village | None:
    row = connection.execute(select(tables.village).where(tables.village.c.code == code)).first()
    return _village(row) if row else None


def add_village(
    connection: Connection, code: str, name: str, public_names: PublicNames | None = None, contact: str = ""
) -> int:
    """Add a village and return its id. Raises Refused for a code or name that cannot be used."""
    code, name = code.strip(), " ".join(name.split())
    problems = [*_code_problems(connection, code), *_name_problems(name)]
    if problems:
        raise Refused(*problems)
    values = {"code": code, "name": name, "public_names": public_names, "contact": contact.strip()}
    added = insert(tables.village).values(values).returning(tables.village.c.id)
    return int(connection.execute(added).scalar_one())


def _code_problems(connection: Connection, code: str) -> list[Problem]:
    if not _CODE.fullmatch(code):
        sentence = N_(
            "A village's code stands in addresses: write letters, digits and hyphens, like qingshan"
        )
        return [Problem("code", sentence)]
    same = select(tables.village.c.name).where(func.lower(tables.village.c.code) == code.lower())
    if taken := connection.scalar(same):
        sentence = N_("The code %(code)s belongs to %(name)s already; choose another")
        return [Problem("code", sentence, {"code": code, "name": taken})]
    return []


def _name_problems(name: str) -> list[Problem]:
    if not name:
        return [Problem("name", N_("Write the village's name, like 青山村"))]
    if len(name) > _LONGEST_NAME:
        sentence = N_("A village's name has at most %(most)s characters")
        return [Problem("name", sentence, {"most": _LONGEST_NAME})]
    return []


def _village(row: Row[tuple[object, ...]]) -> Village:
    return Village(**row._mapping)
