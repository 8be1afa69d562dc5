"""Tablets bear witness to the time: a box without a battery wakes in the past, and a clock can be set wrong.

What a tablet showed is kept with how long the box had been running then. So what it shows now follows without the
box's own clock, and a clock that is put right is right at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from kiosk.storage import witness
from kiosk.uptime import Uptime

ALIKE = timedelta(minutes=15)
"""Clocks that differ by no more than this agree: tablets without a network drift by seconds a day."""
_A_DAY = 24 * 60 * 60
_ENOUGH = 2
_SELDOM = 10 * 60  # seconds: nobody needs to hear the same thing more often


@dataclass(frozen=True)
class Votes:
    """How many tablets agree with the box, and the moments that the largest group of the others shows alike."""

    agreeing: int = 0
    against: tuple[datetime, ...] = ()

    @property
    def confirmed(self) -> bool:
        """The tablets bear the box out. One alone may be as wrong as the box."""
        return self.agreeing >= _ENOUGH and self.agreeing > len(self.against)

    @property
    def outvoted(self) -> bool:
        return len(self.against) >= _ENOUGH and len(self.against) > self.agreeing


def count(shown: Sequence[datetime], now: datetime) -> Votes:
    """Compare what the tablets show at this moment with what the box shows."""
    others = sorted(one for one in shown if abs(one - now) > ALIKE)
    groups = [tuple(one for one in others if first <= one <= first + ALIKE) for first in others]
    return Votes(len(shown) - len(others), max(groups, key=len, default=()))


def tell(connection: Connection, account_id: int, device_at: datetime, up: Uptime, device: str = "") -> None:
    """Keep what this recorder's tablet shows. `device` names it, if it is known."""
    connection.execute(delete(witness).where(witness.c.account_id == account_id))
    said = {"device": device, "device_at": device_at, "boot": up.boot, "uptime": up.seconds}
    connection.execute(insert(witness).values(account_id=account_id, **said))


def is_news(connection: Connection, account_id: int, device_at: datetime, up: Uptime) -> bool:
    """Whether this tablet has not said so lately: most requests need not write."""
    row = connection.execute(select(witness).where(witness.c.account_id == account_id)).one_or_none()
    if row is None or row.boot != up.boot or not 0 <= up.seconds - row.uptime < _SELDOM:
        return True
    return bool(abs(_now_shown(row.device_at, row.uptime, up) - device_at) > ALIKE)


def heard(connection: Connection, now: datetime, up: Uptime) -> Votes:
    """What the tablets heard within a day, and since the box was started, say of its clock. One on which two people
    have signed in is one witness."""
    recent = witness.c.uptime.between(up.seconds - _A_DAY, up.seconds)
    rows = connection.execute(select(witness).where(witness.c.boot == up.boot, recent))
    newest = {
        row.device or row.account_id: _now_shown(row.device_at, row.uptime, up)
        for row in sorted(rows, key=lambda row: row.uptime)
    }
    return count([*newest.values()], now)


def _now_shown(device_at: datetime, since: int, up: Uptime) -> datetime:
    # subtracting in UTC: an hour that the clocks of a zone skip is none
    return device_at.astimezone(UTC) + timedelta(seconds=up.seconds - since)
