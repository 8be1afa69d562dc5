"""A new version from a folder that `./run bundle` made, tried on a copy of the data before it is put in the old one's
place.

The layout is that of deploy/raspberry-pi: `releases/VERSION` are whole environments side by side, and a link beside
`releases` says which one is in use. Nothing but that link decides, and it changes in one move.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any
from urllib.request import ProxyHandler, build_opener

from kiosk import keeping, sqlite_files
from kiosk.backups import SUMS, back_up, listed_sums, sum_of
from kiosk.database import database_file
from kiosk.migrations import newest
from kiosk.restoring import restore
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings

_WHOLE = ".whole"  # in a release that was installed to the end
_PATIENCE = 60.0  # seconds for the new version to answer


@dataclass(frozen=True)
class Place:
    """Where releases lie, and the link to the one in use."""

    releases: Path
    link: Path


def place_of(prefix: Path) -> Place:
    """Of the environment that runs. Raises Refused if it is not one of several releases."""
    release = prefix.resolve()
    releases = release.parent
    links = [path for path in releases.parent.iterdir() if path.is_symlink() and path.resolve() == release]
    if releases.name != "releases" or len(links) != 1:
        sentence = N_("This installation was not made by install.sh and cannot update itself.")
        raise Refused(Problem("", sentence))
    return Place(releases, links[0])


def check(folder: Path) -> str:
    """Compare every file with its sum; the name of the release in the folder. Raises Refused."""
    try:
        sums = (folder / SUMS).read_bytes()
        made = dict(line.partition("=")[::2] for line in (folder / "MADE").read_text("utf-8").splitlines())
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(
            Problem("", N_("%(folder)s was not made by ./run bundle."), {"folder": str(folder)})
        ) from error
    listed = listed_sums(sums.decode("utf-8", "replace"))
    found = {
        str(path.relative_to(folder)): sum_of(path)
        for path in folder.rglob("*")
        if path.is_file() and path.name != SUMS
    }
    for name in sorted(listed.keys() | found.keys()):
        if listed.get(name) != found.get(name):
            sentence = N_("The folder is damaged or was changed (%(name)s). Copy it once more.")
            raise Refused(Problem("", sentence, {"name": name}))
    return f"{Path(made.get('version', '')).name}-{hashlib.sha256(sums).hexdigest()[:10]}"


def install(folder: Path, place: Place, name: str) -> Path:
    """Make the release beside the others, unless it is there already. Raises Refused with what went wrong."""
    release = place.releases / name
    if (release / _WHOLE).exists():
        return release
    shutil.rmtree(release, ignore_errors=True)
    pip = next(iter((folder / "wheels").glob("pip-*.whl")), folder / "no pip")
    own = [str(path) for path in (folder / "wheels").glob("village_kiosk-*.whl")]
    _run([sys.executable, "-m", "venv", "--without-pip", str(release)])
    into = [
        str(release / "bin" / "python"),
        str(pip / "pip"),
        "--disable-pip-version-check",
        "--no-cache-dir",
    ]
    into += ["install", "-q", "--no-index", "--find-links", str(folder / "wheels")]
    _run([*into, "--require-hashes", "-r", str(folder / "requirements.txt")])
    _run([*into, "--no-deps", *own])
    os.sync()
    (release / _WHOLE).touch()
    return release


def rehearse(release: Path, settings: Settings, now: datetime, told: Callable[[str], None]) -> Path:
    """Back up, and let the new version bring the copy up to date, recompute it and serve it. Raises Refused; returns
    the backup."""
    backup, owner = back_up(settings, now), settings.data.stat()
    _give_back(settings.data, backup.parent, backup)
    with TemporaryDirectory(dir=settings.data, prefix=".trial-") as trial:
        os.chown(trial, owner.st_uid, owner.st_gid)
        kiosk, data = str(release / "bin" / "kiosk"), Path(trial) / "data"
        environment = _environment(settings, data, _free_port())
        for sentence, words in (
            (N_("Trying the new version on a copy …"), ["restore", str(backup)]),
            (N_("Recomputing the copy with it …"), ["verify"]),
        ):
            told(sentence)
            _run([kiosk, *words], environment, owner.st_uid, owner.st_gid)
        told(N_("Serving the copy with it …"))
        _serve(kiosk, environment, owner.st_uid, owner.st_gid)
    return backup


def switch(place: Place, release: Path) -> None:
    """From now on this is the one in use: old or new at every moment."""
    fresh = place.link.with_name(f".{place.link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(release.relative_to(place.link.parent))
    fresh.replace(place.link)
    os.sync()


def restart(service: str, settings: Settings) -> bool:
    """Restart systemd's service of this name; whether the server then answers that it is well."""
    _run(["systemctl", "restart", service])
    return _well(f"http://127.0.0.1:{settings.port}/healthz", lambda: True)


def go_back(place: Place, old: Path, service: str, settings: Settings, now: datetime) -> None:
    """Put the old version back into use; its data too, if the new one changed the tables: the new one backed them up
    before it did."""
    switch(place, old)
    _run(["systemctl", "stop", service])
    database, latest = database_file(settings), keeping.newest(settings, now)
    if database and latest and sqlite_files.revision(database) > newest():
        restore(settings, latest.file, now, replace=True)
        _give_back(settings.data, *settings.data.rglob("*"))
    _run(["systemctl", "start", service])


def _give_back(data: Path, *paths: Path) -> None:
    """What root made belongs to whoever owns the data folder, as all else there."""
    owner = data.stat()
    for path in paths:
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _environment(settings: Settings, data: Path, port: int) -> dict[str, str]:
    shared = {
        "KIOSK_LANG": settings.lang,
        "KIOSK_TZ": settings.tz,
        "PATH": os.defpath,
        "HOME": str(data.parent),
    }
    return {
        **shared,
        "KIOSK_DATA": str(data),
        "KIOSK_HOST": "127.0.0.1",
        "KIOSK_PORT": str(port),
        "KIOSK_TLS_PORT": "0",
    }


def _run(
    command: list[str], environment: Mapping[str, str] | None = None, uid: int = -1, gid: int = -1
) -> None:
    done = subprocess.run(  # noqa: S603
        command,
        env=environment,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
        umask=0o022 if uid < 0 else 0o077,  # a release is for all to read, data are not
        **_as(uid, gid),
    )
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "?").splitlines()[-1]
        raise Refused(_failed(f"{Path(command[0]).name} {' '.join(command[1:3])}: {last}"))


def _as(uid: int, gid: int) -> dict[str, Any]:
    """Whoever owns the data touches them, if we may choose."""
    return {"user": uid, "group": gid} if uid >= 0 and os.geteuid() == 0 else {}


def _failed(fault: str) -> Problem:
    sentence = N_("The new version did not pass its trial, and the old one stays: %(fault)s")
    return Problem("", sentence, {"fault": fault})


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _serve(kiosk: str, environment: Mapping[str, str], uid: int, gid: int) -> None:
    """Raises Refused unless it answers that it is well."""
    command = [kiosk, "serve"]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet, **_as(uid, gid)) as server:  # noqa: S603
        try:
            if not _well(
                f"http://127.0.0.1:{environment['KIOSK_PORT']}/healthz", lambda: server.poll() is None
            ):
                raise Refused(_failed("kiosk serve: /healthz"))
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def _well(address: str, alive: Callable[[], bool]) -> bool:
    end = monotonic() + _PATIENCE
    while monotonic() < end and alive():
        try:
            with build_opener(ProxyHandler({})).open(address, timeout=2) as answer:
                if answer.read(10) == b"ok\n":
                    return True
        except OSError:  # not yet, or not well
            pass
        sleep(0.1)
    return False
