"""Households and their members, and the secret addresses of their pages."""

import secrets
import unicodedata
from base64 import b32encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, insert, select, update

from kiosk.roster.names import public_name as public_name
from kiosk.scoring.tables import household as table
from kiosk.scoring.tables import member, retired_token
from kiosk.scoring.villages import changed
from kiosk.tokens import token_hash

# made once: every deed asks for its household, and building a query costs more than running it
_BY_CODE = select(table).where(table.c.village_id == bindparam("village"), table.c.code == bindparam("code"))
_BY_BARE_CODE = (
    select(table)
    .where(table.c.village_id == bindparam("village"), func.ltrim(table.c.code, "0") == bindparam("code"))
    .limit(2)
)
_MEMBERS = (
    select(member)
    .where(member.c.household_id == bindparam("household"))
    .order_by(member.c.head.desc(), member.c.id)
)


@dataclass(frozen=True)
class Household:
    """`token` opens the household's page: whoever reads the code at the door has it."""

    id: int
    village_id: int
    code: str
    group: str
    address: str
    residency: str
    token: str


@dataclass(frozen=True)
class Member:
    """On the roll from `joined` (none: always) up to and including `left`."""

    id: int
    household_id: int
    name: str
    relation: str
    head: bool
    born: date | None
    joined: date | None
    left: date | None


def new_token() -> str:
    """128 random bits as 26 capitals and digits, which keeps a QR code small."""
    return b32encode(secrets.token_bytes(16)).decode().rstrip("=")


def households(connection: Connection, village_id: int, group: str | None = None) -> list[Household]:
    """The village's households by code; of one group, if given."""
    found = select(table).where(table.c.village_id == village_id).order_by(table.c.code)
    if group is not None:
        found = found.where(table.c.group_name == group)
    return [_household(row) for row in connection.execute(found)]


def by_code(connection: Connection, village_id: int, code: str) -> Household | None:
    """The household of this code, as it may be typed: `２` and `2` find 002 where no other could be meant."""
    typed = unicodedata.normalize("NFKC", code).strip()
    spellings = dict.fromkeys((code.strip(), typed))
    rows = (
        connection.execute(_BY_CODE, {"village": village_id, "code": one}).one_or_none() for one in spellings
    )
    row = next(filter(None, rows), None)
    if row is None and typed.strip("0"):
        bare = {"village": village_id, "code": typed.lstrip("0")}
        alike = connection.execute(_BY_BARE_CODE, bare).all()
        row = alike[0] if len(alike) == 1 else None
    return _household(row) if row else None


def by_id(connection: Connection, village_id: int, household_id: int) -> Household | None:
    found = select(table).where(table.c.village_id == village_id, table.c.id == household_id)
    row = connection.execute(found).one_or_none()
    return _household(row) if row else None


def by_token(connection: Connection, token: str) -> Household | None:
    row = connection.execute(select(table).where(table.c.token == token.upper())).one_or_none()
    return _household(row) if row else None


def retired_on(connection: Connection, token: str) -> datetime | None:
    """When the plate with this token was replaced by a new one, if it was."""
    found = select(retired_token.c.retired_at).where(retired_token.c.token_hash == token_hash(token.upper()))
    return connection.scalar(found)


def renew_token(connection: Connection, household: Household, now: datetime) -> str:
    """Give the household a new address; the old one stops at once, and says so kindly."""
    token = new_token()
    retired = {"token_hash": token_hash(household.token), "household_id": household.id, "retired_at": now}
    connection.execute(insert(retired_token).values(retired))
    connection.execute(update(table).where(table.c.id == household.id).values(token=token))
    changed(connection, household.village_id)
    return token


def members(connection: Connection, household_id: int) -> list[Member]:
    """Everybody who ever was of the household, the head first."""
    return [_member(row) for row in connection.execute(_MEMBERS, {"household": household_id})]


def members_on(connection: Connection, household_id: int, day: date) -> list[Member]:
    """Those on the roll on that day, the head first."""
    return [
        one
        for one in members(connection, household_id)
        if (one.joined is None or one.joined <= day) and (one.left is None or one.left >= day)
    ]


def heads(connection: Connection, household_ids: Collection[int]) -> dict[int, str]:
    """The names of these households' heads, as far as they have one."""
    found = select(member.c.household_id, member.c.name).where(
        member.c.household_id.in_(household_ids), member.c.head == 1, member.c.left.is_(None)
    )
    return {row.household_id: row.name for row in connection.execute(found)}


def groups(connection: Connection, village_id: int) -> list[str]:
    found = select(table.c.group_name).where(table.c.village_id == village_id).distinct()
    return sorted(connection.scalars(found))


def _household(row: Any) -> Household:
    return Household(row.id, row.village_id, row.code, row.group_name, row.address, row.residency, row.token)


def _member(row: Any) -> Member:
    return Member(row.id, row.household_id, row.name, row.relation, row.head, row.born, row.joined, row.left)
