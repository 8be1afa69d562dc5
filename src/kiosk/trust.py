"""Whether the data and the clock can be trusted: each function gives None, or what is wrong."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

from sqlalchemy import Connection, delete, desc, func, insert, select

from kiosk import sqlite, uptime, witnesses
from kiosk.migrations import current, newest
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.tables import entry, event, village
from kiosk.storage import heartbeat, seal
from kiosk.uptime import Uptime

MADE = date(2026, 7, 1)  # no clock that shows an earlier day than this program's making is right
_SLACK = timedelta(minutes=2)  # clocks that are set by the network step back a little
_TAIL = 50


def clock(connection: Connection, now: datetime) -> Problem | None:
    """The clock cannot be right if it is earlier than what was written already, unless tablets bear it out; nor if
    more of them agree on another time than on this."""
    up, beat = uptime.uptime(), connection.execute(select(heartbeat)).one_or_none()
    votes = witnesses.heard(connection, now, up)
    if votes.outvoted and not _is_confirmed(beat, now, up):
        sentence = N_("The clock shows %(now)s, but %(count)s tablets show %(known)s. Check the date.")
        shown = votes.against[0].astimezone(now.tzinfo)
        return Problem("", sentence, {"now": now, "known": shown, "count": len(votes.against)})
    latest = _latest_known(connection, beat)
    if now.date() >= MADE and (now + _SLACK >= latest or votes.confirmed):
        return None
    sentence = N_("The clock shows %(now)s, but it was %(known)s already. Check the date.")
    return Problem("", sentence, {"now": now, "known": latest.astimezone(now.tzinfo)})


def last_day(connection: Connection, now: datetime, device_at: datetime | None) -> date:
    """The last day that is not still to come. Where the clock is in doubt that is what the tablet says, if it says
    more: in a box that woke in the past a deed of today would be one of the future."""
    told = device_at.astimezone(now.tzinfo).date() if device_at else now.date()
    return told if told > now.date() and clock(connection, now) else now.date()


def confirm_clock(connection: Connection, now: datetime) -> None:
    """Somebody has looked at a watch: what was written before with a clock ahead of time counts no more."""
    known_event = connection.scalar(select(func.max(event.c.id))) or 0
    up = uptime.uptime()
    confirmed = {"confirmed_at": now, "confirmed_boot": up.boot, "confirmed_uptime": up.seconds}
    connection.execute(delete(heartbeat))
    connection.execute(
        insert(heartbeat).values(id=1, beaten_at=now, confirmed_event=known_event, **confirmed)
    )


def _latest_known(connection: Connection, beat: Any) -> datetime:
    """The latest moment that has surely been, as far as what was written tells: since the clock was last confirmed."""
    newest_event = select(event.c.recorded_at).order_by(desc(event.c.id)).limit(1)
    if beat:
        newest_event = newest_event.where(event.c.id > beat.confirmed_event)
    known = [connection.scalar(newest_event), beat and beat.beaten_at]
    return max([moment for moment in known if moment], default=datetime.combine(MADE, time(), UTC))


def _is_confirmed(beat: Any, now: datetime, up: Uptime) -> bool:
    """Whether somebody with a watch has confirmed this very clock: nobody has set it since, as the uptime tells."""
    if beat is None or beat.confirmed_at is None or beat.confirmed_boot != up.boot:
        return False
    running = timedelta(seconds=up.seconds - beat.confirmed_uptime)
    return bool(abs(now - beat.confirmed_at - running) <= witnesses.ALIKE)


def began(connection: Connection) -> datetime | None:
    """When these data were begun: the first migration sealed them."""
    moment: datetime | None = connection.scalar(select(seal.c.sealed_at).order_by(seal.c.sealed_at).limit(1))
    return moment


def settings(connection: Connection) -> str:
    """The database's version and the settings that keep what was acknowledged."""
    if connection.dialect.name != "sqlite":
        return connection.dialect.name
    return sqlite.described(connection)


def damage(connection: Connection, thorough: bool) -> Problem | None:
    """Ask SQLite to look at its pages; thorough compares every index with its table too."""
    if connection.dialect.name != "sqlite":
        return None
    found = sqlite.damage(connection, thorough)
    return Problem("", N_("The database is damaged: %(fault)s."), {"fault": found}) if found else None


def schema(connection: Connection) -> Problem | None:
    """Somebody changed a table or removed a guard, if the schema is not what its migration left."""
    revision = current(connection)
    if revision != newest():
        sentence = N_("The tables are those of version %(found)s, this program needs %(needed)s.")
        return Problem("", sentence, {"found": revision or "-", "needed": newest()})
    if connection.dialect.name != "sqlite":
        return None
    sealed = connection.scalar(select(seal.c.fingerprint).where(seal.c.revision == revision))
    if sealed != sqlite.fingerprint(connection):
        return Problem("", N_("The tables or their guards were changed by something else than this program."))
    return None


def chain_ends(connection: Connection) -> Problem | None:
    """The newest entries of every village follow one another; `kiosk verify` looks at all and recomputes."""
    for found in connection.execute(select(village.c.id, village.c.code).order_by(village.c.code)):
        tail = connection.execute(
            select(entry.c.number, entry.c.previous, entry.c.digest)
            .where(entry.c.village_id == found.id)
            .order_by(desc(entry.c.number))
            .limit(_TAIL)
        ).all()
        for after, before in pairwise(tail):
            if after.previous != before.digest or after.number != before.number + 1:
                values = {"village": found.code, "number": after.number}
                return Problem("", N_("Village %(village)s: entry %(number)s does not follow."), values)
    return None
