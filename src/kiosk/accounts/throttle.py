"""Slowing down guesses (goals.md, R13) and objections in number.

Guesses are counted per account, and apart for every device on which that person has signed in before: a
stranger's guesses do not lock the recorder's own tablet out. Who tries many names from one address meets a
wide bound, which a village that shares one Wi-Fi does not notice. Objections from the public form are counted
likewise, by the day, and those from households' pages by address. The counters are in the database, so that a
restart does not forget them.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy import Connection, bindparam, delete, func, insert, or_, select, update

from kiosk.accounts.tables import login_attempt
from kiosk.scoring.problems import N_, Problem

WINDOW, DAY = timedelta(minutes=15), timedelta(days=1)
PER_ACCOUNT, PER_ADDRESS = 10, 100
OBJECTIONS_PER_DEVICE, OBJECTIONS_PER_ADDRESS, OBJECTIONS_BY_PLATE = 3, 12, 40
_A_MINUTE = timedelta(minutes=1)
_ADDRESS, _OBJECTING = "address", "objecting"

# made once: a guess must cost the box next to nothing
_row = login_attempt.c
_SET_BACK = update(login_attempt).where(_row.at > bindparam("soon")).values(at=bindparam("now"))
_OVER = (_row.at <= bindparam("a_while_ago")) & ~_row.counter.startswith(_OBJECTING)
_FORGET = delete(login_attempt).where(or_(_row.at <= bindparam("a_day_ago"), _OVER))
_COUNT = select(func.count(), func.min(_row.at)).where(_row.counter == bindparam("of"))
_ADD = insert(login_attempt)


def counters(name: str, address: str, device: str) -> dict[str, int]:
    """What a guess counts for, with the number allowed in the window; `device` is empty for an unknown one."""
    if device:
        return {f"device {device} {name}": PER_ACCOUNT}
    return {f"account {name}": PER_ACCOUNT, f"{_ADDRESS} {address}": PER_ADDRESS}


def objection_counters(village: str, address: str, device: str, is_known: bool) -> dict[str, int]:
    """The same for an objection from the public form.

    A device that has sent one before counts for itself alone, so that somebody else behind the same Wi-Fi does
    not stop it. A new one counts for its address too: whoever forgets its cookie each time gains little.
    """
    mine = {f"{_OBJECTING} {device}": OBJECTIONS_PER_DEVICE}
    return mine if is_known else {**mine, f"{_OBJECTING} {village} from {address}": OBJECTIONS_PER_ADDRESS}


def plate_counters(village: str, address: str) -> dict[str, int]:
    """The same for objections from households' own pages: nobody speaks for a whole street from one place."""
    return {f"{_OBJECTING} {village} by plates from {address}": OBJECTIONS_BY_PLATE}


def take(connection: Connection, limits: Mapping[str, int], now: datetime) -> Problem | None:
    """Count a guess before it is tried, so that many at once are not free; or say how long to wait."""
    first = _first_of_too_many(connection, limits, now)
    return _wait(first + WINDOW - now) if first else None


def take_objection(connection: Connection, limits: Mapping[str, int], now: datetime) -> bool:
    """Count an objection, or say that there have been enough today."""
    return _first_of_too_many(connection, limits, now) is None


def _first_of_too_many(connection: Connection, limits: Mapping[str, int], now: datetime) -> datetime | None:
    """Count what is about to be done; or, when a limit is reached, when it began to be counted."""
    # a clock that was set back must neither lock people out for days nor forget what they tried
    connection.execute(_SET_BACK, {"soon": now + _A_MINUTE, "now": now})
    connection.execute(_FORGET, {"a_day_ago": now - DAY, "a_while_ago": now - WINDOW})
    for counter, limit in limits.items():
        count, first = connection.execute(_COUNT, {"of": counter}).one()
        if count >= limit:
            found: datetime = first
            return found
    connection.execute(_ADD, [{"counter": counter, "at": now} for counter in limits])
    return None


def forget(connection: Connection, limits: Mapping[str, int]) -> None:
    """The right password: this person's own counter begins anew; the address's goes on."""
    own = [counter for counter in limits if not counter.startswith(f"{_ADDRESS} ")]
    connection.execute(delete(login_attempt).where(login_attempt.c.counter.in_(own)))


def _wait(left: timedelta) -> Problem:
    minutes = max(1, ceil(left / _A_MINUTE))
    if minutes == 1:
        return Problem("password", N_("Too many wrong passwords. Try again in a minute."))
    sentence = N_("Too many wrong passwords. Try again in %(minutes)s minutes.")
    return Problem("password", sentence, {"minutes": minutes})
