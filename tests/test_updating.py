"""A new version takes over only after it was tried on a copy; whatever fails, the old one stays.

The new version is a small fake with real wheels: it restores, verifies and serves as this test tells it to.
"""

import ensurepip
import os
import shutil
import sys
import zipfile
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk import keeping, updating
from kiosk.backups import back_up
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
    (bundle / "MADE").write_text("version=9.9\npython=3.13\n")
    sums(bundle)
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
    monkeypatch.setattr(updating, "_PATIENCE", 1.0)
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


def test_an_installation_of_another_kind_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    with pytest.raises(Refused, match="cannot update itself"):
        updating.place_of(tmp_path / ".venv")


@pytest.mark.parametrize("migrated", [True, False])
def test_a_server_that_is_not_well_afterwards_goes_back_with_its_data(
    alone: Village,
    settings: Settings,
    place: updating.Place,
    clock: Clock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    migrated: bool,
) -> None:
    alone.database.close()
    fake = tmp_path / "bin" / "systemctl"
    fake.parent.mkdir()
    fake.write_text(f"#!/bin/sh\necho $1 >> {tmp_path}/systemd\n")
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", f"{fake.parent}:{os.environ['PATH']}")
    monkeypatch.setattr(updating, "_PATIENCE", 0.2)
    (new,) = place.releases.glob("9.9-*")
    old = place.link.resolve()
    updating.switch(place, new)
    back_up(settings, clock())  # as the new version does before it migrates
    if migrated:
        monkeypatch.setattr(updating, "newest", lambda: "0000")
    assert not updating.restart("kiosk", replace(settings, port=1))
    updating.go_back(place, old, "kiosk", settings, clock())
    assert place.link.resolve() == old
    assert (tmp_path / "systemd").read_text().split() == ["restart", "stop", "start"]
    assert bool(list(settings.data.glob("replaced-*"))) == migrated
    assert keeping.newest(settings, clock())


@pytest.mark.skipif(os.geteuid() != 0, reason="only root makes files for somebody else")
def test_what_root_makes_belongs_to_whoever_owns_the_data(
    alone: Village, settings: Settings, place: updating.Place, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for path in (settings.data, *settings.data.rglob("*")):
        os.chown(path, 65534, 65534)
    monkeypatch.setattr(updating, "_run", lambda *_: None)
    monkeypatch.setattr(updating, "_serve", lambda *_: None)
    monkeypatch.setattr(updating, "newest", lambda: "0000")
    (settings.data / "secret").write_bytes(b"0123")
    (new,) = place.releases.glob("9.9-*")
    updating.rehearse(new, settings, clock(), lambda _: None)
    updating.go_back(place, place.link.resolve(), "kiosk", settings, clock())
    assert {path.stat().st_uid for path in settings.data.rglob("*")} == {65534}
