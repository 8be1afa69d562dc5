"""How a new version takes the old one's place, and how it is taken back: by itself, at once or at the next start.

Before anything changes, a note beside the releases says which one to go back to. It goes when the new version has been
found well, on the real data, while nobody but the machine itself could reach it: so going back loses nothing that
anybody was told is saved. As long as the note lies there, whoever finds it goes back: the update itself, systemd when
the update was killed, or the next start after a power cut.
"""

import os
import shutil
from datetime import datetime
from pathlib import Path

from kiosk import sqlite, sqlite_files
from kiosk.database import database_file
from kiosk.restoring import put_back
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings
from kiosk.storage import sync_folder
from kiosk.update_trial import is_well
from kiosk.updating import BOX, Place, failed, give_back, run, switch

_NOTE = "updating"
_BEFORE = ".before-update.db"  # in the data folder, for as long as the note lies there
_RUN = Path("/run")
_ALONE = "KIOSK_HOST=127.0.0.1\nKIOSK_TLS_PORT=0\n"  # nobody but the machine itself reaches it
_PLAIN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
_PATIENCE = 900.0  # seconds: a large database may have to be brought up to date


def take_over(place: Place, release: Path, service: str, settings: Settings) -> None:
    """Let the new version serve. Raises Refused if it does not do well; then the old one must be put back."""
    old, before = place.in_use, settings.data / _BEFORE
    before.unlink(missing_ok=True)
    _write(place.link.with_name(_NOTE), f"old={old.name}\nnew={release.name}\n")
    run(["systemctl", "stop", service])
    _keep_database(settings, before)
    switch(place, release)
    _keep_to_itself(service)
    lay(release)
    run(["systemctl", "daemon-reload"])
    run(["systemctl", "start", service], patience=_PATIENCE)
    if not is_well(settings.port):
        raise Refused(failed("/healthz"))
    _done(place, settings)
    try:
        _open_up(service)
        run(["systemctl", "restart", service], patience=_PATIENCE)
    except Refused as refusal:
        sentence = N_("The new version was found well, but was not started once more. Restart the box.")
        raise Refused(Problem("", sentence)) from refusal


def is_under_way(place: Place) -> bool:
    """Whether an update was begun and neither finished nor taken back."""
    return place.link.with_name(_NOTE).exists()


def take_back(place: Place, service: str | None, settings: Settings, now: datetime) -> Path:
    """Put the version that was in use, and its data, back; start it if `service` is given. May be done again."""
    old, unlaid = place.releases / Path(_old(place)).name, None
    if service:
        run(["systemctl", "stop", service])
    switch(place, old)
    try:
        lay(old)
    except Refused as refusal:  # better the old program under the new units than none
        unlaid = refusal
    before, database = settings.data / _BEFORE, database_file(settings)
    if database and before.exists() and _differs(database, before):
        put_back(settings, before, now)
        give_back(settings.data, *settings.data.rglob("*"))
    _done(place, settings)
    if service:
        _open_up(service)
        run(["systemctl", "start", service], patience=_PATIENCE)
    if unlaid:
        raise unlaid
    return old


def lay(release: Path) -> None:
    """Units and scripts of a release to where they belong; by its own way of doing so."""
    if (release / BOX / "install.sh").exists():
        run(["bash", str(release / BOX / "install.sh"), "--lay"], _PLAIN)


def _old(place: Place) -> str:
    lines = place.link.with_name(_NOTE).read_text("utf-8").splitlines()
    return dict(line.partition("=")[::2] for line in lines)["old"]


def _write(file: Path, text: str) -> None:
    part = file.with_name(f".{file.name}.part")
    with part.open("w", encoding="utf-8") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())
    part.replace(file)
    sync_folder(file.parent)


def _keep_database(settings: Settings, before: Path) -> None:
    """As it was when the old version stopped."""
    database = database_file(settings)
    if database and database.exists():
        part = before.with_name(f"{before.name}.part")
        part.unlink(missing_ok=True)
        sqlite.copy(database, part)
        give_back(settings.data, part)
        part.replace(before)
        os.sync()


def _differs(database: Path, before: Path) -> bool:
    if not database.exists() or sqlite_files.inspect_file(database):
        return True
    return sqlite_files.revision(database) != sqlite_files.revision(before)


def _keep_to_itself(service: str) -> None:
    """Until the next start of the machine, or until `_open_up`."""
    folder = _RUN / "systemd" / "system" / f"{service}.service.d"
    folder.mkdir(parents=True, exist_ok=True)
    (_RUN / "kiosk-trial.env").write_text(_ALONE)
    (folder / "trial.conf").write_text(f"[Service]\nEnvironmentFile={_RUN}/kiosk-trial.env\n")


def _open_up(service: str) -> None:
    shutil.rmtree(_RUN / "systemd" / "system" / f"{service}.service.d", ignore_errors=True)
    run(["systemctl", "daemon-reload"])


def _done(place: Place, settings: Settings) -> None:
    """From here on nobody goes back."""
    place.link.with_name(_NOTE).unlink(missing_ok=True)
    sync_folder(place.link.parent)
    (settings.data / _BEFORE).unlink(missing_ok=True)
