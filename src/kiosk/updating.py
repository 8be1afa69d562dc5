"""A new version from a folder that `./run bundle` made, beside the old one.

The layout is that of deploy/raspberry-pi: `releases/VERSION` are whole environments side by side, each with the units
and scripts that belong to it in `box/`, and a link beside `releases` says which one is in use. How a new one is tried
on a copy of the data stands in update_trial.py, how it takes the old one's place in update_turn.py.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.backups import SUMS, listed_sums, sum_of
from kiosk.scoring.problems import N_, Problem, Refused

BOX = "box"  # in a release: what of it lies elsewhere on the machine, and how it gets there
_WHOLE = ".whole"  # in a release that was installed to the end
_NOT_FOR_BOX = ("wheels", "debs", SUMS)
_KEPT = 3  # releases


@dataclass(frozen=True)
class Place:
    """Where releases lie, and the link to the one in use."""

    releases: Path
    link: Path

    @property
    def in_use(self) -> Path:
        return self.link.resolve()


def place_of(prefix: Path) -> Place:
    """Of an environment that is one of several releases. Raises Refused if it is none."""
    releases = prefix.resolve().parent
    beside = releases.parent.iterdir() if releases.name == "releases" else ()
    # a switch that was cut short leaves a hidden one
    shown = (path for path in beside if not path.name.startswith("."))
    links = [path for path in shown if path.is_symlink() and path.resolve().parent == releases]
    if len(links) != 1:
        sentence = N_("This installation was not made by install.sh and cannot update itself.")
        raise Refused(Problem("", sentence))
    return Place(releases, links[0])


def check(folder: Path) -> str:
    """Compare every file with its sum; the name of the release in the folder. Raises Refused."""
    try:
        sums, made = (folder / SUMS).read_bytes(), made_of(folder)
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
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if made.get("python", here) != here:
        wrong = N_("The folder was made for Python %(wanted)s; here is %(here)s.")
        raise Refused(Problem("", wrong, {"wanted": made["python"], "here": here}))
    return f"{Path(made.get('version', '')).name}-{hashlib.sha256(sums).hexdigest()[:10]}"


def made_of(folder: Path) -> dict[str, str]:
    """What a folder says of itself: `version` and `python`."""
    return dict(line.partition("=")[::2] for line in (folder / "MADE").read_text("utf-8").splitlines())


def install(folder: Path, place: Place, name: str) -> Path:
    """Make the release beside the others, unless it is there already. Raises Refused with what went wrong."""
    release = place.releases / name
    if (release / _WHOLE).exists():
        return release
    shutil.rmtree(release, ignore_errors=True)
    pip = next(iter((folder / "wheels").glob("pip-*.whl")), folder / "no pip")
    own = [str(path) for path in (folder / "wheels").glob("village_kiosk-*.whl")]
    run([sys.executable, "-m", "venv", "--without-pip", str(release)])
    into = [
        str(release / "bin" / "python"),
        str(pip / "pip"),
        "--disable-pip-version-check",
        "--no-cache-dir",
    ]
    into += ["install", "-q", "--no-index", "--find-links", str(folder / "wheels")]
    run([*into, "--require-hashes", "-r", str(folder / "requirements.txt")])
    run([*into, "--no-deps", *own])
    shutil.copytree(folder, release / BOX, ignore=shutil.ignore_patterns(*_NOT_FOR_BOX))
    os.sync()
    (release / _WHOLE).touch()
    os.sync()
    return release


def switch(place: Place, release: Path) -> None:
    """From now on this is the one in use: old or new at every moment."""
    fresh = place.link.with_name(f".{place.link.name}.new")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(release.relative_to(place.link.parent))
    fresh.replace(place.link)
    os.sync()


def prune(place: Place, old: Path) -> list[Path]:
    """Delete releases but the one in use, the `old` one, and the newest of the rest; tells which went.

    Those that were not installed to the end go in any case.
    """
    kept = {place.in_use, old}
    others = [path for path in place.releases.iterdir() if path not in kept]
    others.sort(key=lambda path: ((path / _WHOLE).exists(), path.stat().st_mtime), reverse=True)
    whole = sum((path / _WHOLE).exists() for path in others)
    gone = others[min(whole, _KEPT - len(kept)) :]
    for path in gone:
        shutil.rmtree(path, ignore_errors=True)
    return gone


def run(
    command: list[str],
    environment: Mapping[str, str] | None = None,
    uid: int = -1,
    gid: int = -1,
    patience: float | None = None,
) -> None:
    """Raises Refused with the last line that a command said, or its name if it was not done in time."""
    name = f"{Path(command[0]).name} {' '.join(command[1:3])}"
    try:
        done = subprocess.run(  # noqa: S603
            command,
            env=environment,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            timeout=patience,
            umask=0o022 if uid < 0 else 0o077,  # a release is for all to read, data are not
            **as_owner(uid, gid),
        )
    except subprocess.TimeoutExpired as late:
        raise Refused(failed(name)) from late
    if done.returncode:
        last = (done.stderr.strip() or done.stdout.strip() or "?").splitlines()[-1]
        raise Refused(failed(f"{name}: {last}"))


def as_owner(uid: int, gid: int) -> dict[str, Any]:
    """Whoever owns the data touches them, if we may choose."""
    return {"user": uid, "group": gid} if uid >= 0 and os.geteuid() == 0 else {}


def failed(fault: str) -> Problem:
    sentence = N_("The new version did not pass its trial, and the old one stays: %(fault)s")
    return Problem("", sentence, {"fault": fault})


def give_back(data: Path, *paths: Path) -> None:
    """What root made belongs to whoever owns the data folder, as all else there."""
    owner = data.stat()
    for path in paths:
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
