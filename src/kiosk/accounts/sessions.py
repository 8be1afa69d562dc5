"""Sessions: a random token in a cookie, its hash in the database.

A token is made at sign-in and never taken from the browser, so that nobody can plant one. It ends when it
was not used for a while (a recorder's after 12 hours, others' after one), after a longest time (7 days, 12
hours), at sign-out, and with a new password.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from kiosk.accounts.accounts import Account, account_of
from kiosk.accounts.tables import session
from kiosk.scoring.tables import account
from kiosk.tokens import token_hash

# (unused for, at most): a recorder's tablet goes about all day; an office PC is left alone
_LIMITS = {"recorder": (timedelta(hours=12), timedelta(days=7))}
_OFFICE = (timedelta(hours=1), timedelta(hours=12))
_NOTE_EVERY = timedelta(minutes=1)
# made once: every request of the staff asks it
_OPEN = (
    select(session.c.created_at, session.c.seen_at, account)
    .join(account, account.c.id == session.c.account_id)
    .where(session.c.token_hash == bindparam("token_hash"))
)


def longest(role: str) -> timedelta:
    """How long a session of this role may last, however much it is used."""
    return _LIMITS.get(role, _OFFICE)[1]


def begin(connection: Connection, account_id: int, now: datetime) -> str:
    """Sign a person in; returns the token for their browser. Old sessions are swept out."""
    token = secrets.token_urlsafe(32)
    long_ago = now - max(most for _idle, most in (*_LIMITS.values(), _OFFICE))
    connection.execute(delete(session).where(session.c.created_at < long_ago))
    row = {"token_hash": token_hash(token), "account_id": account_id, "created_at": now, "seen_at": now}
    connection.execute(insert(session).values(row))
    return token


def person_of(connection: Connection, token: str, now: datetime) -> tuple[Account | None, bool]:
    """Who this token belongs to, if it still holds, and whether `seen` should be called."""
    row = connection.execute(_OPEN, {"token_hash": token_hash(token)}).one_or_none()
    if row is None:
        return None, False
    person = account_of(row)
    idle, most = _LIMITS.get(person.role, _OFFICE)
    # a clock that was set back must not keep a session alive for ever, nor end it at once
    age, unused = abs(now - row.created_at), abs(now - row.seen_at)
    if not person.active or age > most or unused > idle:
        return None, False
    return person, unused > _NOTE_EVERY


def seen(connection: Connection, token: str, now: datetime) -> None:
    connection.execute(update(session).where(session.c.token_hash == token_hash(token)).values(seen_at=now))


def end(connection: Connection, token: str) -> None:
    connection.execute(delete(session).where(session.c.token_hash == token_hash(token)))


def end_all(connection: Connection, account_id: int) -> None:
    """Sign a person out everywhere."""
    connection.execute(delete(session).where(session.c.account_id == account_id))


def count_of(connection: Connection, account_id: int) -> int:
    """How many sessions a person has open."""
    mine = select(func.count()).select_from(session).where(session.c.account_id == account_id)
    return connection.scalar(mine) or 0


def last_seen(connection: Connection, account_ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these people last did something while signed in, as far as their sessions are still known."""
    seen = select(session.c.account_id, session.c.seen_at).where(session.c.account_id.in_(account_ids))
    return dict(connection.execute(seen.order_by(session.c.seen_at)).all())


def devices_since(connection: Connection, role: str, since: datetime) -> int:
    """How many devices people of this role used since then: each has a session of its own."""
    used = (account.c.role == role) & (session.c.seen_at >= since)
    joined = session.join(account, account.c.id == session.c.account_id)
    return connection.scalar(select(func.count()).select_from(joined).where(used)) or 0
