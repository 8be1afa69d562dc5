"""The self-test at start and of `kiosk doctor`: is everything under the ledger as it should be?

Each check is one line for people. A problem means that data are wrong or would not be kept; a warning that
somebody should do something soon.
"""

import shutil
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from sqlalchemy import Connection

from kiosk import mounts, trust
from kiosk.database import StorageFault, database_file, open_database
from kiosk.migrations import current, newest
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings
from kiosk.tls import kept
from kiosk.tls.names import host_of

Level = Literal["ok", "warning", "problem"]
_LITTLE, _TOO_LITTLE = 500_000_000, 50_000_000  # bytes free
_SOON = timedelta(days=30)
_OLD_BACKUP = timedelta(days=7)


@dataclass(frozen=True)
class Check:
    """One line: what was looked at, how it is, what was found, and what to do about it."""

    name: str
    level: Level
    found: Problem
    advice: Problem | None = None


def self_test(settings: Settings, now: datetime, thorough: bool = False) -> list[Check]:
    """Look at disk, database, ledger and clock. Never raises for what it finds, and changes nothing.

    `thorough` reads the whole database, and looks at backups and the network name too: for `kiosk doctor`.
    """
    checks = [*_disk(settings.data)]
    path = database_file(settings)
    if path and not path.exists():
        checks.append(_ok(N_("database"), N_("There is none yet; `kiosk serve` makes one.")))
    else:
        checks += _database(settings, now, thorough)
    if thorough:
        checks += [_backup(settings, now), _name(settings), _https(settings, now)]
    return checks


def _ok(name: str, sentence: str, **values: object) -> Check:
    return Check(name, "ok", Problem("", sentence, values))


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
    return _ok(name, N_("%(folder)s is on %(kind)s and can be written."), **values)


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
    checks = [
        _ok(N_("database"), N_("%(settings)s."), settings=trust.settings(connection)),
        _judged(N_("damage"), trust.damage(connection, thorough), N_("The database is sound."), _RESTORE),
        _judged(N_("schema"), trust.schema(connection), N_("The tables are as they were made."), _VERIFY),
    ]
    if current(connection) != newest():
        return checks
    return [
        *checks,
        _judged(N_("ledger"), trust.chain_ends(connection), N_("The newest entries are linked."), _VERIFY),
        _clock(connection, now),
    ]


_RESTORE = Problem("", N_("Restore the newest backup: kiosk restore FILE."))
_VERIFY = Problem("", N_("Run kiosk verify, and compare the newest digest with a printed notice."))


def _judged(name: str, problem: Problem | None, fine: str, advice: Problem) -> Check:
    return Check(name, "problem", problem, advice) if problem else _ok(name, fine)


def _clock(connection: Connection, now: datetime) -> Check:
    name = N_("clock")
    if problem := trust.clock(connection, now):
        return Check(name, "warning", problem, Problem("", N_("Set the clock of the box, then restart it.")))
    return _ok(name, N_("It is %(now)s."), now=f"{now:%Y-%m-%d %H:%M}")


def _backup(settings: Settings, now: datetime) -> Check:
    from kiosk import backups  # the start does without

    name, advice = N_("backup"), Problem("", N_("Run kiosk backup, and copy the file to another disk."))
    latest = backups.newest(settings)
    if latest is None:
        return Check(name, "warning", Problem("", N_("There is no backup yet.")), advice)
    made = datetime.fromtimestamp(latest.stat().st_mtime, now.tzinfo)
    found = Problem("", N_("The newest is of %(day)s: %(file)s."), {"day": made.date(), "file": str(latest)})
    return Check(name, "ok", found) if now - made < _OLD_BACKUP else Check(name, "warning", found, advice)


def _name(settings: Settings) -> Check:
    name, host = N_("network name"), urlsplit(settings.base_url).hostname
    if host is None:
        advice = N_("Set KIOSK_BASE_URL to the address that phones reach, like http://192.168.1.20:8000.")
        found = Problem("", N_("No address is set: QR codes would lead to this box only."))
        return Check(name, "warning", found, Problem("", advice))
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        found = Problem("", N_("The name %(host)s of KIOSK_BASE_URL is not known here."), {"host": host})
        return Check(
            name, "warning", found, Problem("", N_("Check the name, or use the address in numbers."))
        )
    return _ok(name, N_("QR codes lead to %(url)s."), url=settings.url)


def _https(settings: Settings, now: datetime) -> Check:
    name = N_("https for tablets")
    try:
        found = kept.read(settings)
    except OSError as error:
        unread = Problem("", N_("%(file)s cannot be read."), {"file": str(error.filename)})
        return Check(name, "warning", unread, Problem("", N_("Run everything as the same user.")))
    if found is None:
        return _ok(name, N_("It is off; kiosk tls init makes what it needs."))
    if not settings.tls_port:
        return _ok(name, N_("It is switched off (KIOSK_TLS_PORT)."))
    values = {"port": settings.tls_port, "days": (found.ends - now).days, "names": "、".join(found.names)}
    told = Problem("", N_("Port %(port)s, for %(names)s; the certificate is good for %(days)s days."), values)
    printed = host_of(settings.base_url)
    if printed and printed not in found.names:
        unnamed = Problem(
            "", N_("The certificate does not name %(host)s of KIOSK_BASE_URL."), {"host": printed}
        )
        return Check(
            name, "warning", unnamed, Problem("", N_("Run kiosk tls init, then restart the server."))
        )
    if found.ends - now < _SOON:
        return Check(name, "warning", told, Problem("", N_("Restart the server: it makes a new one.")))
    return Check(name, "ok", told)
