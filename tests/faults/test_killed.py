"""Killed at any sync: a backup is whole or absent, a migration happened or did not, a restore is old or new."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import count
from pathlib import Path

import pytest

from kiosk import sqlite_files
from kiosk.backups import back_up
from kiosk.database import migrate
from kiosk.migrations import newest
from kiosk.restoring import restore
from kiosk.settings import Settings
from tests.conftest import Clock, Village
from tests.faults.recording import strace_works

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(not strace_works(), reason="KILLS NOT TESTED: strace cannot watch a process here"),
]

MIGRATE = """
from kiosk.commands.opened import opened
from kiosk.commands.voice import voice
with voice() as speaking, opened(speaking):
    pass
"""
BACKUP = "from kiosk.commands.backup import backup_command as command; command()"
RESTORE = "from kiosk.commands.backup import restore_command as command; command()"
CALLS = ("fsync", "fdatasync", "rename", "unlink", "link", "ftruncate")


def killed(settings: Settings, script: str, *arguments: str) -> Iterator[str]:
    """Run a command again and again and kill it as it enters one of CALLS for the n-th time, for every n.

    Before every run the data folder is as it was at first. Gives the name of the moment after each kill, and
    `the end` after the last run that nothing stopped.
    """
    kept = settings.data.with_name("kept")
    if settings.data.exists():
        shutil.copytree(settings.data, kept)
    for call in CALLS:
        for number in count(1):
            shutil.rmtree(settings.data, ignore_errors=True)
            if kept.exists():
                shutil.copytree(kept, settings.data)
            if not _killed_at(call, number, settings, script, arguments):
                break
            yield f"{call} {number}"
    yield "the end"


def _killed_at(call: str, number: int, settings: Settings, script: str, arguments: Sequence[str]) -> bool:
    watch = ["strace", "-f", "-qq", "-o", os.devnull, "-e", f"trace={call}"]
    kill = ["-e", f"inject={call}:signal=KILL:when={number}"]
    environment = os.environ | {"KIOSK_DATA": str(settings.data), "KIOSK_DATABASE_URL": ""}
    command = [*watch, *kill, sys.executable, "-c", script, *arguments]
    ended = subprocess.run(command, env=environment, capture_output=True, check=False)
    return ended.returncode in (-signal.SIGKILL, 128 + signal.SIGKILL)


def test_a_killed_migration_happened_or_did_not(settings: Settings, clock: Clock) -> None:
    moments = []
    for moment in killed(settings, MIGRATE):
        moments.append(moment)
        migrate(settings, clock())
        assert sqlite_files.inspect_file(settings.data / "kiosk.db") == [], moment
        assert sqlite_files.revision(settings.data / "kiosk.db") == newest(), moment
    assert len(moments) > 5


def test_a_killed_backup_is_whole_or_absent(
    alone: Village, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    moments = []
    for moment in killed(settings, BACKUP):
        moments.append(moment)
        for number, backup in enumerate((settings.data / "backups").glob("*.tar")):
            restore(Settings(data=tmp_path / f"{moment} {number}"), backup, clock())
    assert len(moments) > 5


def test_a_killed_restore_leaves_the_old_or_the_new(
    alone: Village, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    (settings.data / "photos").mkdir()
    (settings.data / "photos" / "yard.jpg").write_bytes(b"a clean yard")
    backup = back_up(settings, clock(), tmp_path / "backup.tar")
    alone.database.write(lambda connection: connection.exec_driver_sql("UPDATE village SET name = '绿水村'"))
    alone.database.close()
    names = {}
    for moment in killed(settings, RESTORE, str(backup), "--replace"):
        assert sqlite_files.inspect_file(settings.data / "kiosk.db") == [], moment
        with closing(sqlite3.connect(settings.data / "kiosk.db")) as connection:
            names[moment] = connection.execute("SELECT name FROM village").fetchone()[0]
    assert set(names.values()) == {"青山村", "绿水村"}
    assert names["the end"] == "青山村"
    assert len(names) > 8
