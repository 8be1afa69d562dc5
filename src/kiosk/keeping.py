"""Which backups stay, and how old the newest is.

In the folder `backups` there stay every backup of today, the last of each of the 14 days before today that have one,
and the last of each of the 12 months before this one that have one. Days and months without a backup do not count, and
neither do backups that seem to come from the future: a wrong clock, or a box that was switched off for a year, costs
no old backup.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from shutil import disk_usage

from kiosk import sealing
from kiosk.backups import FOLDER, NOTE, ROOM
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings
from kiosk.storage import sync_folder

DAYS, MONTHS = 14, 12
_FEWEST = 3
_RESERVE = 500_000_000  # bytes: below them the doctor warns
_NAME = re.compile(r"kiosk-(\d{8}-\d{6})\.tar", re.ASCII)
_FORM = "%Y%m%d-%H%M%S"
_SLACK = timedelta(minutes=2)  # clocks that are set by the network step back a little
_SURELY_DEAD = timedelta(days=1)  # what a killed backup left; none takes this long


@dataclass(frozen=True)
class Made:
    """A backup that was whole and good when it was made."""

    at: datetime
    file: Path


def spare(names: Iterable[str], today: date) -> list[str]:
    """The backups that may go. Of other files' names none is among them, and never the newest backup."""
    dated = sorted((name for name in names if _made_at(name)), reverse=True)
    days: dict[date, str] = {}
    for name in dated:
        made = _made_at(name)
        if made and made.date() < today:
            days.setdefault(made.date(), name)
    months: dict[date, str] = {}
    for day, name in days.items():
        if day < today.replace(day=1):
            months.setdefault(day.replace(day=1), name)
    stays = {*list(days.values())[:DAYS], *list(months.values())[:MONTHS], *dated[:1]}
    return [name for name in dated if name not in stays and _day(name) < today]


def tidy(settings: Settings, now: datetime) -> list[Path]:
    """Delete what is spare in the folder `backups`, and what a killed backup left there; tells which backups went."""
    folder = settings.data / FOLDER
    gone = [folder / name for name in spare([path.name for path in folder.iterdir()], now.date())]
    for path in gone:
        path.unlink()
    for path in folder.iterdir():
        if now.timestamp() - path.stat().st_mtime > _SURELY_DEAD.total_seconds():
            _sweep(path)
    sync_folder(folder)
    return gone


def make_room(settings: Settings, now: datetime) -> list[Path]:
    """Before a backup: let the oldest go while the disk has no room for another one and for the deeds of the days
    after it, but never the newest three. Each holds all photos, and a full disk takes no deeds."""
    folder = settings.data / FOLDER
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    ours = sorted(name for name in names if _made_at(name) and _day(name) <= now.date())
    gone = []
    for name in ours[:-_FEWEST]:
        needed = (
            2 * (folder / ours[-1]).stat().st_size + _RESERVE
        )  # a copy of the database is made on the way
        if disk_usage(folder).free >= needed:
            break
        (folder / name).unlink()
        gone.append(folder / name)
    return gone


def key_for_copies(settings: Settings, folder: Path) -> bytes:
    """What sealed copies in this folder are made with. Raises Refused if nobody has made a recovery phrase, or if there
    is no such folder."""
    key = sealing.kept_key(settings.data)
    if key is None:
        raise Refused(Problem("", N_("There is no recovery phrase yet. Make one with kiosk backup-key.")))
    if not folder.is_dir():
        raise Refused(Problem("", N_("There is no folder %(folder)s."), {"folder": str(folder)}))
    return key


def copy_sealed(file: Path, folder: Path, key: bytes, now: datetime) -> Path:
    """Write a sealed copy of a backup, and delete the sealed copies there that are spare by the same rule."""
    copy = folder / (file.name + sealing.SUFFIX)
    sealing.seal(file, copy, key)
    names = [path.name.removesuffix(sealing.SUFFIX) for path in folder.glob(f"*{sealing.SUFFIX}")]
    for name in spare(names, now.date()):
        (folder / (name + sealing.SUFFIX)).unlink()
    return copy


def newest(settings: Settings, now: datetime) -> Made | None:
    """The newest backup that this program made, in its folder or elsewhere.

    One that is later than `now` only if there is no other: then the clock was wrong, or is.
    """
    found = sorted(_known(settings), key=lambda one: one.at, reverse=True)
    past = [one for one in found if one.at <= now + _SLACK]
    return next(iter(past or found), None)


def _known(settings: Settings) -> Iterable[Made]:
    folder = settings.data / FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        if made := _made_at(path.name):
            yield Made(made.replace(tzinfo=settings.zone), path)
    try:
        moment, _, file = (folder / NOTE).read_text("utf-8").strip().partition(" ")
        yield Made(datetime.fromisoformat(moment), Path(file))
    except (FileNotFoundError, ValueError, NotADirectoryError):
        return


def _made_at(name: str) -> datetime | None:
    """By its name, in the village's zone."""
    matched = _NAME.fullmatch(name)
    try:
        return datetime.strptime(matched[1], _FORM) if matched else None  # noqa: DTZ007
    except ValueError:
        return None


def _day(name: str) -> date:
    made = _made_at(name)
    return made.date() if made else date.max


def _sweep(path: Path) -> None:
    """Only what back_up itself names so."""
    if path.name.startswith(ROOM) and path.is_dir():
        for left in path.iterdir():
            left.unlink()
        path.rmdir()
    elif path.name.endswith(".part") and _made_at(path.name.removesuffix(".part")):
        path.unlink()
