"""Every line, in order: `examine` for `kiosk doctor`, which takes its time, and `glance` for a page, which must not."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from threading import Thread
from time import monotonic

from sqlalchemy import Connection, select

from kiosk import trust
from kiosk.accounts import sessions
from kiosk.database import Database, StorageFault, database_file, open_database
from kiosk.doctor import address, fonts
from kiosk.doctor.backed_up import backup
from kiosk.doctor.https import https
from kiosk.doctor.machine import memory, temperature
from kiosk.doctor.on_stick import on_stick
from kiosk.doctor.screens import screens
from kiosk.migrations import current, newest
from kiosk.roster.villages import Village, villages
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import member
from kiosk.selftest import Check, Level, disk, ledger, ok, self_test
from kiosk.settings import Settings

LEVELS: dict[Level, str] = {"ok": N_("ok"), "warning": N_("warning"), "problem": N_("problem")}
_AT_LEISURE, _AT_A_GLANCE = 10.0, 1.8  # seconds for what has to wait for others


@dataclass(frozen=True)
class _Known:
    """What one short look into the database tells the other checks."""

    since: datetime | None = None
    characters: frozenset[str] = frozenset()
    villages: Sequence[Village] = ()
    devices: int = 0


def examine(settings: Settings, now: datetime) -> list[Check]:
    """Look through everything, the whole database too; opens and closes it. Changes nothing."""
    checks = self_test(settings, now, thorough=True)
    return checks + _around(settings, _known_of(settings, now), now, _AT_LEISURE)


def glance(settings: Settings, database: Database, now: datetime) -> list[Check]:
    """What can be told within two seconds, without holding anybody up who wants to write."""
    checks, known = disk(settings.data), _Known()
    if problem := database.healthy(now):
        checks.append(Check(N_("database"), "problem", problem))
    try:
        with database.read() as connection:
            checks.append(ok(N_("database"), N_("%(settings)s."), settings=trust.settings(connection)))
            checks += ledger(connection, now)
            known = _look(connection, now)
    except StorageFault as fault:
        checks.append(Check(N_("database"), "problem", fault.problem))
    return checks + _around(settings, known, now, _AT_A_GLANCE)


def _around(settings: Settings, known: _Known, now: datetime, patience: float) -> list[Check]:
    waited = _within(
        patience,
        (lambda: fonts.fonts(known.characters, patience), fonts.late()),
        (lambda: address.address(settings, patience), address.late(settings)),
    )
    return [
        backup(settings, known.since, now),
        on_stick(settings, known.since, now),
        memory(),
        temperature(),
        *waited,
        https(settings, now),
        screens(settings, known.villages, now),
        _devices(known.devices),
    ]


def _known_of(settings: Settings, now: datetime) -> _Known:
    path = database_file(settings)
    if path and not path.exists():
        return _Known()
    database = open_database(settings)
    try:
        with database.read() as connection:
            return _look(connection, now)
    except (StorageFault, Refused):  # the self-test says so
        return _Known()
    finally:
        database.close()


def _look(connection: Connection, now: datetime) -> _Known:
    if current(connection) != newest():
        return _Known()
    names = connection.scalars(select(member.c.name).distinct())
    midnight = datetime.combine(now.date(), time(), now.tzinfo)
    return _Known(
        trust.began(connection),
        frozenset().union(*names),
        villages(connection),
        sessions.devices_since(connection, "recorder", midnight),
    )


def _devices(count: int) -> Check:
    name = N_("tablets")
    if not count:
        return ok(name, N_("No recorder's device was seen today."))
    return Check(name, "ok", Problem("", N_("Recorders' devices seen today: %(count)s."), {"count": count}))


def _within(seconds: float, *works: tuple[Callable[[], Check], Check]) -> list[Check]:
    """All at the same time; what is not done by then is represented by its second part, and ends unheard."""
    done: dict[int, Check] = {}

    def work(number: int) -> None:
        done[number] = works[number][0]()

    threads = [Thread(target=work, args=(number,), daemon=True) for number in range(len(works))]
    end = monotonic() + seconds
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, end - monotonic()))
    return [done.get(number, late) for number, (_, late) in enumerate(works)]
