"""Slowing down guesses (goals.md, R13).

Wrong passwords are counted per account, and apart for every device on which that person has signed in
before: a stranger's guesses do not lock the recorder's own tablet out. A wide bound per address stops who
tries many names without hurting a village that shares one Wi-Fi.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Connection, delete, func, insert, select

from kiosk.accounts.tables import login_attempt
from kiosk.scoring.problems import N_, Problem

WINDOW = timedelta(minutes=15)
PER_ACCOUNT, PER_ADDRESS = 10, 100


def counters(name: str, address: str, device: str) -> dict[str, int]:
    """What a guess counts for, with the number allowed in the window; `device` is empty for an unknown one."""
    whose = f"device {device} {name}" if device else f"account {name}"
    return {whose: PER_ACCOUNT, f"address {address}": PER_ADDRESS}


def wait(connection: Connection, limits: dict[str, int], now: datetime) -> Problem | None:
    """How long to wait before the next guess, if there were too many."""
    for counter, limit in limits.items():
        mine = (login_attempt.c.counter == counter) & (login_attempt.c.at > now - WINDOW)
        count, first = connection.execute(
            select(func.count(), func.min(login_attempt.c.at)).where(mine)
        ).one()
        if count >= limit:
            minutes = max(1, ceil((first + WINDOW - now) / timedelta(minutes=1)))
            sentence = N_("Too many wrong passwords. Try again in %(minutes)s minutes")
            return Problem("password", sentence, {"minutes": min(minutes, 15)})
    return None


def count_guess(connection: Connection, limits: Iterable[str], now: datetime) -> None:
    """Remember a wrong password, and forget those that no longer matter."""
    connection.execute(delete(login_attempt).where(login_attempt.c.at < now - 2 * WINDOW))
    connection.execute(insert(login_attempt), [{"counter": counter, "at": now} for counter in limits])


def forget(connection: Connection, limits: Iterable[str]) -> None:
    """The right password: this person's own counter begins anew; the address's goes on."""
    own = [counter for counter in limits if not counter.startswith("address ")]
    connection.execute(delete(login_attempt).where(login_attempt.c.counter.in_(own)))
