"""The trial of a new version: it must restore a backup of the data, recompute it, and serve it in good health.

All of that happens to a copy, while the old version goes on serving.
"""

import os
import shutil
import socket
import subprocess
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from urllib.request import ProxyHandler, build_opener

from kiosk.backups import back_up
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings
from kiosk.updating import as_owner, failed, give_back, run

_TRIAL = ".trial-"  # + something: in the data folder
_PATIENCE = 60.0  # seconds for the new version to answer
_SPARE = 300_000_000  # bytes: a full disk takes no deeds


def insist_on_room(settings: Settings) -> None:
    """Raises Refused unless there is room for a backup, for the copy made of it, for the backup of that copy before its
    tables change, and for the deeds meanwhile."""
    files = (path for path in settings.data.rglob("*") if path.is_file() and "backups" not in path.parts)
    needed, free = (
        3 * sum(path.stat().st_size for path in files) + _SPARE,
        shutil.disk_usage(settings.data).free,
    )
    if free < needed:
        sentence = N_("For the trial %(needed)s MB must be free; there are %(free)s MB.")
        values = {"needed": needed // 1_000_000, "free": free // 1_000_000}
        raise Refused(Problem("", sentence, values))


def sweep(settings: Settings) -> None:
    """Take away what a trial left behind that was killed: a copy of everything."""
    for path in settings.data.glob(f"{_TRIAL}*"):
        shutil.rmtree(path, ignore_errors=True)


def rehearse(release: Path, settings: Settings, now: datetime, told: Callable[[str], None]) -> Path:
    """Back up, and let the new version bring the copy up to date, recompute it and serve it. Raises Refused; returns
    the backup."""
    backup, owner = back_up(settings, now), settings.data.stat()
    give_back(settings.data, backup.parent, backup)
    with TemporaryDirectory(dir=settings.data, prefix=_TRIAL) as trial:
        os.chown(trial, owner.st_uid, owner.st_gid)
        kiosk, data = str(release / "bin" / "kiosk"), Path(trial) / "data"
        environment = _environment(settings, data, _free_port())
        for sentence, words in (
            (N_("Trying the new version on a copy …"), ["restore", str(backup)]),
            (N_("Recomputing the copy with it …"), ["verify"]),
        ):
            told(sentence)
            run([kiosk, *words], environment, owner.st_uid, owner.st_gid)
        told(N_("Serving the copy with it …"))
        _serve(kiosk, environment, owner.st_uid, owner.st_gid)
    return backup


def is_well(port: int, alive: Callable[[], bool] = lambda: True) -> bool:
    """Whether what serves at this port says within a minute that it is well; not while it is `alive` no longer."""
    end = monotonic() + _PATIENCE
    while monotonic() < end and alive():
        try:
            opener = build_opener(ProxyHandler({}))
            with opener.open(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                if answer.read(10) == b"ok\n":
                    return True
        except OSError:  # not yet, or not well
            pass
        sleep(0.1)
    return False


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


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _serve(kiosk: str, environment: Mapping[str, str], uid: int, gid: int) -> None:
    """Raises Refused unless it answers that it is well."""
    command = [kiosk, "serve"]
    quiet, more = subprocess.DEVNULL, as_owner(uid, gid)
    with subprocess.Popen(command, env=environment, stdout=quiet, stderr=quiet, **more) as server:  # noqa: S603
        try:
            if not is_well(int(environment["KIOSK_PORT"]), lambda: server.poll() is None):
                raise Refused(failed("kiosk serve: /healthz"))
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
