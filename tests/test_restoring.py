"""Putting a backup back: checked, never over something without being asked, and nothing is thrown away."""

import io
import sqlite3
import tarfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import update

from kiosk import sqlite_files
from kiosk.backups import back_up
from kiosk.database import serving_lock
from kiosk.restoring import restore
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import village
from kiosk.settings import Settings
from kiosk.tls import kept
from kiosk.tls.setting_up import set_up
from tests.conftest import Clock, Village


@pytest.fixture
def backup(alone: Village, settings: Settings, clock: Clock) -> Path:
    """A backup of 青山村, whose name was changed to 绿水村 afterwards."""
    (settings.data / "photos").mkdir()
    (settings.data / "photos" / "yard.jpg").write_bytes(b"a clean yard")
    (settings.data / "secret").write_bytes(b"old")
    set_up(settings, clock())
    file = back_up(settings, clock())
    alone.database.write(lambda connection: connection.execute(update(village).values(name="绿水村")))
    (settings.data / "secret").write_bytes(b"new")
    alone.database.close()
    return file


def name_in(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "kiosk.db")) as connection:
        return str(connection.execute("SELECT name FROM village").fetchone()[0])


def test_a_new_box_gets_everything(backup: Path, settings: Settings, clock: Clock, tmp_path: Path) -> None:
    box = replace(settings, data=tmp_path / "new box")
    done = restore(box, backup, clock())
    assert done.aside is None
    assert name_in(box.data) == "青山村"
    assert (box.data / "photos" / "yard.jpg").read_bytes() == b"a clean yard"
    assert (box.data / "secret").read_bytes() == b"old"
    assert kept.read(box) == kept.read(settings)  # tablets trust the new box without a new certificate
    assert kept.authority_file(box.data).stat().st_mode & 0o077 == 0


def test_data_are_not_replaced_without_being_asked(backup: Path, settings: Settings, clock: Clock) -> None:
    with pytest.raises(Refused, match="Add --replace"):
        restore(settings, backup, clock())
    assert name_in(settings.data) == "绿水村"


def test_what_is_replaced_is_kept_beside(backup: Path, settings: Settings, clock: Clock) -> None:
    aside = restore(settings, backup, clock(), replace=True).aside
    assert aside == settings.data / "replaced-20260815-100000"
    assert (name_in(settings.data), name_in(aside)) == ("青山村", "绿水村")
    assert ((settings.data / "secret").read_bytes(), (aside / "secret").read_bytes()) == (b"old", b"new")


def test_a_server_that_runs_keeps_its_data(backup: Path, settings: Settings, clock: Clock) -> None:
    with serving_lock(settings.data), pytest.raises(Refused, match="Stop it first"):
        restore(settings, backup, clock(), replace=True)
    assert name_in(settings.data) == "绿水村"


def test_a_journal_left_by_a_crash_is_not_played_into_the_restored_database(
    backup: Path, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_files, "settle", lambda path: None)
    monkeypatch.setattr(sqlite_files, "entries", lambda path: 0)
    (settings.data / "kiosk.db").write_bytes(b"a torn database" * 1000)
    (settings.data / "kiosk.db-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\0" * 1000)
    (settings.data / "kiosk.db-wal").write_bytes(b"\0" * 100)
    aside = restore(settings, backup, clock(), replace=True).aside
    assert aside
    assert name_in(settings.data) == "青山村"
    assert not list(settings.data.glob("kiosk.db-*"))
    assert {path.name for path in aside.iterdir()} >= {"kiosk.db", "kiosk.db-journal", "kiosk.db-wal"}


def test_a_backup_older_than_the_data_says_what_is_missing(
    backup: Path, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = {settings.data / "kiosk.db": 130}
    monkeypatch.setattr(sqlite_files, "entries", lambda path: held.get(path, 100))
    done = restore(settings, backup, clock(), replace=True)
    assert (done.entries, done.missing) == (100, 30)


def empty(file: Path) -> None:
    file.write_bytes(b"")


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:20_000])


def a_picture(file: Path) -> None:
    file.write_bytes(b"\xff\xd8\xff" * 10_000)


def without_database(file: Path) -> None:
    with tarfile.open(file, "w") as tar:
        tar.addfile(tarfile.TarInfo("secret"), io.BytesIO())


def outside(file: Path) -> None:
    with tarfile.open(file, "w") as tar:
        tar.addfile(tarfile.TarInfo("../escaped"), io.BytesIO())


def a_link(file: Path) -> None:
    with tarfile.open(file, "w") as tar:
        link = tarfile.TarInfo("kiosk.db")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)


def flipped(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[20_000:20_200] = b"\xff" * 200
    file.write_bytes(content)


def gone(file: Path) -> None:
    file.unlink()


@pytest.mark.parametrize(
    "spoil", [empty, cut_short, a_picture, without_database, outside, a_link, flipped, gone]
)
def test_a_file_that_is_no_sound_backup_changes_nothing(
    backup: Path, settings: Settings, clock: Clock, spoil: Callable[[Path], None]
) -> None:
    spoil(backup)
    with pytest.raises(Refused):
        restore(settings, backup, clock(), replace=True)
    assert name_in(settings.data) == "绿水村"
    assert {path.name for path in settings.data.iterdir()} == {
        "backups",
        "kiosk.db",
        "photos",
        "secret",
        "serving.lock",
        "tls",
    }
