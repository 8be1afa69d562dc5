"""How old the newest backup is: a line of the doctor's, and the red mark on the office's start page."""

from datetime import datetime, timedelta

from kiosk import keeping
from kiosk.database import database_file
from kiosk.scoring.problems import N_, Problem
from kiosk.selftest import Check, ok, warning
from kiosk.settings import Settings

TOO_OLD = timedelta(days=2)
_NAME = N_("backup")
_MAKE_ONE = N_("Run kiosk backup every night, and now and then copy the newest to another disk.")


def backup(settings: Settings, since: datetime | None, now: datetime) -> Check:
    """`since` is when this installation began, as far as it is known."""
    file = database_file(settings)
    if file is None:
        return ok(_NAME, N_("The data live on a database server; see to its own backup (pg_dump)."))
    latest = keeping.newest(settings, now)
    if latest is None:
        return _none_yet(since, now)
    values = {"made": latest.at, "file": str(latest.file)}
    found = Problem("", N_("The newest is of %(made)s: %(file)s."), values)
    if latest.at - now > TOO_OLD:
        doubt = N_("The newest is of %(made)s, later than the clock shows: %(file)s.")
        return warning(
            _NAME, Problem("", doubt, values), N_("Set the clock of the box, then run kiosk backup.")
        )
    if now - latest.at > TOO_OLD:
        return warning(_NAME, found, _MAKE_ONE)
    return Check(_NAME, "ok", found)


def _none_yet(since: datetime | None, now: datetime) -> Check:
    """A new installation has two days' time."""
    if since is None or now - since <= TOO_OLD:
        return ok(_NAME, N_("There is none yet; kiosk backup makes one, every night is best."))
    return warning(_NAME, Problem("", N_("There is no backup yet.")), _MAKE_ONE)
