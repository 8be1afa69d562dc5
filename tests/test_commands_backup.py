"""`kiosk backup`, `kiosk restore` and `kiosk doctor`, as somebody at the box runs them."""

from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from kiosk.commands.backup import backup_command, restore_command
from kiosk.commands.doctor import doctor_command
from kiosk.database import serving_lock
from kiosk.settings import Settings
from tests.conftest import Village


def run(settings: Settings, command: click.Command, *arguments: str) -> Result:
    environment = {"KIOSK_DATA": str(settings.data), "KIOSK_LANG": "en", "KIOSK_BASE_URL": ""}
    return CliRunner().invoke(command, arguments, env=environment)


@pytest.fixture
def backup(alone: Village, settings: Settings) -> Path:
    assert run(settings, backup_command).exit_code == 0
    return next((settings.data / "backups").iterdir())


def test_a_backup_says_where_it_is(alone: Village, settings: Settings) -> None:
    done = run(settings, backup_command)
    assert done.exit_code == 0
    assert done.stdout == ""
    assert "Backup written and checked: " in done.stderr
    assert str(settings.data / "backups" / "kiosk-2") in done.stderr


def test_a_backup_without_a_destination_deletes_what_is_spare(
    alone: Village, settings: Settings, tmp_path: Path
) -> None:
    folder = settings.data / "backups"
    folder.mkdir()
    old = [folder / f"kiosk-202401{day}-033000.tar" for day in (10, 11)]
    for path in old:
        path.touch()
    assert run(settings, backup_command, str(tmp_path)).exit_code == 0
    assert all(path.exists() for path in old)
    for path in old:
        path.with_name(path.name.replace("-033000", "-020000")).touch()
    done = run(settings, backup_command)
    assert "Older backups that are not needed any more were deleted: 2." in done.stderr
    assert sorted(folder.glob("kiosk-2024*")) == old


def test_a_backup_works_while_a_server_runs(alone: Village, settings: Settings) -> None:
    with serving_lock(settings.data):
        assert run(settings, backup_command).exit_code == 0


def test_a_restore_says_what_it_kept(backup: Path, settings: Settings) -> None:
    done = run(settings, restore_command, str(backup), "--replace")
    assert done.exit_code == 0
    assert "Restored and checked: 0 entries in the ledger." in done.stderr
    assert f"What was there before is kept in {settings.data / 'replaced-'}" in done.stderr


@pytest.mark.parametrize("arguments", [[], ["--replace"]])
def test_what_is_refused_exits_with_1_and_a_sentence(
    backup: Path, settings: Settings, arguments: list[str]
) -> None:
    with serving_lock(settings.data):
        refused = run(settings, restore_command, str(backup), *arguments)
    assert refused.exit_code == 1
    assert refused.stderr.endswith("is running on " + str(settings.data) + " already. Stop it first.\n")


def test_a_folder_that_cannot_be_written_is_named(alone: Village, settings: Settings) -> None:
    (settings.data / "backups").write_text("a file where a folder should be")
    refused = run(settings, backup_command)
    assert refused.exit_code == 1
    assert "File exists" in refused.stderr


def test_a_full_disk_is_called_so(
    alone: Village, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kiosk.commands.backup.back_up", full)
    refused = run(settings, backup_command)
    assert (refused.exit_code, "The disk is full" in refused.stderr) == (1, True)


def test_the_doctor_lists_every_check_with_what_to_do(backup: Path, settings: Settings) -> None:
    told = run(settings, doctor_command)
    assert told.exit_code == 0
    lines = told.stdout.splitlines()
    told_of = [line.split(":")[0].split(None, 1)[1] for line in lines if "→" not in line]
    assert told_of[:8] == [
        *("disk", "file system", "database", "damage", "schema", "ledger", "clock", "backup"),
    ]
    assert told_of[8:] == [
        "USB stick",
        "memory",
        "temperature",
        "fonts",
        "address",
        "https for tablets",
        "screen",
        "tablets",
    ]
    address = next(number for number, line in enumerate(lines) if line.startswith("warning  address: "))
    assert lines[address + 1].startswith("         → Set KIOSK_BASE_URL")


def test_a_problem_makes_the_doctor_exit_with_1(settings: Settings) -> None:
    settings.data.mkdir()
    (settings.data / "kiosk.db").write_bytes(b"x" * 5000)
    told = run(settings, doctor_command)
    assert told.exit_code == 1
    assert "problem  database: The database is damaged. Restore the newest backup." in told.stdout
