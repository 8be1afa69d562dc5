"""The database: reads that see one state, and writes that are durable when they return.

Reads go through a few connections that cannot write; writes go through one thread (see writer.py). Several
processes may use one database: each waits for the other's short writes.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from threading import get_ident
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, case, insert, literal, make_url, text, update
from sqlalchemy.exc import DBAPIError

from kiosk import postgresql, sqlite
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings
from kiosk.storage import Engines, Fault, StorageFault, Unreadable, Unsaved, heartbeat
from kiosk.writer import Writer

__all__ = [
    "Database",
    "StorageFault",
    "Unreadable",
    "Unsaved",
    "database_file",
    "migrate",
    "open_database",
    "serving_lock",
]

T = TypeVar("T")
_BEAT = timedelta(seconds=10)  # a disk that wears out is not asked more often than this


class Database:
    """Reads and writes; made by open_database. Threads may share it."""

    def __init__(self, engines: Engines, fault_of: Callable[[DBAPIError], Fault | None]) -> None:
        self._reader, self._long_reader = engines.reader, engines.long_reader
        self._writer = Writer(engines.writer, fault_of)
        self._fault_of = fault_of
        self._beaten_at: datetime | None = None
        self._reading: list[int] = []  # the threads that are reading just now

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A short look at one state of the data, on a connection that cannot write. Raises Unreadable."""
        with self._looking(self._reader) as connection:
            yield connection

    @contextmanager
    def long_read(self) -> Iterator[Connection]:
        """The same for more than a second (verify, a large export). Raises Unreadable.

        Where a reader holds writers up, this looks at a copy: making it is all that they wait for.
        """
        with self._looking(self._long_reader) as connection:
            yield connection

    @contextmanager
    def _looking(self, engine: Engine) -> Iterator[Connection]:
        thread = get_ident()
        self._reading.append(thread)
        try:
            with engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            if fault := self._fault_of(error):
                raise Unreadable(fault) from error
            raise
        finally:
            self._reading.remove(thread)

    def write(self, work: Callable[[Connection], T]) -> T:
        """Run the work in a transaction and return its result when it is durable on the disk.

        What the work raises undoes the work alone and is raised here. Raises Unsaved if the disk failed.
        """
        if get_ident() in self._reading:
            raise RuntimeError("a write inside a read would wait for itself; end the read first")
        result: T = self._writer.write(work)
        return result

    def rehearse(self, work: Callable[[Connection], T]) -> T:
        """Run the work as `write` would, tell what it returns, and undo it: for previews."""

        def tried(connection: Connection) -> None:
            raise _Rehearsed(work(connection))

        try:
            self.write(tried)
        except _Rehearsed as rehearsed:
            result: T = rehearsed.result
            return result
        raise AssertionError("a rehearsal always ends early")

    def healthy(self, now: datetime) -> Problem | None:
        """Prove that the database answers and that a write can be made; None, or what is wrong.

        The write is a real and durable one, but made at most every ten seconds.
        """
        try:
            with self.read() as connection:
                connection.execute(text("SELECT 1"))
            if self._beaten_at is None or abs(now - self._beaten_at) >= _BEAT:
                self.write(lambda connection: _beat(connection, now))
                self._beaten_at = now
        except StorageFault as fault:
            return fault.problem
        return None

    def close(self) -> None:
        """Finish the waiting writes and let go of the files."""
        self._writer.close()
        self._reader.dispose()
        self._long_reader.dispose()


class _Rehearsed(Exception):  # noqa: N818  it is not an error
    """Undoes what was tried. Carries what would have become of it."""

    def __init__(self, result: Any) -> None:
        self.result = result


def _beat(connection: Connection, now: datetime) -> None:
    """A clock that was set back does not take back what is known: see trust.clock."""
    beaten_at = heartbeat.c.beaten_at
    latest = case((beaten_at > now, beaten_at), else_=literal(now, beaten_at.type))
    if not connection.execute(update(heartbeat).values(beaten_at=latest)).rowcount:
        connection.execute(insert(heartbeat).values(id=1, beaten_at=now))


def open_database(settings: Settings) -> Database:
    """Open the database of these settings, making the data folder if needed. Does not migrate."""
    settings.data.mkdir(parents=True, exist_ok=True)
    if path := database_file(settings):
        return Database(sqlite.engines(path), _file_fault)
    return Database(postgresql.engines(settings.database_url), postgresql.fault)


def database_file(settings: Settings) -> Path | None:
    """SQLite's file, or None when the data live on a database server."""
    if not settings.database_url:
        return settings.data / "kiosk.db"
    url = make_url(settings.database_url)
    return Path(url.database or "kiosk.db") if url.get_backend_name() == "sqlite" else None


def migrate(settings: Settings, now: datetime) -> None:
    """Bring the schema up to date, after a backup if there is something to lose.

    Cheap when nothing is to be done. Raises Refused if the file is not ours or is newer than this program,
    Unreadable if the disk failed.
    """
    from kiosk.migrations import upgrade

    settings.data.mkdir(parents=True, exist_ok=True)
    try:
        upgrade(settings, now)
    except DBAPIError as error:
        fault_of = _file_fault if database_file(settings) else postgresql.fault
        if fault := fault_of(error):
            raise Unreadable(fault) from error
        raise


@contextmanager
def serving_lock(data: Path) -> Iterator[None]:
    """Held as long as a server runs on a data folder, and while a backup is put back.

    Raises Refused if somebody else holds it. The system lets go of it when the process ends, however it ends.
    """
    data.mkdir(parents=True, exist_ok=True)
    with (data / "serving.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            sentence = N_("A server is running on %(folder)s already. Stop it first.")
            raise Refused(Problem("", sentence, {"folder": str(data)})) from error
        yield


def _file_fault(error: DBAPIError) -> Fault | None:
    return sqlite.fault(error.orig)
