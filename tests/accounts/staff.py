"""张会计 of 青山村 and a password, hashed cheaply: the real parameters are slow on purpose."""

import hashlib

from sqlalchemy import Connection, insert, select

from kiosk.accounts.accounts import Account, account_by_id
from kiosk.scoring.tables import account

PASSWORD = "青山绿水 2026"


_SALT = b"qingshan"
_CHEAP = hashlib.scrypt(PASSWORD.encode(), salt=_SALT, n=256, r=8, p=1, dklen=32)
STORED = f"scrypt$256$8$1${_SALT.hex()}${_CHEAP.hex()}"


def hire(
    connection: Connection, name: str = "张会计", role: str = "admin", village_id: int | None = 1
) -> Account:
    row = {"name": name, "role": role, "village_id": village_id, "password": STORED, "active": True}
    added = connection.scalars(insert(account).values(row).returning(account.c.id)).one()
    return account_by_id(connection, added)


def stored_password(connection: Connection, person: Account) -> str:
    return str(connection.scalar(select(account.c.password).where(account.c.id == person.id)))
