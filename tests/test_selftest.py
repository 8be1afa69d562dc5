"""The self-test says in plain words what is wrong with the box."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from kiosk import mounts, selftest
from kiosk.mounts import Mount, mount_of
from kiosk.selftest import self_test
from kiosk.settings import Settings
from tests.conftest import Clock, Village

MOUNTS = """\
/dev/mmcblk0p2 / ext4 rw,noatime 0 0
tmpfs /run tmpfs rw 0 0
/dev/sda1 /media/usb\\040stick vfat ro,relatime 0 0
nas:/share /srv/share nfs4 rw 0 0
"""


@pytest.fixture(autouse=True)
def _on_a_disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever these tests run, the data lie on an ordinary disk."""
    if "mount" not in request.fixturenames:
        monkeypatch.setattr(mounts, "mount_of", lambda folder: Mount("ext4", read_only=False))


def levels(settings: Settings, clock: Clock, thorough: bool = False) -> dict[str, str]:
    return {check.name: check.level for check in self_test(settings, clock(), thorough)}


def found(settings: Settings, clock: Clock, name: str) -> str:
    return next(check.found.text() for check in self_test(settings, clock()) if check.name == name)


def spoil(settings: Settings, *statements: str) -> None:
    """What somebody with a database tool does to the file."""
    with closing(sqlite3.connect(settings.data / "kiosk.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)


def test_a_healthy_box_is_ok_in_every_line(alone: Village, settings: Settings, clock: Clock) -> None:
    assert set(levels(settings, clock).values()) == {"ok"}
    assert found(settings, clock, "database").startswith(f"SQLite {sqlite3.sqlite_version}, journal_mode=")


def test_before_the_first_start_there_is_nothing_to_complain_about(settings: Settings, clock: Clock) -> None:
    assert set(levels(settings, clock).values()) == {"ok"}
    assert not settings.data.exists()


@pytest.mark.parametrize(
    ("free", "level"), [(10**10, "ok"), (400_000_000, "warning"), (40_000_000, "problem")]
)
def test_a_disk_that_gets_full_is_noticed(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, free: int, level: str
) -> None:
    usage = type("Usage", (), {"free": free})
    monkeypatch.setattr(selftest.shutil, "disk_usage", lambda path: usage)
    assert levels(settings, clock)["disk"] == level


@pytest.mark.parametrize(
    ("mount", "level"),
    [
        (Mount("ext4", read_only=False), "ok"),
        (Mount("ext4", read_only=True), "problem"),
        (Mount("tmpfs", read_only=False), "warning"),
        (Mount("overlay", read_only=False), "warning"),
        (Mount("nfs4", read_only=False), "problem"),
    ],
)
def test_the_file_system_is_looked_at(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, mount: Mount, level: str
) -> None:
    monkeypatch.setattr(mounts, "mount_of", lambda folder: mount)
    assert levels(settings, clock)["file system"] == level


@pytest.mark.parametrize(
    ("folder", "mount"),
    [
        ("/home/kiosk", Mount("ext4", read_only=False)),
        ("/run/kiosk", Mount("tmpfs", read_only=False)),
        ("/media/usb stick/backups", Mount("vfat", read_only=True)),
        ("/srv/shared", Mount("ext4", read_only=False)),
    ],
)
def test_the_mount_of_a_folder_is_the_nearest(tmp_path: Path, folder: str, mount: Mount) -> None:
    table = tmp_path / "mounts"
    table.write_text(MOUNTS)
    assert mount_of(Path(folder), table) == mount


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TRIGGER entry_no_update",
        "CREATE TRIGGER gift AFTER INSERT ON entry BEGIN UPDATE village SET name = 'x'; END",
        "ALTER TABLE household ADD COLUMN extra TEXT",
        "CREATE VIEW better AS SELECT * FROM entry",
    ],
)
def test_a_changed_schema_is_an_alarm(
    alone: Village, settings: Settings, clock: Clock, statement: str
) -> None:
    spoil(settings, statement)
    assert levels(settings, clock)["schema"] == "problem"


def test_an_old_schema_is_named_and_not_read_further(
    alone: Village, settings: Settings, clock: Clock
) -> None:
    spoil(settings, "UPDATE alembic_version SET version_num = '0000'")
    assert levels(settings, clock)["schema"] == "problem"
    assert "version 0000" in found(settings, clock, "schema")


def test_a_damaged_file_is_named(alone: Village, settings: Settings, clock: Clock) -> None:
    alone.database.close()
    file = settings.data / "kiosk.db"
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 5] = b"\xff" * 8192
    file.write_bytes(content)
    assert "problem" in levels(settings, clock).values()


def test_a_file_that_is_no_database_is_named(settings: Settings, clock: Clock) -> None:
    settings.data.mkdir()
    (settings.data / "kiosk.db").write_bytes(b"x" * 5000)
    assert found(settings, clock, "database") == "The database is damaged. Restore the newest backup."


@pytest.mark.parametrize(("days", "level"), [(0, "ok"), (-3, "warning"), (-20_000, "warning"), (730, "ok")])
def test_a_clock_earlier_than_what_was_written_is_not_trusted(
    alone: Village, settings: Settings, clock: Clock, days: int, level: str
) -> None:
    assert alone.database.healthy(clock()) is None
    clock.move(days=days)
    assert levels(settings, clock)["clock"] == level


def test_a_clock_set_back_by_a_minute_is_trusted(alone: Village, settings: Settings, clock: Clock) -> None:
    assert alone.database.healthy(clock()) is None
    clock.move(minutes=-1)
    assert levels(settings, clock)["clock"] == "ok"
