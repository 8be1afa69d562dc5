"""A backup is whole or absent, consistent while others write, and holds what a new box needs."""

import sqlite3
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from kiosk import backups, keeping, sqlite_files
from kiosk.backups import back_up
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import village
from kiosk.settings import Settings
from tests.conftest import Clock, Village


@pytest.fixture
def folder(alone: Village, settings: Settings) -> Path:
    """The data folder of 青山村 with two photos and its secret."""
    (settings.data / "photos" / "ab").mkdir(parents=True)
    (settings.data / "photos" / "ab" / "cd.jpg").write_bytes(b"a clean yard")
    (settings.data / "photos" / "ab" / "half.part").write_bytes(b"a photo on its way")
    (settings.data / "secret").write_bytes(b"0123")
    return settings.data


def names(backup: Path) -> list[str]:
    with tarfile.open(backup) as tar:
        return tar.getnames()


def database_in(backup: Path, room: Path) -> Path:
    with tarfile.open(backup) as tar:
        tar.extract("kiosk.db", room)
    return room / "kiosk.db"


def count_up(connection: Connection) -> None:
    connection.execute(update(village).values(revision=village.c.revision + 1))


@pytest.fixture
def storm(alone: Village) -> Iterator[list[int]]:
    """Writes without a pause, until the test ends; how many are done."""
    stop, done = threading.Event(), [0]

    def write() -> None:
        while not stop.is_set():
            alone.database.write(count_up)
            done[0] += 1

    thread = threading.Thread(target=write)
    thread.start()
    yield done
    stop.set()
    thread.join()


def test_a_backup_holds_database_photos_and_secret(folder: Path, settings: Settings, clock: Clock) -> None:
    backup = back_up(settings, clock())
    assert backup == folder / "backups" / "kiosk-20260815-100000.tar"
    assert names(backup) == ["kiosk.db", "photos/ab/cd.jpg", "secret", "SHA256SUMS"]


def test_a_backup_does_not_hold_backups(folder: Path, settings: Settings, clock: Clock) -> None:
    back_up(settings, clock())
    clock.move(hours=1)
    assert names(back_up(settings, clock())) == ["kiosk.db", "photos/ab/cd.jpg", "secret", "SHA256SUMS"]


def test_a_backup_is_for_its_owner_alone(folder: Path, settings: Settings, clock: Clock) -> None:
    assert back_up(settings, clock()).stat().st_mode & 0o777 == 0o600


def test_a_backup_under_a_storm_of_writes_is_sound(
    folder: Path, settings: Settings, clock: Clock, storm: list[int], tmp_path: Path
) -> None:
    for number in range(10):
        clock.move(seconds=1)
        while storm[0] < number * 2:
            pass
        copy = database_in(back_up(settings, clock()), tmp_path / str(number))
        assert sqlite_files.inspect_file(copy) == []
    assert storm[0] > 10


def test_a_backup_goes_into_a_folder_or_a_new_file(
    folder: Path, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert back_up(settings, clock(), stick).parent == stick
    assert back_up(settings, clock(), stick / "today.tar") == stick / "today.tar"
    with pytest.raises(Refused, match="already there"):
        back_up(settings, clock(), stick / "today.tar")
    with pytest.raises(Refused, match="There is no folder"):
        back_up(settings, clock(), tmp_path / "nowhere" / "today.tar")


def test_a_backup_that_fails_leaves_nothing_behind(
    folder: Path, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(tarfile.TarFile, "add", full)
    with pytest.raises(OSError, match="No space"):
        back_up(settings, clock())
    assert list((folder / "backups").iterdir()) == []


def test_a_disk_that_gives_back_other_bytes_gets_no_backup(
    folder: Path, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backups, "sum_of", lambda path: "0" * 64)
    with pytest.raises(Refused, match=r"came back different \(kiosk.db\)"):
        back_up(settings, clock())
    assert list((folder / "backups").iterdir()) == []


def test_a_damaged_database_is_not_backed_up_over_a_good_name(
    folder: Path, settings: Settings, clock: Clock
) -> None:
    with closing(sqlite3.connect(folder / "kiosk.db")) as connection:
        root = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'village'").fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with (folder / "kiosk.db").open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with pytest.raises(Refused, match="the database is damaged"):
        back_up(settings, clock())
    assert keeping.newest(settings, clock()) is None


def test_data_on_a_server_are_backed_up_by_the_server(settings: Settings, clock: Clock) -> None:
    with pytest.raises(Refused, match="pg_dump"):
        back_up(replace(settings, database_url="postgresql://localhost/kiosk"), clock())


def test_without_a_database_there_is_nothing_to_back_up(settings: Settings, clock: Clock) -> None:
    with pytest.raises(Refused, match="There is no database"):
        back_up(settings, clock())
