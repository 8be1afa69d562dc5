"""Whether the data and the clock can be trusted: each function gives None, or what is wrong."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import Connection, desc, select

from kiosk import sqlite
from kiosk.migrations import current, newest
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.tables import entry, event, village
from kiosk.storage import heartbeat, seal

MADE = date(2026, 7, 1)  # no clock that shows an earlier day than this program's making is right
_SLACK = timedelta(minutes=2)  # clocks that are set by the network step back a little
_TAIL = 50


def clock(connection: Connection, now: datetime) -> Problem | None:
    """The clock cannot be right if it is earlier than what was written already."""
    newest_event = select(event.c.recorded_at).order_by(desc(event.c.id)).limit(1)
    known = [connection.scalar(newest_event), connection.scalar(select(heartbeat.c.beaten_at))]
    latest = max([moment for moment in known if moment], default=None)
    if now.date() < MADE or (latest and now + _SLACK < latest):
        shown = max(latest or now, datetime(MADE.year, MADE.month, MADE.day, tzinfo=UTC))
        sentence = N_("The clock shows %(now)s, but it was %(known)s already. Check the date.")
        return Problem("", sentence, {"now": now, "known": shown.astimezone(now.tzinfo)})
    return None


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
