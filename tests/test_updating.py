"""A new version takes over only after it was tried on a copy; whatever fails, the old one stays.

The new version is a small fake with real wheels: it restores, verifies and serves as this test tells it to.
"""

import ensurepip
import os
import shutil
import sqlite3
import sys
import zipfile
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk import sqlite_files, update_trial, update_turn, updating
from kiosk.bundles import bundle_in
from kiosk.commands.update import update_command
from kiosk.scoring.problems import Refused
from kiosk.settings import Settings
from tests.conftest import Clock, Village

FAKE = """
import os, sys
from http.server import BaseHTTPRequestHandler, HTTPServer

ROOM = {room!r}

def main():
    with open(ROOM + "/log", "a") as log:
        log.write(" ".join(sys.argv[1:2]) + " in " + os.path.basename(os.environ["KIOSK_DATA"]) + "\\n")
    if sys.argv[1] == open(ROOM + "/fails").read():
        sys.exit("it does not work")
    if sys.argv[1] == "serve":
        HTTPServer(("127.0.0.1", int(os.environ["KIOSK_PORT"])), Answer).serve_forever()

class Answer(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(open(ROOM + "/health", "rb").read())
    def log_message(self, *_):
        pass
"""

LAY = """#!/bin/bash
echo "lay {version} $*" >> {room}/log
"""
SYSTEMCTL = """#!/bin/bash
echo "systemctl $*" >> {room}/log
[ "$*" != "$(cat {room}/systemctl-fails)" ] || {{ echo "it does not start" >&2; exit 1; }}
"""


def wheel(folder: Path, code: str) -> None:
    with zipfile.ZipFile(folder / "village_kiosk-9.9-py3-none-any.whl", "w") as archive:
        info = "village_kiosk-9.9.dist-info"
        archive.writestr("fake_kiosk.py", code)
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: village-kiosk\nVersion: 9.9\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/entry_points.txt", "[console_scripts]\nkiosk = fake_kiosk:main\n")
        archive.writestr(f"{info}/RECORD", "")


def sums(folder: Path) -> None:
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "SHA256SUMS")
    lines = (f"{sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder)}\n" for path in files)
    (folder / "SHA256SUMS").write_text("".join(lines))


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a new version, and where it was installed once, over one that had been installed by half."""
    room = tmp_path_factory.mktemp("room")
    bundle, old = room / "bundle", room / "opt" / "releases" / "1.0-old"
    (bundle / "wheels").mkdir(parents=True)
    old.mkdir(parents=True)
    wheel(bundle / "wheels", FAKE.format(room=str(room)))
    (pip,) = (Path(ensurepip.__file__).parent / "_bundled").glob("pip-*.whl")
    (bundle / "wheels" / pip.name).symlink_to(pip)
    (bundle / "requirements.txt").write_text("")
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    (bundle / "MADE").write_text(f"version=9.9\npython={here}\n")
    (bundle / "install.sh").write_text(LAY.format(room=room, version="9.9"))
    sums(bundle)
    (old / "box").mkdir()
    (old / "box" / "install.sh").write_text(LAY.format(room=room, version="1.0"))
    (room / "opt" / "venv").symlink_to("releases/1.0-old")
    name = updating.check(bundle)
    (old.parent / name / "bin").mkdir(parents=True)
    (old.parent / name / "bin" / "kiosk").write_text("half")
    updating.install(bundle, updating.place_of(old), name)
    return room


@pytest.fixture
def place(room: Path) -> updating.Place:
    """The old version is in use; the new one works."""
    (room / "fails").write_text("")
    (room / "health").write_bytes(b"ok\n")
    (room / "log").write_text("")
    (room / "opt" / "venv").unlink()
    (room / "opt" / "venv").symlink_to("releases/1.0-old")
    return updating.place_of(room / "opt" / "releases" / "1.0-old")


@pytest.fixture
def bundle(room: Path) -> Path:
    return room / "bundle"


def update(settings: Settings, place: updating.Place, folder: Path, *words: str) -> Result:
    environment = {"KIOSK_DATA": str(settings.data), "KIOSK_LANG": "en", "KIOSK_PORT": str(settings.port)}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "prefix", str(place.link))
        return CliRunner().invoke(update_command, [str(folder), *words], env=environment)


def test_a_version_that_passes_its_trial_takes_over(
    alone: Village, settings: Settings, place: updating.Place, bundle: Path, room: Path
) -> None:
    done = update(settings, place, bundle)
    assert done.exit_code == 0, done.output
    assert place.link.resolve().name.startswith("9.9-")
    assert (room / "log").read_text().split("\n") == [
        "restore in data",
        "verify in data",
        "serve in data",
        "",
    ]
    assert {path.name for path in settings.data.iterdir()} == {
        "kiosk.db",
        "backups",
    }  # the trial left nothing
    assert len(list((settings.data / "backups").iterdir())) == 1
    again = update(settings, place, bundle)
    assert (again.exit_code, "in use already" in again.stderr) == (0, True)


@pytest.mark.parametrize(
    ("fails", "health"), [("restore", b"ok\n"), ("verify", b"ok\n"), ("serve", b"ok\n"), ("", b"ill\n")]
)
def test_a_version_that_fails_its_trial_does_not(
    alone: Village,
    settings: Settings,
    place: updating.Place,
    bundle: Path,
    room: Path,
    monkeypatch: pytest.MonkeyPatch,
    fails: str,
    health: bytes,
) -> None:
    monkeypatch.setattr(update_trial, "_PATIENCE", 1.0)
    (room / "fails").write_text(fails)
    (room / "health").write_bytes(health)
    done = update(settings, place, bundle)
    assert (done.exit_code, "and the old one stays" in done.stderr) == (1, True)
    assert place.link.resolve().name == "1.0-old"
    assert {path.name for path in settings.data.iterdir()} == {"kiosk.db", "backups"}


def test_a_folder_that_was_changed_is_refused_before_anything(
    alone: Village, settings: Settings, place: updating.Place, bundle: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(bundle, tmp_path / "bundle", symlinks=True)
    for change in ("requirements.txt", "wheels/another.whl"):
        before = (folder / change).read_bytes() if (folder / change).exists() else None
        (folder / change).write_bytes(b"x")
        done = update(settings, place, folder)
        assert (done.exit_code, f"({change})" in done.stderr) == (1, True)
        (folder / change).unlink() if before is None else (folder / change).write_bytes(before)
    (folder / "SHA256SUMS").unlink()
    assert "was not made by" in update(settings, place, folder).stderr
    assert place.link.resolve().name == "1.0-old"
    assert not (settings.data / "backups").exists()


def test_a_switch_that_was_cut_short_does_not_stand_in_the_way(place: updating.Place) -> None:
    """A power cut between the two moves of a switch leaves the link that was to take the other's place."""
    (place.link.parent / ".venv.new").symlink_to("releases/1.0-old")
    assert updating.place_of(place.link) == place


def test_an_installation_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    with pytest.raises(Refused, match="cannot update itself"):
        updating.place_of(tmp_path / ".venv")


def test_another_python_is_refused(place: updating.Place, bundle: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(bundle, tmp_path / "bundle", symlinks=True)
    (folder / "MADE").write_text("version=9.9\npython=2.7\n")
    sums(folder)
    with pytest.raises(Refused, match=r"made for Python 2\.7"):
        updating.check(folder)


def test_without_room_for_a_copy_nothing_is_begun(
    alone: Village, settings: Settings, place: updating.Place, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: type("Usage", (), {"free": 300_000_000}))
    done = update(settings, place, bundle)
    assert (done.exit_code, "MB must be free; there are 300 MB" in done.stderr) == (1, True)
    assert not (settings.data / "backups").exists()


def test_the_newest_of_several_folders_on_a_stick_is_taken(tmp_path: Path) -> None:
    for version in ("0.9.0", "0.10.0", "0.2.1"):
        (tmp_path / f"village-kiosk-{version}").mkdir()
        (tmp_path / f"village-kiosk-{version}" / "MADE").write_text(f"version={version}\n")
    (tmp_path / "photos").mkdir()
    with bundle_in(tmp_path) as found:
        assert found.name == "village-kiosk-0.10.0"
    with bundle_in(found) as same:
        assert same == found
    with pytest.raises(Refused, match="not made by"), bundle_in(tmp_path / "photos"):
        pass


def test_without_a_folder_all_usb_sticks_are_looked_through(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, where in (
        ("sda1", "pci/usb1/block"),
        ("mmcblk0p1", "soc/mmc/block"),
        ("sdb1", "pci/usb2/block"),
    ):
        real = tmp_path / "devices" / where / name
        real.mkdir(parents=True)
        (tmp_path / "blocks").mkdir(exist_ok=True)
        (tmp_path / "blocks" / name).symlink_to(real)
        (tmp_path / "dev" / name).mkdir(parents=True)
    monkeypatch.setattr("kiosk.bundles._BLOCKS", tmp_path / "blocks")
    monkeypatch.setattr("kiosk.bundles._DEVICES", tmp_path / "dev")
    with pytest.raises(Refused, match="on any USB stick"), bundle_in(None):
        pass
    for name in ("mmcblk0p1", "sdb1"):
        (tmp_path / "dev" / name / "MADE").write_text("version=1.0\n")
    with bundle_in(None) as found:
        assert found.name == "sdb1"


@dataclass
class Box:
    """systemd and the place of the units, as far as an update sees them."""

    room: Path
    place: updating.Place
    settings: Settings

    @property
    def log(self) -> list[str]:
        return (self.room / "log").read_text().splitlines()

    def update(self, bundle: Path) -> Result:
        return update(self.settings, self.place, bundle, "--service", "kiosk")


@pytest.fixture
def box(
    alone: Village,
    settings: Settings,
    place: updating.Place,
    room: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Box:
    """The trial is passed; systemd does as it is told, and what serves is well."""
    alone.database.close()
    fake = tmp_path / "bin" / "systemctl"
    fake.parent.mkdir()
    fake.write_text(SYSTEMCTL.format(room=room))
    fake.chmod(0o755)
    (room / "systemctl-fails").write_text("")
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(update_turn, "_RUN", tmp_path / "run")
    monkeypatch.setattr(update_turn, "is_well", lambda _: True)
    monkeypatch.setattr(update_trial, "rehearse", lambda *_: None)
    return Box(room, place, settings)


STEPS = ["systemctl stop kiosk", "lay 9.9 --lay", "systemctl daemon-reload", "systemctl start kiosk"]
BACK = ["systemctl stop kiosk", "lay 1.0 --lay", "systemctl daemon-reload", "systemctl start kiosk"]


def test_a_new_version_serves_for_itself_alone_until_it_is_found_well(
    box: Box, bundle: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen = []

    def is_well(port: int) -> bool:
        (unit,) = (tmp_path / "run").rglob("*.conf")
        seen.append((unit.read_text(), (tmp_path / "run" / "kiosk-trial.env").read_text()))
        assert update_turn.is_under_way(box.place)
        return True

    monkeypatch.setattr(update_turn, "is_well", is_well)
    done = box.update(bundle)
    assert done.exit_code == 0, done.output
    assert box.log == [*STEPS, "systemctl daemon-reload", "systemctl restart kiosk"]
    assert "kiosk-trial.env" in seen[0][0]
    assert "KIOSK_HOST=127.0.0.1" in seen[0][1]
    assert not list((tmp_path / "run").rglob("*.conf"))
    assert not update_turn.is_under_way(box.place)
    assert {path.name for path in box.settings.data.iterdir()} == {"kiosk.db", "serving.lock"} & {
        path.name for path in box.settings.data.iterdir()
    } | {"kiosk.db"}


def test_of_old_versions_the_newest_stay(box: Box, bundle: Path) -> None:
    for number in range(3):
        old = box.place.releases / f"0.{number}-old"
        old.mkdir()
        (old / ".whole").touch()
        os.utime(old, (number, number))
    (box.place.releases / "9.8-half").mkdir()  # the newest, but the current failed
    (box.settings.data / ".trial-killed").mkdir()
    done = box.update(bundle)
    left = sorted(path.name for path in box.place.releases.iterdir())
    assert left[:2] == ["0.2-old", "1.0-old"]
    assert (len(left), "0.0-old" in done.stderr) == (3, True)
    assert not (box.settings.data / ".trial-killed").exists()
    shutil.rmtree(box.place.releases / "0.2-old")


@pytest.mark.parametrize("fault", ["systemctl", "ill"])
@pytest.mark.parametrize("migrated", [True, False])
def test_a_server_that_is_not_well_afterwards_goes_back_with_its_data(
    box: Box, bundle: Path, monkeypatch: pytest.MonkeyPatch, migrated: bool, fault: str
) -> None:
    database, real = box.settings.data / "kiosk.db", update_turn.lay
    before = sqlite_files.content(database)

    def lay(release: Path) -> None:
        real(release)
        if migrated and release.name.startswith("9.9"):
            with closing(sqlite3.connect(database)) as new:
                new.execute("UPDATE alembic_version SET version_num = '9999'")
                new.execute("UPDATE village SET name = '迁移村'")
                new.commit()

    monkeypatch.setattr(update_turn, "lay", lay)
    if fault == "ill":
        monkeypatch.setattr(update_turn, "is_well", lambda _: False)
    else:
        (box.room / "systemctl-fails").write_text("start kiosk")
        monkeypatch.setattr(update_turn, "_PATIENCE", 5)
        real_back = update_turn.take_back

        def take_back(*args: Any) -> Path:
            (box.room / "systemctl-fails").write_text("")
            return real_back(*args)

        monkeypatch.setattr(update_turn, "take_back", take_back)
    done = box.update(bundle)
    assert (done.exit_code, "the old one stays" in done.stderr, "In use is 1.0-old." in done.stderr) == (
        1,
        True,
        True,
    )
    assert box.place.in_use.name == "1.0-old"
    assert box.log == [*STEPS, *BACK]
    assert sqlite_files.content(database) == before
    assert bool(list(box.settings.data.glob("replaced-*"))) == migrated
    assert not update_turn.is_under_way(box.place)
    assert not (box.settings.data / ".before-update.db").exists()


CUT = ("stop", "_keep_database", "switch", "_keep_to_itself", "lay", "start", "is_well", "_done", "_open_up")


@pytest.mark.parametrize("cut", CUT)
def test_cut_short_at_any_step_the_next_start_has_the_old_version_or_the_new(
    box: Box, bundle: Path, monkeypatch: pytest.MonkeyPatch, cut: str
) -> None:
    """The power goes just before a step, so the update itself takes nothing back."""
    database, real = box.settings.data / "kiosk.db", update_turn.run
    before = sqlite_files.content(database)

    def power_cut(*_: Any) -> Any:
        raise PowerCutError

    def run(command: list[str], *more: Any, **named: Any) -> None:
        if command[:2] == ["systemctl", cut]:
            power_cut()
        real(command, *more, **named)
        if command[:2] == ["systemctl", "start"] and cut in ("is_well", "_done"):
            with closing(sqlite3.connect(database)) as new:
                new.execute("UPDATE alembic_version SET version_num = '9999'")
                new.commit()

    if cut in ("stop", "start"):
        monkeypatch.setattr(update_turn, "run", run)
    else:
        monkeypatch.setattr(update_turn, "run", run)
        monkeypatch.setattr(update_turn, cut, power_cut)
    with monkeypatch.context() as dead:
        dead.setattr(update_turn, "is_under_way", lambda _: False)
        with pytest.raises(PowerCutError):
            box.update(bundle)
    monkeypatch.undo()
    (box.room / "log").write_text("")
    if cut == "_open_up":  # found well, and nothing goes back
        assert box.place.in_use.name.startswith("9.9-")
        assert not update_turn.is_under_way(box.place)
        return
    assert update_turn.is_under_way(box.place)
    settled = update(box.settings, box.place, bundle, "--take-back")
    assert settled.exit_code == 0, settled.output
    assert box.place.in_use.name == "1.0-old"
    assert box.log == ["lay 1.0 --lay"]
    assert sqlite_files.content(database) == before
    assert update(box.settings, box.place, bundle, "--take-back").exit_code == 0
    assert box.log == ["lay 1.0 --lay"]


class PowerCutError(BaseException):
    """Nobody catches this."""


def test_an_old_version_whose_units_cannot_be_laid_still_serves(
    box: Box, bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update_turn, "is_well", lambda _: False)
    script = box.place.in_use / "box" / "install.sh"
    text = script.read_text()
    script.write_text("exit 1")
    done = box.update(bundle)
    script.write_text(text)
    assert done.exit_code == 1
    assert box.log[-2:] == ["systemctl daemon-reload", "systemctl start kiosk"]
    assert box.place.in_use.name == "1.0-old"
    assert not update_turn.is_under_way(box.place)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for somebody else")
def test_what_root_makes_belongs_to_whoever_owns_the_data(
    alone: Village, settings: Settings, place: updating.Place, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (settings.data, *settings.data.rglob("*")):
        os.chown(path, 65534, 65534)
    monkeypatch.setattr(update_trial, "run", lambda *_: None)
    monkeypatch.setattr(update_trial, "_serve", lambda *_: None)
    (settings.data / "secret").write_bytes(b"0123")
    (new,) = place.releases.glob("9.9-*")
    update_trial.rehearse(new, settings, clock(), lambda _: None)
    (place.link.parent / "updating").write_text("old=1.0-old\n")
    update_turn._keep_database(settings, settings.data / ".before-update.db")
    monkeypatch.setattr(update_turn, "_differs", lambda *_: True)
    update_turn.take_back(place, None, settings, clock())
    assert {path.stat().st_uid for path in settings.data.rglob("*")} == {65534}
    assert list(settings.data.glob("replaced-*"))
