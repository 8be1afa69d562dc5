"""Households, their members, and the plates on their doors."""

import base64
import secrets
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from kiosk.roster.names import is_minor as is_minor
from kiosk.roster.names import public_name as public_name
from kiosk.scoring import tables

_COLUMNS = (
    tables.household.c.id,
    tables.household.c.village_id,
    tables.household.c.code,
    tables.household.c.group_name,
    tables.household.c.address,
    tables.household.c.residency,
    tables.household.c.token,
)


@dataclass(frozen=True)
class Household:
    """`residency` is local or resident. `token` opens the household's page: it goes onto the plate alone."""

    id: int
    village_id: int
    code: str
    group: str
    address: str
    residency: str
    token: str


@dataclass(frozen=True)
class Member:
    id: int
    household_id: int
    name: str
    relation: str
    head: bool
    born: date | None
    joined: date | None
    left: date | None


@dataclass(frozen=True)
class Plate:
    """What a token leads to. `retired_at` is set for one that was renewed since: its page is closed."""

    household: Household
    retired_at: datetime | None


def of_village(connection: Connection, village_id: int) -> list[Household]:
    """All households, by code; also those that nobody lives in any more."""
    rows = select(*_COLUMNS).where(tables.household.c.village_id == village_id)
    return [Household(*row) for row in connection.execute(rows.order_by(tables.household.c.code))]


def by_id(connection: Connection, household_id: int) -> Household | None:
    return _one(connection, tables.household.c.id == household_id)


def by_code(connection: Connection, village_id: int, code: str) -> Household | None:
    here = tables.household.c.village_id == village_id
    return _one(connection, here & (tables.household.c.code == code))


def by_token(connection: Connection, token: str) -> Plate | None:
    """The household of a plate, new or old; None if no plate ever had this token."""
    token = token.strip().upper()
    if household := _one(connection, tables.household.c.token == token):
        return Plate(household, None)
    old = select(tables.retired_token).where(tables.retired_token.c.token_hash == _hash(token))
    if (row := connection.execute(old).first()) and (owner := by_id(connection, row.household_id)):
        return Plate(owner, row.retired_at)
    return None


def members(connection: Connection, household_id: int, day: date | None = None) -> list[Member]:
    """All who ever belonged to it, or with a day those of that day; the head first, then the eldest."""
    member = tables.member.c
    columns = (member.id, member.household_id, member.name, member.relation, member.head)
    rows = select(*columns, member.born, member.joined, member.left)
    rows = rows.where(member.household_id == household_id)
    if day:
        rows = rows.where(or_(member.joined.is_(None), member.joined <= day))
        rows = rows.where(or_(member.left.is_(None), member.left >= day))
    eldest_first = (member.head.desc(), member.born.is_(None), member.born, member.id)
    return [Member(*row) for row in connection.execute(rows.order_by(*eldest_first))]


def new_token() -> str:
    """128 random bits as 26 capital letters and digits: the QR code stays small."""
    return base64.b32encode(secrets.token_bytes(16)).decode().rstrip("=")


def renew_token(connection: Connection, household_id: int, now: datetime) -> str:
    """Give the household a new token. The old one is kept as a hash: its plate then says so kindly."""
    old = connection.scalar(select(tables.household.c.token).where(tables.household.c.id == household_id))
    if old is None:
        raise LookupError(household_id)
    retired = {"token_hash": _hash(old), "household_id": household_id, "retired_at": now}
    connection.execute(insert(tables.retired_token).values(retired))
    token = new_token()
    here = tables.household.c.id == household_id
    connection.execute(update(tables.household).where(here).values(token=token))
    return token


def _one(connection: Connection, condition: ColumnElement[bool]) -> Household | None:
    row = connection.execute(select(*_COLUMNS).where(condition)).first()
    return Household(*row) if row else None


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()
