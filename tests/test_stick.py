"""A USB stick that stays in the box: whatever happens to it, what has a name on it is whole and opens by the paper."""

import errno
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import update

from kiosk import photos, sealing, stick, stick_photos, witnesses
from kiosk.commands.backup import backup_key_command, restore_command
from kiosk.commands.stick import stick_command
from kiosk.commands.verify import verify_command
from kiosk.database import open_database
from kiosk.doctor.on_stick import on_stick
from kiosk.restoring import restore
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import village as table
from kiosk.settings import Settings
from kiosk.stick_record import last
from kiosk.storage import heartbeat
from kiosk.uptime import uptime
from tests.conftest import Clock, Village
from tests.pages.recorders import hire
from tests.pages.test_photos import photo
from tests.test_restore_drill import files, lived_in, rows, run  # noqa: F401

KEY = bytes(range(32))


@pytest.fixture
def plugged(tmp_path: Path, settings: Settings, alone: Village) -> Path:
    """An empty stick, and a box that has a phrase."""
    sealing.keep_key(settings.data, KEY)
    (tmp_path / "stick").mkdir()
    return tmp_path / "stick"


def names(plugged: Path) -> list[str]:
    return sorted(path.name for path in (plugged / "village-kiosk").rglob("*") if path.is_file())


def command(settings: Settings, *words: str) -> Result:
    environment = {"KIOSK_DATA": str(settings.data), "KIOSK_LANG": "en"}
    return CliRunner().invoke(stick_command, words, env=environment)


def renamed(village: Village, name: str) -> None:
    village.write(lambda connection: connection.execute(update(table).values(name=name)))


def test_a_new_box_is_the_old_one_again_from_the_stick_and_the_paper(
    lived_in: Village,  # noqa: F811
    settings: Settings,
    tmp_path: Path,
    run: Callable[[Path], Callable[..., Result]],  # noqa: F811
) -> None:
    phrase = run(settings.data)(backup_key_command).stdout.strip()
    (tmp_path / "usb").mkdir()
    assert command(settings, str(tmp_path / "usb")).exit_code == 0  # while the server runs
    before, kept = rows(lived_in.database), files(settings.data)
    box = tmp_path / "new box"
    environment = {"KIOSK_DATA": str(box), "KIOSK_LANG": "en"}
    words = [str(tmp_path / "usb"), "--phrase-stdin"]
    restored = CliRunner().invoke(restore_command, words, env=environment, input=phrase.lower() + "\n")
    assert restored.exit_code == 0, restored.output
    assert "not on the stick" not in restored.stderr
    assert {name.partition("/")[0] for name in kept} == {"photos", "secret", "tls", "backup.key"}
    assert files(box) == kept
    assert not any((box / name).stat().st_mode & 0o077 for name in kept)
    verified = run(box)(verify_command)
    assert (verified.exit_code, verified.stderr) == (0, run(settings.data)(verify_command).stderr)
    there = open_database(replace(settings, data=box))
    assert rows(there) == before
    there.close()
    plain = photo()
    assert not any(
        plain[100:140] in path.read_bytes() for path in (tmp_path / "usb").rglob("*") if path.is_file()
    )


def test_a_copy_is_made_when_something_was_noted_and_not_for_a_sign_of_life(
    alone: Village, settings: Settings, clock: Clock, plugged: Path
) -> None:
    alone.write(lambda connection: hire(connection, alone))
    assert command(settings, "--due").exit_code == 0
    first = stick.copy(settings, plugged, clock())
    clock.move(minutes=10)
    assert not stick.is_due(settings, clock())
    alone.database.healthy(clock())
    alone.write(lambda connection: witnesses.tell(connection, 1, clock(), uptime()))
    with alone.database.read() as connection:
        assert connection.execute(heartbeat.select()).all()
    assert not stick.is_due(settings, clock())
    assert stick.copy(settings, plugged, clock()) == first
    renamed(alone, "青山新村")
    assert stick.is_due(settings, clock())
    second = stick.copy(settings, plugged, clock())
    assert (second != first, stick.newest(plugged)) == (True, second)
    assert names(plugged) == ["key", first.name, second.name, "newest"]


def test_another_stick_gets_everything(
    alone: Village, settings: Settings, clock: Clock, plugged: Path
) -> None:
    stick.copy(settings, plugged, clock())
    other = plugged.parent / "other"
    other.mkdir()
    assert stick.copy(settings, other, clock()).is_relative_to(other)


def test_photos_are_written_once_and_go_when_they_were_erased(
    alone: Village, settings: Settings, clock: Clock, plugged: Path
) -> None:
    kept = photos.keep(settings.data / "photos", photo())
    stick.copy(settings, plugged, clock())
    (sealed,) = plugged.glob("village-kiosk/photos/*/*")
    before = sealed.stat().st_mtime_ns
    clock.move(minutes=10)
    renamed(alone, "青山新村")
    stick.copy(settings, plugged, clock())
    assert sealed.stat().st_mtime_ns == before
    photos.forget(settings.data / "photos", kept)
    stick.copy(settings, plugged, clock())
    assert not sealed.exists()


def test_a_photo_that_this_box_lost_or_never_had_stays_on_the_stick(
    alone: Village, settings: Settings, clock: Clock, plugged: Path
) -> None:
    """A box that was made of an older backup knows nothing of the newer photos, and must not push them out."""
    kept = photos.keep(settings.data / "photos", photo())
    stick.copy(settings, plugged, clock())
    photos.path_of(settings.data / "photos", kept).unlink()
    renamed(alone, "青山新村")
    stick.copy(settings, plugged, clock())
    assert len(list(plugged.glob("village-kiosk/photos/*/*"))) == 1


def test_a_photo_that_was_erased_and_came_anew_stays(
    alone: Village, settings: Settings, clock: Clock, plugged: Path
) -> None:
    kept = photos.keep(settings.data / "photos", photo())
    photos.forget(settings.data / "photos", kept)
    assert photos.keep(settings.data / "photos", photo()) == kept
    stick.copy(settings, plugged, clock())
    assert len(list(plugged.glob("village-kiosk/photos/*/*"))) == 1


def test_a_full_stick_loses_what_was_erased_all_the_same(
    alone: Village, settings: Settings, clock: Clock, plugged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = photos.keep(settings.data / "photos", photo())
    stick.copy(settings, plugged, clock())
    photos.forget(settings.data / "photos", kept)
    photos.keep(settings.data / "photos", photo(80, 60))
    monkeypatch.setattr(stick_photos, "disk_usage", lambda _: SimpleNamespace(free=0))
    with pytest.raises(Refused, match="some photos are not"):
        stick.copy(settings, plugged, clock())
    assert list(plugged.glob("village-kiosk/photos/*/*")) == []


def test_a_photo_that_is_damaged_on_the_stick_is_missing_and_the_points_come_back(
    alone: Village, settings: Settings, clock: Clock, plugged: Path, tmp_path: Path
) -> None:
    photos.keep(settings.data / "photos", photo())
    file = stick.copy(settings, plugged, clock())
    (sealed,) = plugged.glob("village-kiosk/photos/*/*")
    sealed.write_bytes(sealed.read_bytes()[:-1])
    done = restore(replace(settings, data=tmp_path / "box"), file, clock(), key=KEY)
    assert done.photos == 1
    assert not list((tmp_path / "box" / "photos").rglob("*.jpg"))


def test_the_number_of_copies_is_bounded_however_often_it_is_written() -> None:
    held: list[str] = []
    written: list[str] = []
    most = 0
    for day in range(400):
        for minutes in (0, 10, 20):
            at = datetime(2025, 1, 1, 7, minutes) + timedelta(days=day)  # noqa: DTZ001
            written.append(f"kiosk-{at:%Y%m%d-%H%M%S}.tar.sealed")
            spare = stick.spare([*held, written[-1]], at)
            held = [name for name in (*held, written[-1]) if name not in spare]
            assert held[-2:] == written[-2:]
        most = max(most, len(held))
    assert most <= 2 + 14 + 12
    assert {name[6:12] for name in held} >= {"202503", "202512"}


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        (errno.ENOSPC, "is full"),
        (errno.EROFS, "can only be read"),
        (errno.EIO, "was pulled out"),
        (errno.ENODEV, "was pulled"),
        (errno.EACCES, "of another box"),
    ],
)
def test_a_stick_that_fails_says_so_and_has_nothing_half(
    alone: Village,
    settings: Settings,
    clock: Clock,
    plugged: Path,
    monkeypatch: pytest.MonkeyPatch,
    code: int,
    sentence: str,
) -> None:
    photos.keep(settings.data / "photos", photo())
    good = stick.copy(settings, plugged, clock())
    renamed(alone, "青山新村")
    clock.move(minutes=10)
    real = sealing._write

    def pulled(file: Path, pieces: Any) -> None:
        real(file, (piece[:50] for piece in pieces))
        raise OSError(code, os.strerror(code))  # and what was written by then stays there

    monkeypatch.setattr(sealing, "_write", pulled)
    with pytest.raises(Refused, match=sentence):
        stick.copy(settings, plugged, clock())
    whole = [path for path in (plugged / "village-kiosk").iterdir() if path.name.endswith(".sealed")]
    assert (whole, len(list(plugged.rglob("*.part")))) == ([good], 1)
    shown = on_stick(settings, None, clock())
    assert (shown.level, sentence in shown.found.text(), last(settings).file) == ("warning", True, good.name)
    monkeypatch.setattr(sealing, "_write", real)
    assert stick.is_due(settings, clock())
    assert stick.copy(settings, plugged, clock()) != good
    assert not list(plugged.rglob("*.part"))
    assert on_stick(settings, None, clock()).level == "ok"


@pytest.mark.teeth
def test_a_copy_written_under_its_own_name_would_be_found(
    alone: Village, settings: Settings, clock: Clock, plugged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "seal", lambda source, target, key: target.write_bytes(b"half") and 1 / 0)
    with pytest.raises(ZeroDivisionError):
        stick.copy(settings, plugged, clock())
    with pytest.raises(Refused):
        list(sealing.unsealed(stick.newest(plugged), KEY))


def test_a_full_stick_lets_older_copies_go_but_never_the_last_two(
    alone: Village, settings: Settings, clock: Clock, plugged: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        renamed(alone, f"青山村{number}")
        stick.copy(settings, plugged, clock())
        clock.move(days=1)
    full = type("Usage", (), {"free": 0})
    real = stick.disk_usage
    monkeypatch.setattr(
        stick, "disk_usage", lambda place: full if plugged in Path(place).parents else real(place)
    )
    renamed(alone, "青山新村")
    with pytest.raises(Refused, match="is full"):
        stick.copy(settings, plugged, clock())
    assert len(list(plugged.rglob("*.tar.sealed"))) == 2


def test_without_a_phrase_or_a_stick_it_says_so(
    alone: Village, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="no recovery phrase"):
        stick.copy(settings, tmp_path, clock())
    shown = on_stick(settings, None, clock())
    assert shown.advice
    assert (shown.level, "backup-key" in shown.advice.text()) == ("warning", True)
    sealing.keep_key(settings.data, KEY)
    with pytest.raises(Refused, match="exFAT or FAT32"):
        stick.copy(settings, tmp_path / "nothing", clock())
    with pytest.raises(Refused, match="no copy in"):
        stick.newest(tmp_path)


def test_the_stick_of_the_old_box_is_not_written_by_the_new_one(
    alone: Village, settings: Settings, clock: Clock, plugged: Path, tmp_path: Path
) -> None:
    photos.keep(settings.data / "photos", photo())
    stick.copy(settings, plugged, clock())
    before = names(plugged)
    box = replace(settings, data=tmp_path / "new box")
    shutil.copytree(settings.data, box.data, ignore=shutil.ignore_patterns("backups", "photos"))
    sealing.keep_key(box.data, KEY[::-1])  # as install.sh does
    with pytest.raises(Refused, match="of another box"):
        stick.copy(box, plugged, clock())
    assert names(plugged) == before
    shown = on_stick(box, None, clock())
    assert (shown.level, "kiosk-stick restore" in shown.found.text()) == ("warning", True)
    restore(box, stick.newest(plugged), clock(), replace=True, key=KEY)
    stick.copy(box, plugged, clock())  # now it is that box


def test_after_another_phrase_everything_is_sealed_anew(
    alone: Village, settings: Settings, clock: Clock, plugged: Path, tmp_path: Path
) -> None:
    photos.keep(settings.data / "photos", photo())
    stick.copy(settings, plugged, clock())
    clock.move(hours=1)
    other = KEY[::-1]
    sealing.keep_key(settings.data, other)
    assert stick.is_due(settings, clock())
    newest = stick.copy(settings, plugged, clock())
    done = restore(replace(settings, data=tmp_path / "box"), newest, clock(), key=other)
    assert done.photos == 0
    assert list((tmp_path / "box" / "photos").rglob("*.jpg"))


def test_a_damaged_database_pushes_no_good_copy_out(
    alone: Village, settings: Settings, clock: Clock, plugged: Path
) -> None:
    good = stick.copy(settings, plugged, clock())
    alone.database.close()
    (settings.data / "kiosk.db").write_bytes(b"x" * 50_000)
    with pytest.raises(Refused, match="damaged"):
        stick.copy(settings, plugged, clock())
    assert stick.newest(plugged) == good


def test_a_clock_that_was_wrong_does_not_make_an_old_copy_the_newest(
    alone: Village, settings: Settings, clock: Clock, plugged: Path
) -> None:
    clock.move(days=900)
    stick.copy(settings, plugged, clock())
    clock.move(days=-900)
    renamed(alone, "青山新村")
    right = stick.copy(settings, plugged, clock())
    assert stick.newest(plugged / "village-kiosk") == right
    (plugged / "village-kiosk" / "newest").write_text("gone")
    assert stick.newest(plugged)


def test_the_doctor_warns_when_no_stick_was_there_for_a_week(
    alone: Village, settings: Settings, clock: Clock, plugged: Path
) -> None:
    began = clock()
    assert on_stick(settings, began, clock()).level == "ok"
    clock.move(days=8)
    assert on_stick(settings, began, clock()).level == "warning"
    stick.copy(settings, plugged, clock())
    clock.move(days=6)
    assert on_stick(settings, began, clock()).level == "ok"
    assert not stick.is_due(settings, clock())  # it is there, and nothing has changed
    clock.move(days=6)
    assert on_stick(settings, began, clock()).level == "ok"
    clock.move(days=2)
    assert on_stick(settings, began, clock()).level == "warning"
    there = replace(settings, database_url="postgresql://localhost/kiosk")
    assert on_stick(there, began, clock()).level == "ok"
