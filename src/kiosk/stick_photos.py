"""Photos on a USB stick, beside the copies there: sealed one by one, each written once, under the name it has here."""

import re
from collections.abc import Collection
from pathlib import Path
from shutil import disk_usage

from kiosk import sealing
from kiosk.backups import sum_of
from kiosk.photos import path_of
from kiosk.scoring.problems import N_, Problem, Refused

FOLDER = "photos"  # here, and on the stick
LIST = "PHOTOS"  # inside a copy: the photos that belong to it, one a line
_NAME = re.compile("[0-9a-f]{64}")
_SPARE = 4_000_000  # bytes that are left free on the stick, for names and folders


def names(data: Path) -> list[str]:
    """Of all photos in a data folder."""
    return sorted(path.stem for path in (data / FOLDER).glob("??/*.jpg"))


def seal(data: Path, stick: Path, key: bytes) -> None:
    """Bring those that are missing there. Raises Refused when the stick is full."""
    for name in names(data):
        source, target = path_of(data / FOLDER, name), _sealed(stick, name)
        if not target.exists():
            if disk_usage(stick).free < source.stat().st_size + _SPARE:
                sentence = N_(
                    "The USB stick is full: the points are on it, some photos are not. Take a larger one."
                )
                raise Refused(Problem("", sentence))
            target.parent.mkdir(parents=True, exist_ok=True)
            sealing.seal(source, target, key)


def forget(stick: Path, erased: Collection[str]) -> None:
    """Delete these there too. No others: a box that was made of an older backup does not know the newer ones."""
    for name in erased:
        if _NAME.fullmatch(name):
            _sealed(stick, name).unlink(missing_ok=True)


def bring_back(copy: Path, room: Path, key: bytes) -> int:
    """Unseal into `room` the photos that its list names, from beside the copy; returns how many are missing."""
    listing = room / LIST
    if not listing.exists():
        return 0
    wanted = listing.read_text("ascii", "replace").split()
    listing.unlink()
    return sum(not _brought_back(copy.parent, room, name, key) for name in wanted)


def _brought_back(stick: Path, room: Path, name: str, key: bytes) -> bool:
    try:
        target = path_of(room / FOLDER, name)
        target.parent.mkdir(parents=True, exist_ok=True)
        sealing.unseal(_sealed(stick, name), target, key)
    except (ValueError, OSError, Refused):
        return False
    if sum_of(target) == name:
        return True
    target.unlink()
    return False


def _sealed(stick: Path, name: str) -> Path:
    return stick / FOLDER / name[:2] / (name + sealing.SUFFIX)
