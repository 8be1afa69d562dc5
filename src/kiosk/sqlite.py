"""Everything that only SQLite does: its settings, its locks, its guards, its faults.

The journal mode follows the library's version: SQLite 3.7.0 to 3.51.2 can corrupt a write-ahead log when two
connections write or checkpoint at the same moment, so there it is a rollback journal with a synced folder.
"""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import Connection, Engine, NullPool, QueuePool, create_engine, event, text
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import LRUCache

from kiosk import storage
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import APPEND_ONLY, ERASABLE
from kiosk.storage import Engines

APPLICATION_ID = 0x6B696F73  # "kios", so that `file` and `kiosk restore` know our files
_PROTECTED = (*APPEND_ONLY, "seal")
_READERS = 8
_WRITE_CACHE = 64 * 1024  # KiB; a write that outgrows it locks readers out long before its commit


@dataclass(frozen=True)
class Journal:
    """The journal mode, and the synchronous level that keeps an acknowledged write through a power cut."""

    mode: str
    synchronous: int


WRITE_AHEAD = Journal("wal", 2)  # FULL
ROLLBACK = Journal("delete", 3)  # EXTRA


def journal_for(version: str) -> Journal:
    """The safe journal for a version of the SQLite library, written like `3.40.1`."""
    numbers = tuple(int(part) for part in version.split("."))
    fixed = numbers >= (3, 51, 3) or (3, 50, 7) <= numbers < (3, 51) or (3, 44, 6) <= numbers < (3, 45)
    return WRITE_AHEAD if fixed else ROLLBACK


def settings_of(journal: Journal) -> dict[str, str | int]:
    """The settings of every connection, in the order in which they are made."""
    return {
        "busy_timeout": 5000,
        "journal_mode": journal.mode,
        "synchronous": journal.synchronous,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "secure_delete": 1,  # what was erased must not lie in the file's free pages
        "mmap_size": 0,
        "journal_size_limit": 16 * 1024 * 1024,
    }


def engines(path: Path) -> Engines:
    """With a rollback journal a long look would hold up every commit, so it is a look at a copy."""
    reader = _engine(lambda: guarded(path, query_only=1), "BEGIN", _READERS)
    writer = _engine(lambda: guarded(path, cache_size=-_WRITE_CACHE), "BEGIN IMMEDIATE", 1)
    if journal_for(sqlite3.sqlite_version) == WRITE_AHEAD:
        return Engines(reader, reader, writer)
    copies = create_engine(
        "sqlite+shared://",
        creator=lambda: private_copy(path),
        poolclass=NullPool,
        hide_parameters=True,
        execution_options={"compiled_cache": _COMPILED},
    )
    return Engines(reader, copies, writer)


def unguarded_engine(path: Path) -> Engine:
    """For migrations: may change the schema. Foreign keys are checked at the end, not on the way."""
    return _engine(lambda: connect(path, foreign_keys=0), "BEGIN IMMEDIATE", 1)


def looking_engine(path: Path) -> Engine:
    """For a look at a file that may not be migrated yet; makes it if it is not there."""
    return _engine(lambda: connect(path, query_only=1), "BEGIN", 1)


def guarded(path: Path, **more: str | int) -> sqlite3.Connection:
    """A connection that cannot change the past or the schema."""
    connection = connect(path, **more)
    connection.set_authorizer(authorize)
    return connection


def connect(path: Path, **more: str | int) -> sqlite3.Connection:
    """A connection with every setting made and read back. Raises Refused if one was not accepted."""
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    try:
        for name, value in (settings_of(journal_for(sqlite3.sqlite_version)) | more).items():
            connection.execute(f"PRAGMA {name}={value}")
            accepted = connection.execute(f"PRAGMA {name}").fetchone()
            if accepted != (value,):
                raise Refused(_not_accepted(name, value))
    except BaseException:
        connection.close()
        raise
    return connection


def private_copy(path: Path) -> sqlite3.Connection:
    """A connection to a copy that nobody else sees: its file has no name any more."""
    with TemporaryDirectory(dir=path.parent, prefix=".copy-") as room:
        copy(path, Path(room) / path.name)
        return guarded(Path(room) / path.name, query_only=1)


def copy(source: Path, target: Path) -> None:
    """Copy a live database into a file without a journal. Others who write wait for as long as it takes."""
    with closing(connect(source, query_only=1)) as live, closing(sqlite3.connect(target)) as still:
        live.backup(still)
        still.execute("PRAGMA journal_mode=delete")


class SharedDialect(SQLiteDialect_pysqlite):
    """One is like the other, so that what one engine has compiled serves them all."""

    supports_statement_cache = True

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SharedDialect)

    def __hash__(self) -> int:
        return hash(SharedDialect)


registry.register("sqlite.shared", __name__, "SharedDialect")
_COMPILED: LRUCache[Any, Any] = LRUCache(1000)  # statements


def _not_accepted(name: str, value: str | int) -> Problem:
    sentence = N_("The database refuses the setting %(name)s = %(value)s. Is its folder on a local disk?")
    return Problem("", sentence, {"name": name, "value": value})


def _engine(creator: Callable[[], sqlite3.Connection], begin: str, size: int) -> Engine:
    overflow = 0 if size == 1 else 4 * size
    engine = create_engine(
        "sqlite+shared://",
        creator=creator,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=overflow,
        hide_parameters=True,  # an error in the log must not hold a household's token
        execution_options={"compiled_cache": _COMPILED},
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


# What a guarded connection may do; everything else (DROP, ALTER, ATTACH, CREATE …) is refused.
_ALLOWED = {
    sqlite3.SQLITE_SELECT,
    sqlite3.SQLITE_READ,
    sqlite3.SQLITE_FUNCTION,
    sqlite3.SQLITE_RECURSIVE,
    sqlite3.SQLITE_TRANSACTION,
    sqlite3.SQLITE_SAVEPOINT,
}
_ROW_CHANGES = {sqlite3.SQLITE_INSERT, sqlite3.SQLITE_UPDATE, sqlite3.SQLITE_DELETE}
_ASKING = {"integrity_check", "quick_check", "foreign_key_check", "table_info", "index_list", "index_info"}


def authorize(action: int, first: str | None, second: str | None, _base: str | None, _by: str | None) -> int:
    """Decide on one step of a statement, as SQLite asks before it runs it."""
    if action in _ALLOWED:
        return sqlite3.SQLITE_OK
    if action in _ROW_CHANGES and _may_change(action, (first or "").lower()):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and (second is None or (first or "").lower() in _ASKING):
        return sqlite3.SQLITE_OK
    return sqlite3.SQLITE_DENY


def _may_change(action: int, table: str) -> bool:
    if table.startswith("sqlite_") or (action == sqlite3.SQLITE_UPDATE and table in ERASABLE):
        return False
    return action == sqlite3.SQLITE_INSERT or table not in _PROTECTED


def fingerprint(connection: Connection) -> str:
    """SHA-256 of the schema as it stands: 64 hexadecimal digits."""
    found = connection.execute(
        text(
            "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
            " AND name <> 'alembic_version' ORDER BY sql"
        )
    )
    return sha256("\n".join(found.scalars()).encode()).hexdigest()


def described(connection: Connection) -> str:
    """The library's version and the settings that keep what was acknowledged."""
    mode = connection.execute(text("PRAGMA journal_mode")).scalar_one()
    synced = connection.execute(text("PRAGMA synchronous")).scalar_one()
    return f"SQLite {sqlite3.sqlite_version}, journal_mode={mode}, synchronous={synced}"


def damage(connection: Connection, thorough: bool) -> str:
    """What SQLite finds wrong with its pages, nothing if they are sound; thorough compares indexes too."""
    check = "integrity_check" if thorough else "quick_check"
    found = str(connection.execute(text(f"PRAGMA {check}(1)")).scalar_one())
    return "" if found == "ok" else found


def mark_as_ours(connection: Connection) -> None:
    """After a migration. Raises RuntimeError if it left rows that point to nothing."""
    if broken := connection.execute(text("PRAGMA foreign_key_check")).all():
        raise RuntimeError(f"the migration left rows that point to nothing: {broken[:3]}")
    connection.execute(text(f"PRAGMA application_id={APPLICATION_ID}"))


_FAULTS = {
    "SQLITE_FULL": storage.FULL,
    "SQLITE_READONLY": storage.READ_ONLY,
    "SQLITE_IOERR": storage.BROKEN_DISK,
    "SQLITE_CANTOPEN": storage.BROKEN_DISK,
    "SQLITE_PROTOCOL": storage.BROKEN_DISK,
    "SQLITE_CORRUPT": storage.DAMAGED,
    "SQLITE_NOTADB": storage.DAMAGED,
    "SQLITE_BUSY": storage.BUSY,
    "SQLITE_LOCKED": storage.BUSY,
}


def fault(error: Any) -> storage.Fault | None:
    """The fault of the disk behind an error of the driver; None if the error has another cause."""
    name = str(getattr(error, "sqlite_errorname", ""))
    return next((fault for start, fault in _FAULTS.items() if name.startswith(start)), None)
