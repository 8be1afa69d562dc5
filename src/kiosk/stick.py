"""Sealed copies on a USB stick that stays in the box, so that a lost card costs minutes and not a day.

On the stick there is one folder: `kiosk-….tar.sealed` are backups without photos, each with a list of those that
belong to it; the photos lie beside them (see stick_photos.py). So a copy costs a stick a few megabytes, and what is on
it is whole however suddenly it is pulled out: nothing is ever written over, and everything gets its name when it was
read once more.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from errno import EACCES, ENOSPC, EPERM, EROFS
from hashlib import sha256
from pathlib import Path
from shutil import disk_usage
from tempfile import TemporaryDirectory, gettempdir

from kiosk import keeping, sealing, sqlite, sqlite_files, stick_photos
from kiosk.backups import DATABASE, FOLDER, ROOM, companions, insist_on_sound, source_of, sum_of, write_tar
from kiosk.photos import gone
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings
from kiosk.stick_record import Record, last, note, note_failure
from kiosk.storage import BROKEN_DISK, StorageFault, sync_folder
from kiosk.storage import FULL as DISK_FULL

ON_STICK = "village-kiosk"  # the folder there
_MARK = "key"  # there: which key it is sealed with; nothing of the key itself
_POINTER = "newest"  # there: the copy that was written last; by its name one of a wrong clock may seem newer
_FEWEST = 2  # copies, however little room there is
_SPARE = 4_000_000  # bytes that are left free, for names and folders
_AGAIN = timedelta(hours=6)  # that nothing has changed is written down this often
_FLEETING = (
    "heartbeat",
    "witness",
    "session",
    "login_attempt",
)  # tables that change though nobody noted anything

_UNREADABLE = N_(
    "The USB stick cannot be read. Format it as exFAT or FAT32 on a PC, and name it KIOSK-COPY again."
)
_FULL = N_("The USB stick is full. Delete other things on it, or take a larger one.")
_ANOTHER_BOX = N_(
    "The copies on the USB stick are of another box, or of this one before it was set up anew: nothing was written. "
    "To put them back: sudo kiosk-stick restore. To use the stick here, delete the folder village-kiosk on it."
)
_READ_ONLY = N_("The USB stick can only be read. Move its little switch, or take another one.")
_BROKEN = N_(
    "The USB stick was pulled out while it was written, or is broken. Plug it in again, or take another one."
)
_SAID = {ENOSPC: _FULL, EROFS: _READ_ONLY, EACCES: _ANOTHER_BOX, EPERM: _ANOTHER_BOX}


def is_due(settings: Settings, now: datetime) -> bool:
    """Whether the box holds anything that the newest copy does not.

    Raises Refused if there is no database. Writes only now and then, and only that nothing has changed.
    """
    known, source = last(settings), source_of(settings)
    with _room(settings) as room, _of_the_box():
        database = room / DATABASE
        sqlite.copy(source, database)  # whoever writes waits for that, and not for the looking through
        if known.failed or known.content != _content(settings, database):
            return True
        if not known.until or abs(now - datetime.fromisoformat(known.until)) > _AGAIN:
            note(settings, replace(known, until=now.isoformat()))
        return False


def copy(settings: Settings, stick: Path, now: datetime) -> Path:
    """Bring a stick up to date; returns the newest copy on it. Raises Refused; either way it is written down."""
    try:
        return _copy(settings, stick, now)
    except Refused as refusal:
        note_failure(settings, refusal.problems[0], now)
        raise


def newest(folder: Path) -> Path:
    """The last copy that was written to a stick, or to the folder on it. Raises Refused if there is none."""
    for place in (folder / ON_STICK, folder):
        found = {path.name: path for path in _copies(place)}
        if found:
            return found.get(_line(place / _POINTER)) or next(iter(found.values()))
    raise Refused(Problem("", N_("There is no copy in %(folder)s."), {"folder": str(folder)}))


def _line(file: Path) -> str:
    try:
        return file.read_text("ascii", "replace").strip()
    except FileNotFoundError:
        return ""


def _copy(settings: Settings, stick: Path, now: datetime) -> Path:
    if not stick.is_dir():
        raise Refused(Problem("", _UNREADABLE))
    folder, key = stick / ON_STICK, keeping.key_for_copies(settings, stick)
    with _of_the_stick():
        folder.mkdir(mode=0o700, exist_ok=True)
        _insist_on_ours(folder, key, last(settings).file)
        _sweep(folder)
    with _room(settings) as room:
        with _of_the_box():
            database = room / DATABASE
            sqlite.copy(source_of(settings), database)
            insist_on_sound(database)
            known, content = last(settings), _content(settings, database)
            used = sqlite_files.values(database, "photo")
        file = folder / (known.file or "-")
        with _of_the_stick():
            is_there = file.exists()
        if content != known.content or not is_there:
            with _of_the_box():
                tar = _tar(settings, room, now)
            with _of_the_stick():
                file = _bring(tar, folder, key, now)
            known = Record(now.isoformat(), now.isoformat(), file.name, content)
            with _of_the_box():
                note(settings, known)
    erased = gone(settings.data / stick_photos.FOLDER) - {*stick_photos.names(settings.data), *used}
    with _of_the_stick():
        stick_photos.forget(folder, erased)  # first: it makes room
        stick_photos.seal(settings.data, folder, key)
        sync_folder(folder)
    with _of_the_box():
        note(settings, replace(known, until=now.isoformat(), failed="", sentence="", values={}))
    return file


def _insist_on_ours(folder: Path, key: bytes, known: str) -> None:
    """Raises Refused on a stick of another box: perhaps it is what this one is to be restored from.

    After another phrase was made here, the photos there are sealed anew.
    """
    mine, found = sealing.mark_of(key), _line(folder / _MARK)
    if found == mine:
        return
    if known and (folder / known).exists():
        shutil.rmtree(folder / stick_photos.FOLDER, ignore_errors=True)
    elif found or _copies(folder):
        raise Refused(Problem("", _ANOTHER_BOX))
    part = folder / f"{_MARK}.part"
    part.write_text(f"{mine}\n", "ascii")
    part.replace(folder / _MARK)
    sync_folder(folder)


@contextmanager
def _of_the_stick() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise Refused(Problem("", _SAID.get(error.errno or 0, _BROKEN))) from error


@contextmanager
def _of_the_box() -> Iterator[None]:
    """What its own disk says is not the stick's fault."""
    try:
        with sqlite_files.in_words():
            yield
    except OSError as error:
        raise Refused(Problem("", (DISK_FULL if error.errno == ENOSPC else BROKEN_DISK).reading)) from error
    except StorageFault as fault:
        raise Refused(fault.problem) from fault


@contextmanager
def _room(settings: Settings) -> Iterator[Path]:
    """In memory if there is enough of it: the card of the box lives longer."""
    with _of_the_box():
        folder, size = settings.data / FOLDER, source_of(settings).stat().st_size
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        at_hand = disk_usage(gettempdir()).free > 3 * size + _SPARE
        room = TemporaryDirectory(dir=None if at_hand else folder, prefix=ROOM)
    with room as name:
        yield Path(name)


def _content(settings: Settings, database: Path) -> str:
    """A digest of what people have put in; photos by their names, which say what is in them."""
    rows, files = sqlite_files.content(database, _FLEETING), companions(settings, source_of(settings))
    told = [name if _is_photo(name) else f"{name} {sum_of(path)}" for name, path in files]
    return sha256("\n".join([rows, *told]).encode()).hexdigest()


def _is_photo(name: str) -> bool:
    return name.startswith(f"{stick_photos.FOLDER}/")


def _tar(settings: Settings, room: Path, now: datetime) -> Path:
    """A backup whose photos are a list."""
    listing = room / stick_photos.LIST
    listing.write_text("".join(f"{name}\n" for name in stick_photos.names(settings.data)), "ascii")
    found = [*companions(settings, source_of(settings))]
    others = [(name, path) for name, path in found if not _is_photo(name)]
    file = room / f"kiosk-{now:%Y%m%d-%H%M%S}.tar"
    write_tar(file, [(DATABASE, room / DATABASE), (stick_photos.LIST, listing), *others])
    return file


def _bring(tar: Path, folder: Path, key: bytes, now: datetime) -> Path:
    """Seal it onto the stick, and let older ones go: never before the new one is whole, but for want of room."""
    target = folder / (tar.name + sealing.SUFFIX)
    needed = tar.stat().st_size + _SPARE
    for old in _copies(folder)[_FEWEST:][::-1]:
        if disk_usage(folder).free > needed:
            break
        old.unlink()
    if disk_usage(folder).free < needed:
        raise Refused(Problem("", _FULL))
    sealing.seal(tar, target, key)
    (folder / _POINTER).write_text(f"{target.name}\n", "ascii")
    for name in spare([path.name for path in _copies(folder)], now):
        if name != target.name:
            (folder / name).unlink()
    return target


def spare(names: list[str], now: datetime) -> list[str]:
    """The copies that may go: all but the newest two, the last of each of 14 days, the last of each of 12 months."""
    plain = sorted((name.removesuffix(sealing.SUFFIX) for name in names), reverse=True)
    tomorrow = now.date() + timedelta(days=1)
    return [name + sealing.SUFFIX for name in keeping.spare(plain, tomorrow) if name not in plain[:_FEWEST]]


def _copies(folder: Path) -> list[Path]:
    """The newest first."""
    return sorted(folder.glob(f"kiosk-*.tar{sealing.SUFFIX}"), reverse=True)


def _sweep(folder: Path) -> None:
    """What was left when a stick was pulled out."""
    for pattern in ("*.part", f"{stick_photos.FOLDER}/??/*.part"):
        for path in folder.glob(pattern):
            path.unlink()
