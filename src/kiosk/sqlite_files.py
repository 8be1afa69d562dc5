"""Whole SQLite files: inspected, and made ready to be moved."""

import sqlite3
from contextlib import closing, suppress
from pathlib import Path

from kiosk.scoring.problems import Refused
from kiosk.sqlite import APPLICATION_ID, connect


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
