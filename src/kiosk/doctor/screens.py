"""When each village's screen last asked for its board.

The server notes it as the time of a file, every five minutes at most and never waiting for the disk, so that
`kiosk doctor` sees it too.
"""

import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from time import monotonic

from kiosk.roster.villages import Village
from kiosk.scoring.problems import N_, Problem
from kiosk.selftest import Check, ok, warning
from kiosk.settings import Settings

_EVERY = timedelta(minutes=5)
_QUIET = timedelta(minutes=15)
_GIVEN_UP = timedelta(days=14)  # a screen that was looked at once, or was taken down
_NAME = N_("screen")


class Screens:
    """What the server keeps in mind of them."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._noted: dict[str, datetime] = {}
        self._heard: dict[str, float] = {}

    def asked(self, code: str, now: datetime) -> None:
        """The screen of this village, which must exist, asked."""
        self._heard[code] = monotonic()
        last = self._noted.get(code)
        if last is None or abs(now - last) >= _EVERY:
            self._noted[code] = now
            with suppress(OSError):  # a full or read-only disk has a line of its own
                _file(self._folder, code).touch()
                os.utime(_file(self._folder, code), (now.timestamp(), now.timestamp()))

    def silent_for(self, code: str) -> int | None:
        """Seconds since it last asked this process."""
        heard = self._heard.get(code)
        return None if heard is None else int(monotonic() - heard)


def screens(settings: Settings, villages: Sequence[Village], now: datetime) -> Check:
    """Whether each that asked within the last two weeks still does, within the hours in which it is on."""
    asked = {one.name: _last(settings, one.code) for one in villages}
    last = {name: moment for name, moment in asked.items() if moment and now - moment < _GIVEN_UP}
    if not last:
        return ok(_NAME, N_("None has asked for its board in the last two weeks."))
    due = {one.name for one in villages if _is_on(one, now) and _is_on(one, now - _QUIET)}
    quiet = [name for name, moment in last.items() if name in due and now - moment > _QUIET]
    if quiet:
        since = min(last[name] for name in quiet)
        found = Problem(
            "",
            N_("The screen of %(villages)s has not asked since %(since)s."),
            {"villages": "、".join(quiet), "since": since},
        )
        return warning(_NAME, found, N_("Is it switched on, and is its network there? Then restart it."))
    return ok(_NAME, N_("The last one asked at %(moment)s."), moment=max(last.values()))


def _file(folder: Path, code: str) -> Path:
    return folder / f".screen-{code}"


def _last(settings: Settings, code: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(_file(settings.data, code).stat().st_mtime, settings.zone)
    except OSError:
        return None


def _is_on(village: Village, now: datetime) -> bool:
    on, off, time = village.screen_on, village.screen_off, f"{now:%H:%M}"
    if not on:
        return True
    return on <= time < off if on < off else time >= on or time < off
