"""Backups: one .tar file that holds the database, the photos and the secret; made while the server runs.

A backup gets its name only when it is whole, on the disk, and was read once more and found good. Whoever has it can
restore everything, so it is readable by its owner alone.
"""

import os
import tarfile
from collections.abc import Iterator
from datetime import datetime
from hashlib import file_digest
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from kiosk import sqlite, sqlite_files
from kiosk.database import database_file
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings
from kiosk.storage import sync_folder

DATABASE = "kiosk.db"  # its name inside every backup
SUMS = "SHA256SUMS"  # of the other files in it, as `sha256sum -c` reads them
FOLDER = "backups"
NOTE = "last"  # in that folder: when and where the last one was made that does not lie in it
ROOM = ".making-"  # + something: where one is being made
SET_ASIDE = "replaced-"  # + when: what a restore took away
_NOT_OURS_TO_KEEP = (FOLDER, "serving.lock")


def back_up(settings: Settings, now: datetime, destination: Path | None = None) -> Path:
    """Write a backup and return its path. Consistent while others write.

    `destination` is a folder or the name of a new file; by default the folder `backups` beside the database.
    Raises Refused if the database is not sound, is not SQLite's, or the file is already there.
    """
    source = source_of(settings)
    folder = settings.data / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = _file(destination or folder, now)
    with TemporaryDirectory(dir=folder, prefix=ROOM) as room:
        copy = Path(room) / DATABASE
        sqlite.copy(source, copy)
        insist_on_sound(copy)
        write_tar(file, [(DATABASE, copy), *companions(settings, source)])
    if file.parent.resolve() != folder.resolve():
        _note(folder, file, now)
    return file


def companions(settings: Settings, database: Path) -> Iterator[tuple[str, Path]]:
    """Every other file of the data folder that a backup holds, by its name inside the folder."""
    for path in sorted(settings.data.iterdir()):
        leave = path.name in _NOT_OURS_TO_KEEP or path.name.startswith((".", SET_ASIDE, database.name))
        if not leave:
            for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
                if file.is_file() and not file.name.startswith(".") and file.suffix != ".part":
                    yield str(file.relative_to(settings.data)), file


def source_of(settings: Settings) -> Path:
    """The database that a backup is made of. Raises Refused if there is none, or if it is no file."""
    path = database_file(settings)
    if path is None:
        raise Refused(Problem("", N_("The data live on a database server; use its own backup (pg_dump).")))
    if not path.exists():
        raise Refused(
            Problem("", N_("There is no database in %(folder)s yet."), {"folder": str(settings.data)})
        )
    return path


def _file(destination: Path, now: datetime) -> Path:
    file = destination / f"kiosk-{now:%Y%m%d-%H%M%S}.tar" if destination.is_dir() else destination
    if file.exists():
        raise Refused(Problem("", N_("%(file)s is already there. Choose another name."), {"file": str(file)}))
    if not file.parent.is_dir():
        raise Refused(Problem("", N_("There is no folder %(folder)s."), {"folder": str(file.parent)}))
    return file


def insist_on_sound(copy: Path) -> None:
    """Raises Refused: a damaged database must not push good backups out."""
    if faults := sqlite_files.inspect_file(copy):
        sentence = N_("No backup was made: the database is damaged (%(fault)s). Restore the newest backup.")
        raise Refused(Problem("", sentence, {"fault": faults[0]}))


def write_tar(file: Path, contents: list[tuple[str, Path]]) -> None:
    """Write files under these names, and their sums, into one new file; it gets its name when it was read once more.

    Raises Refused if it came back different.
    """
    part = file.with_name(file.name + ".part")
    try:
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                for name, path in contents:
                    tar.add(path, name, recursive=False)
                _add_sums(tar, contents)
            out.flush()
            os.fsync(out.fileno())
        if fault := _fault(part):
            raise Refused(_unreadable(fault))
        part.rename(file)
    except BaseException:
        part.unlink(missing_ok=True)
        raise
    sync_folder(file.parent)


def _add_sums(tar: tarfile.TarFile, contents: list[tuple[str, Path]]) -> None:
    lines = "".join(f"{sum_of(path)}  {name}\n" for name, path in contents).encode()
    member = tarfile.TarInfo(SUMS)
    member.size, member.mode = len(lines), 0o600
    tar.addfile(member, BytesIO(lines))


def _fault(file: Path) -> str:
    """Read a backup as a restore would: the name of what is not as it was put in; empty if all is well."""
    found: dict[str, str] = {}
    listed: dict[str, str] = {}
    try:
        with tarfile.open(file, mode="r:") as tar:
            for member in tar:
                content = tar.extractfile(member)
                if content and member.name == SUMS:
                    listed = listed_sums(content.read().decode("utf-8", "replace"))
                elif content:
                    found[member.name] = file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]
    except (tarfile.TarError, EOFError) as error:
        return str(error)
    return next((name for name in sorted(found.keys() | listed) if found.get(name) != listed.get(name)), "")


def _unreadable(fault: str) -> Problem:
    sentence = N_("No backup was made: what was written came back different (%(fault)s). Take another disk.")
    return Problem("", sentence, {"fault": fault})


def _note(folder: Path, file: Path, now: datetime) -> None:
    part = folder / (NOTE + ".part")
    part.write_text(f"{now.isoformat()} {file.absolute()}\n", encoding="utf-8")
    part.replace(folder / NOTE)


def listed_sums(text: str) -> dict[str, str]:
    """What a file of sums says: the digest of each name."""
    return {name: digest for digest, _, name in (line.partition("  ") for line in text.splitlines())}


def sum_of(path: Path) -> str:
    """SHA-256 of a file's bytes: 64 hexadecimal digits."""
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()
