"""Whole SQLite files: inspected, and made ready to be moved."""

import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager, suppress
from hashlib import sha256
from pathlib import Path

from kiosk.scoring.problems import Refused
from kiosk.sqlite import APPLICATION_ID, connect, fault
from kiosk.storage import DAMAGED, Unreadable


@contextmanager
def in_words() -> Iterator[None]:
    """What the driver says about a file is raised as Unreadable, with a sentence."""
    try:
        yield
    except sqlite3.Error as error:
        raise Unreadable(fault(error) or DAMAGED) from error


def inspect_file(path: Path) -> list[str]:
    """What is wrong with a database file, in SQLite's words; empty if it is sound and one of ours."""
    try:
        with closing(connect(path, query_only=1)) as connection:
            if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
                return ["it was made by another program"]
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)") if row[0] != "ok"]
            return found + [str(row) for row in connection.execute("PRAGMA foreign_key_check").fetchmany(3)]
    except sqlite3.Error as error:
        return [str(error)]


def settle(path: Path) -> None:
    """Fold a journal that a crash left behind into its database, if it can still be read."""
    with suppress(sqlite3.Error, Refused), closing(connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=delete")
        connection.execute("BEGIN EXCLUSIVE")


def revision(path: Path) -> str:
    """The newest migration that a sound database has been through."""
    with closing(connect(path, query_only=1)) as connection:
        return str(connection.execute("SELECT version_num FROM alembic_version").fetchone()[0])


def entries(path: Path) -> int:
    """How long the ledgers in a database are together; 0 if it cannot be read."""
    if not path.exists():
        return 0
    with suppress(sqlite3.Error, Refused), closing(connect(path, query_only=1)) as connection:
        return int(connection.execute("SELECT count(*) FROM entry").fetchone()[0])
    return 0


def content(path: Path, without: Collection[str] = ()) -> str:
    """A digest of every row of a database that others may write to meanwhile, but of the tables `without`."""
    digest = sha256()
    with closing(connect(path, query_only=1)) as connection:
        connection.execute("BEGIN")  # one state of all tables
        for name in _tables(connection):
            if name not in without:
                digest.update(name.encode())
                for row in connection.execute(f'SELECT * FROM "{name}"'):
                    digest.update(repr(row).encode())
    return digest.hexdigest()


def values(path: Path, column: str) -> set[str]:
    """What stands in all columns of this name, in whichever table."""
    with closing(connect(path, query_only=1)) as connection:
        found = set()
        for name in _tables(connection):
            if column in {row[1] for row in connection.execute(f'PRAGMA table_info("{name}")')}:
                found |= {row[0] for row in connection.execute(f'SELECT "{column}" FROM "{name}"') if row[0]}
        return found


def _tables(connection: sqlite3.Connection) -> list[str]:
    rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    return [str(name) for (name,) in rows.fetchall()]
