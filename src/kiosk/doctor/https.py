"""The certificate for recorders' tablets."""

from datetime import datetime, timedelta

from kiosk.scoring.problems import N_, Problem
from kiosk.selftest import Check, ok
from kiosk.settings import Settings
from kiosk.tls import kept
from kiosk.tls.names import host_of

_SOON = timedelta(days=30)


def https(settings: Settings, now: datetime) -> Check:
    """Whether it is there, names the box, and how long it is good."""
    name = N_("https for tablets")
    try:
        found = kept.read(settings)
    except OSError as error:
        unread = Problem("", N_("%(file)s cannot be read."), {"file": str(error.filename)})
        return Check(name, "warning", unread, Problem("", N_("Run everything as the same user.")))
    if found is None:
        return ok(name, N_("It is off; kiosk tls init makes what it needs."))
    if not settings.tls_port:
        return ok(name, N_("It is switched off (KIOSK_TLS_PORT)."))
    values = {"port": settings.tls_port, "days": (found.ends - now).days, "names": "、".join(found.names)}
    told = Problem("", N_("Port %(port)s, for %(names)s; the certificate is good for %(days)s days."), values)
    printed = host_of(settings.base_url)
    if printed and printed not in found.names:
        unnamed = Problem(
            "", N_("The certificate does not name %(host)s of KIOSK_BASE_URL."), {"host": printed}
        )
        return Check(
            name, "warning", unnamed, Problem("", N_("Run kiosk tls init, then restart the server."))
        )
    if found.ends - now < _SOON:
        return Check(name, "warning", told, Problem("", N_("Restart the server: it makes a new one.")))
    return Check(name, "ok", told)
