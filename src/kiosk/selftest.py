"""The self-test at start, and the first half of `kiosk doctor`: is everything under the ledger as it should be?

Each check is one line for people. A problem means that data are wrong or would not be kept; a warning that
somebody should do something soon.
"""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from kiosk import mounts, trust, uptime, witnesses
from kiosk.database import StorageFault, database_file, open_database
from kiosk.migrations import current, newest
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings

Level = Literal["ok", "warning", "problem"]
_LITTLE, _TOO_LITTLE = 500_000_000, 50_000_000  # bytes free


@dataclass(frozen=True)
class Check:
    """One line: what was looked at, how it is, what was found, and what to do about it."""

    name: str
    level: Level
    found: Problem
    advice: Problem | None = None


def ok(name: str, sentence: str, **values: object) -> Check:
    """A line about what is well."""
    return Check(name, "ok", Problem("", sentence, values))


def warning(name: str, found: Problem, advice: str, **values: object) -> Check:
    """A line about what somebody should see to soon."""
    return Check(name, "warning", found, Problem("", advice, values))


def self_test(settings: Settings, now: datetime, thorough: bool = False) -> list[Check]:
    """Look at disk, database, ledger and clock. Never raises for what it finds, and changes nothing.

    `thorough` reads the whole database.
    """
    checks = disk(settings.data)
    path = database_file(settings)
    if path and not path.exists():
        return [*checks, ok(N_("database"), N_("There is none yet; `kiosk serve` makes one."))]
    return checks + _database(settings, now, thorough)


def disk(folder: Path) -> list[Check]:
    """Room, and what the folder lies on."""
    return list(_disk(folder))


def _disk(folder: Path) -> Iterator[Check]:
    name = N_("disk")
    place = next(path for path in (folder, *folder.parents) if path.exists())
    megabytes = shutil.disk_usage(place).free // 1_000_000
    free = Problem("", N_("%(megabytes)s MB are free in %(folder)s."), _place(place, megabytes))
    advice = Problem("", N_("Move old backups to another disk."))
    if megabytes * 1_000_000 >= _LITTLE:
        yield Check(name, "ok", free)
    else:
        yield Check(name, "problem" if megabytes * 1_000_000 < _TOO_LITTLE else "warning", free, advice)
    yield _mount(place)


def _place(folder: Path, megabytes: int) -> dict[str, object]:
    return {"folder": str(folder), "megabytes": megabytes}


def _mount(folder: Path) -> Check:
    name, mount = N_("file system"), mounts.mount_of(folder)
    values = {"kind": mount.kind, "folder": str(folder)}
    if mount.read_only:
        advice = N_("The disk is often worn out then: take a new one and restore the newest backup.")
        found = Problem("", N_("%(folder)s can only be read."), values)
        return Check(name, "problem", found, Problem("", advice))
    if mount.forgets:
        found = Problem("", N_("%(folder)s is on %(kind)s: it may be lost at the next restart."), values)
        return Check(name, "warning", found, Problem("", N_("Put KIOSK_DATA on a real disk.")))
    if mount.remote:
        found = Problem("", N_("%(folder)s is on the network (%(kind)s): locks do not work there."), values)
        return Check(name, "problem", found, Problem("", N_("Put KIOSK_DATA on a disk of this box.")))
    return ok(name, N_("%(folder)s is on %(kind)s and can be written."), **values)


def _database(settings: Settings, now: datetime, thorough: bool) -> list[Check]:
    database = open_database(settings)
    try:
        with database.long_read() if thorough else database.read() as connection:
            return _inside(connection, now, thorough)
    except (StorageFault, Refused) as error:
        problem = error.problem if isinstance(error, StorageFault) else error.problems[0]
        return [Check(N_("database"), "problem", problem)]
    finally:
        database.close()


def _inside(connection: Connection, now: datetime, thorough: bool) -> list[Check]:
    fault = trust.damage(connection, thorough)
    return [
        ok(N_("database"), N_("%(settings)s."), settings=trust.settings(connection)),
        _judged(N_("damage"), fault, N_("The database is sound."), _RESTORE),
        *ledger(connection, now),
    ]


def ledger(connection: Connection, now: datetime) -> list[Check]:
    """What a short look inside tells: the tables, the end of each chain, the clock."""
    schema = _judged(N_("schema"), trust.schema(connection), N_("The tables are as they were made."), _VERIFY)
    if current(connection) != newest():
        return [schema]
    return [
        schema,
        _judged(N_("ledger"), trust.chain_ends(connection), N_("The newest entries are linked."), _VERIFY),
        _clock(connection, now),
    ]


_RESTORE = Problem("", N_("Restore the newest backup: kiosk restore FILE."))
_VERIFY = Problem("", N_("Run kiosk verify, and compare the newest digest with a printed notice."))


def _judged(name: str, problem: Problem | None, fine: str, advice: Problem) -> Check:
    return Check(name, "problem", problem, advice) if problem else ok(name, fine)


def _clock(connection: Connection, now: datetime) -> Check:
    name = N_("clock")
    if problem := trust.clock(connection, now):
        advice = N_("Set the clock of the box, or confirm under Office → How the box is that it is right.")
        return warning(name, problem, advice)
    shown, votes = f"{now:%Y-%m-%d %H:%M}", witnesses.heard(connection, now, uptime.uptime())
    if votes.against:
        contrary = Problem(
            "",
            N_("It is %(now)s, but a tablet shows %(other)s."),
            {"now": shown, "other": votes.against[0].astimezone(now.tzinfo)},
        )
        return warning(name, contrary, N_("Compare both with a watch, and set the one that is wrong."))
    if votes.agreeing:
        return ok(name, N_("It is %(now)s; tablets that agree: %(count)s."), now=shown, count=votes.agreeing)
    return ok(name, N_("It is %(now)s."), now=shown)
