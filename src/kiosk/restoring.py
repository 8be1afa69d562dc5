"""Putting a backup back: checked before and after, with what it replaces kept beside it."""

import os
import shutil
import tarfile
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from kiosk import sealing, sqlite_files, stick_photos
from kiosk.backups import DATABASE, SET_ASIDE, SUMS, companions, listed_sums, sum_of
from kiosk.database import database_file, serving_lock
from kiosk.migrations import newest
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings
from kiosk.storage import sync_folder

_LEFTOVERS = ("-journal", "-wal", "-shm")


@dataclass(frozen=True)
class Restored:
    """`aside` is where the replaced data are; `missing` how many ledger entries they had more; `photos` how many
    the backup speaks of and the stick does not have."""

    aside: Path | None
    entries: int
    missing: int
    photos: int = 0


def restore(
    settings: Settings, file: Path, now: datetime, replace: bool = False, key: bytes | None = None
) -> Restored:
    """Put a backup into the data folder; a sealed copy with its `key`.

    Raises Refused, with nothing changed, if a server runs, if there are data already and `replace` is false,
    or if the file is not a sound backup that this version can read.
    """
    target = _target(settings)
    with serving_lock(settings.data), TemporaryDirectory(dir=settings.data, prefix=".restore-") as room:
        if target.exists() and not replace:
            raise Refused(_would_replace(settings))
        if key:
            _unpack_sealed(file, Path(room), key)
        else:
            _unpack(file, Path(room))
        _compare_sums(Path(room))
        _check(Path(room) / DATABASE)
        photos = stick_photos.bring_back(file, Path(room), key) if key else 0
        entries, had = sqlite_files.entries(Path(room) / DATABASE), sqlite_files.entries(target)
        aside = _set_aside(settings, target, now) if target.exists() else None
        _move_in(Path(room), settings.data, target)
    _check(target)
    return Restored(aside, entries, max(0, had - entries), photos)


def put_back(settings: Settings, database: Path, now: datetime) -> Path | None:
    """Move a database into the place of the present one, which is kept beside; photos and secrets stay.

    Raises Refused, with nothing changed, if a server runs, or if it is not sound.
    """
    target = _target(settings)
    with serving_lock(settings.data):
        _check(database)
        aside = _set_aside(settings, target, now) if target.exists() else None
        database.replace(target)
        sync_folder(target.parent)
    return aside


def _target(settings: Settings) -> Path:
    path = database_file(settings)
    if path is None:
        raise Refused(Problem("", N_("The data live on a database server; use its own tools to restore.")))
    return path


def _would_replace(settings: Settings) -> Problem:
    sentence = N_("There are data in %(folder)s already. Add --replace to put the backup in their place.")
    return Problem("", sentence, {"folder": str(settings.data)})


def _unpack_sealed(file: Path, room: Path, key: bytes) -> None:
    with TemporaryDirectory(dir=room.parent, prefix=".unsealed-") as beside:
        sealing.unseal(file, Path(beside) / "backup.tar", key)
        _unpack(Path(beside) / "backup.tar", room)


def _unpack(file: Path, room: Path) -> None:
    try:
        with tarfile.open(file, mode="r:") as tar:
            for member in tar:
                _unpack_one(tar, member, room)
    except FileNotFoundError as error:
        raise Refused(Problem("", N_("There is no file %(file)s."), {"file": str(file)})) from error
    except (tarfile.TarError, EOFError, FileExistsError, IsADirectoryError) as error:
        raise Refused(_not_a_backup()) from error


def _unpack_one(tar: tarfile.TarFile, member: tarfile.TarInfo, room: Path) -> None:
    """Only plain files below the folder: a backup may come from anywhere."""
    name = PurePosixPath(member.name)
    content = tar.extractfile(member) if member.isfile() else None
    if content is None or name.is_absolute() or ".." in name.parts:
        raise Refused(_not_a_backup())
    path = room / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with content, path.open("xb") as out:
        shutil.copyfileobj(content, out)
        out.flush()
        os.fsync(out.fileno())
    path.chmod(member.mode & 0o700)


def _not_a_backup() -> Problem:
    return Problem("", N_("This file is not a backup of this program."))


def _compare_sums(room: Path) -> None:
    """Raises Refused unless every byte is as it was when the backup was made."""
    if not (room / SUMS).exists():
        raise Refused(_not_a_backup())
    listed = listed_sums((room / SUMS).read_text(encoding="utf-8", errors="replace"))
    (room / SUMS).unlink()
    found = {str(path.relative_to(room)): sum_of(path) for path in room.rglob("*") if path.is_file()}
    for name in sorted(listed.keys() | found.keys()):
        if listed.get(name) != found.get(name):
            raise Refused(_damaged(name))


def _damaged(fault: str) -> Problem:
    return Problem("", N_("The backup is damaged (%(fault)s). Take another one."), {"fault": fault})


def _check(path: Path) -> None:
    """Raises Refused unless this is a sound database of a version that this program knows."""
    if not path.exists():
        raise Refused(_not_a_backup())
    if faults := sqlite_files.inspect_file(path):
        raise Refused(_damaged(faults[0]))
    if sqlite_files.revision(path) > newest():
        raise Refused(
            Problem("", N_("The backup was made by a newer version of this program. Install that one."))
        )


def _set_aside(settings: Settings, target: Path, now: datetime) -> Path:
    """Keep the present data under another name too: at every moment one whole database is in place."""
    aside = settings.data / f"{SET_ASIDE}{now:%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    sqlite_files.settle(target)
    for name, path in [(DATABASE, target), *companions(settings, target)]:
        (aside / name).parent.mkdir(parents=True, exist_ok=True)
        _keep(path, aside / name)
    # a journal left behind by a damaged database would be played back into the new one
    for end in _LEFTOVERS:
        leftover = target.with_name(target.name + end)
        if leftover.exists():
            leftover.rename(aside / (DATABASE + end))
    sync_folder(aside)
    return aside


def _keep(path: Path, under: Path) -> None:
    try:
        os.link(path, under)
    except OSError:  # a file system without hard links
        shutil.copy2(path, under)


def _move_in(room: Path, data: Path, target: Path) -> None:
    """The database last: until then the old one is whole and in place."""
    files = [path for path in sorted(room.rglob("*")) if path.is_file() and path != room / DATABASE]
    for path in files:
        place = data / path.relative_to(room)
        place.parent.mkdir(parents=True, exist_ok=True)
        path.replace(place)
        sync_folder(place.parent)
    (room / DATABASE).replace(target)
    sync_folder(target.parent)
