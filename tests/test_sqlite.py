"""SQLite's settings: the journal that keeps what was acknowledged, chosen by version and read back."""

import sqlite3
from pathlib import Path

import pytest

from kiosk import sqlite, storage
from kiosk.scoring.problems import Refused
from kiosk.settings import Settings
from tests.conftest import Clock, Village
from tests.faults.deeds import record_some


@pytest.mark.parametrize(
    ("version", "journal"),
    [
        ("3.40.1", sqlite.ROLLBACK),  # Debian 12
        ("3.46.1", sqlite.ROLLBACK),  # Debian 13
        ("3.44.5", sqlite.ROLLBACK),
        ("3.44.6", sqlite.WRITE_AHEAD),
        ("3.45.0", sqlite.ROLLBACK),
        ("3.50.6", sqlite.ROLLBACK),
        ("3.50.7", sqlite.WRITE_AHEAD),
        ("3.51.0", sqlite.ROLLBACK),
        ("3.51.2", sqlite.ROLLBACK),
        ("3.51.3", sqlite.WRITE_AHEAD),
        ("3.52.0", sqlite.WRITE_AHEAD),
        ("4.0.0", sqlite.WRITE_AHEAD),
    ],
)
def test_the_journal_mode_follows_the_version(version: str, journal: sqlite.Journal) -> None:
    assert sqlite.journal_for(version) == journal


@pytest.mark.parametrize("version", ["3.40.1", "3.51.3"])
def test_every_setting_is_made_and_can_be_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
) -> None:
    monkeypatch.setattr(sqlite3, "sqlite_version", version)
    connection = sqlite.guarded(tmp_path / "kiosk.db", query_only=1)
    expected = sqlite.settings_of(sqlite.journal_for(version)) | {"query_only": 1}
    assert {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in expected} == expected
    assert expected["synchronous"] == (2 if version == "3.51.3" else 3)
    connection.close()


def test_a_setting_that_is_not_accepted_is_refused_by_name() -> None:
    # a database in memory keeps its own journal mode
    with pytest.raises(Refused, match="journal_mode = "):
        sqlite.connect(Path(":memory:"))


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("SQLITE_FULL", storage.FULL),
        ("SQLITE_IOERR_FSYNC", storage.BROKEN_DISK),
        ("SQLITE_READONLY_DBMOVED", storage.READ_ONLY),
        ("SQLITE_CORRUPT_INDEX", storage.DAMAGED),
        ("SQLITE_NOTADB", storage.DAMAGED),
        ("SQLITE_BUSY_SNAPSHOT", storage.BUSY),
        ("SQLITE_CONSTRAINT_UNIQUE", None),
        ("SQLITE_ERROR", None),
        ("", None),
    ],
)
def test_faults_of_the_disk_are_known_by_name(name: str, fault: storage.Fault | None) -> None:
    error = sqlite3.OperationalError("…")
    error.sqlite_errorname = name
    assert sqlite.fault(error) == fault


def test_only_a_full_disk_answers_507() -> None:
    faults = (storage.FULL, storage.READ_ONLY, storage.BROKEN_DISK, storage.DAMAGED, storage.BUSY)
    assert [storage.Unsaved(fault).status for fault in faults] == [507, 503, 503, 503, 503]


def test_what_was_erased_does_not_lie_in_the_files_free_pages(
    alone: Village, settings: Settings, clock: Clock
) -> None:
    record_some(alone.database, clock())
    file, words = settings.data / "kiosk.db", "普法讲座".encode()
    assert words in file.read_bytes()
    alone.write(lambda connection: connection.exec_driver_sql("DELETE FROM note"))
    assert words not in file.read_bytes()
