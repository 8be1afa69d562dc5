"""How old the newest copy on a USB stick is, and what went wrong with the last one."""

from datetime import datetime, timedelta

from kiosk import sealing
from kiosk.database import database_file
from kiosk.scoring.problems import N_, Problem
from kiosk.selftest import Check, ok, warning
from kiosk.settings import Settings
from kiosk.stick_record import last

TOO_OLD = timedelta(days=7)
_NAME = N_("USB stick")
_PLUG_IN = N_("Name a USB stick KIOSK-COPY and leave it in the box: then a lost card costs minutes.")
_MAKE_PHRASE = N_(
    "Run kiosk backup-key once, keep its phrase on paper away from the box, and plug the stick in."
)


def on_stick(settings: Settings, since: datetime | None, now: datetime) -> Check:
    """`since` is when this installation began, as far as it is known."""
    if database_file(settings) is None:
        return ok(_NAME, N_("The data live on a database server; see to its own backup (pg_dump)."))
    known = last(settings)
    if known.failed:
        failed = Problem("", N_("The last copy was not written: %(reason)s"), {"reason": known.problem})
        advice = N_("Plug it in again; if this line stays, take another stick.")
        return warning(_NAME, failed, _MAKE_PHRASE if sealing.kept_key(settings.data) is None else advice)
    if not known.made:
        return _never(since, now)
    made, until = (datetime.fromisoformat(text) for text in (known.made, known.until))
    found = Problem("", N_("The newest copy is of %(made)s."), {"made": made})
    if abs(now - until) > TOO_OLD:
        late = N_("The newest copy is of %(made)s, and no stick has been there since %(until)s.")
        return warning(_NAME, Problem("", late, {"made": made, "until": until}), _PLUG_IN)
    return Check(_NAME, "ok", found)


def _never(since: datetime | None, now: datetime) -> Check:
    """A new installation has a week's time."""
    never = Problem("", N_("No copy was ever written to one."))
    if since is None or now - since <= TOO_OLD:
        return Check(_NAME, "ok", never)
    return warning(_NAME, never, _PLUG_IN)
