"""Making what https needs, and looking after it: what `kiosk tls init` does, and every start."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings
from kiosk.tls import kept
from kiosk.tls.kept import Kept
from kiosk.tls.names import own_names
from kiosk.trust import MADE

if TYPE_CHECKING:
    from kiosk.tls.making import Authority

RENEW_WITHIN = timedelta(days=400)  # at a start; the next one may be a year away


@dataclass(frozen=True)
class Made:
    """What is kept now, and what of it is new."""

    kept: Kept
    new_authority: bool
    new_server: bool


def set_up(
    settings: Settings,
    now: datetime,
    given: tuple[str, ...] = (),
    renew: bool = False,
    new_authority: bool = False,
) -> Made:
    """Have an authority and a good certificate for the box's names and those given (none: as before).

    Run again, it keeps the authority, unless a new one is asked for. Raises Refused for a clock that cannot be
    right, and for a name that the authority may not vouch for.
    """
    if now.date() < MADE:
        raise Refused(Problem("", N_("Set the clock of the box first: certificates carry the day.")))
    before = kept.read(settings)
    given = given or (before.given if before else ())
    names = tuple(dict.fromkeys([*own_names(settings), *given]))
    fresh = new_authority or not kept.authority_file(settings.data).exists()
    authority = _new_authority(settings.data, names, now) if fresh else _authority(settings.data)
    for name in names:
        if not authority.may_vouch_for(name):
            raise Refused(_not_for(name))
    if not fresh and not renew and before and _is_good(before, names, given, now):
        return Made(before, False, False)
    return Made(_new_server(settings, authority, names, given, now), fresh, True)


def look_after(settings: Settings, now: datetime) -> Kept | None:
    """What is kept, renewed if it ends soon, is lost, or the box is called otherwise today; None before
    `kiosk tls init`.

    A clock that runs behind renews nothing. Names that the authority may not vouch for are left out. Raises Refused
    for an authority that cannot be used.
    """
    found = kept.read(settings)
    begun = found.begins if found else datetime(MADE.year, MADE.month, MADE.day, tzinfo=now.tzinfo)
    if now < begun or not kept.authority_file(settings.data).exists():
        return found
    given = found.given if found else ()
    names = tuple(dict.fromkeys([*own_names(settings), *given]))
    if found and _is_good(found, names, given, now):
        return found
    authority = _authority(settings.data)
    good = tuple(name for name in names if authority.may_vouch_for(name))
    if found and _is_good(found, good, given, now):
        return found
    return _new_server(settings, authority, good, given, now)


def _is_good(found: Kept, names: tuple[str, ...], given: tuple[str, ...], now: datetime) -> bool:
    lasts = found.fits and found.ends - now > RENEW_WITHIN
    return lasts and set(names) <= set(found.names) and set(given) == set(found.given)


def _authority(data: Path) -> "Authority":
    from kiosk.tls import making

    try:
        return making.read_authority(kept.authority_file(data).read_text("ascii"))
    except ValueError as error:
        sentence = N_(
            "%(file)s is damaged. Restore it from a backup, or make a new authority: --new-authority"
        )
        raise Refused(Problem("", sentence, {"file": str(kept.authority_file(data))})) from error


def _new_authority(data: Path, names: tuple[str, ...], now: datetime) -> "Authority":
    from kiosk.tls import making

    authority = making.make_authority(names, now)
    kept.write_authority(data, making.authority_text(authority))
    return authority


def _new_server(
    settings: Settings, authority: "Authority", names: tuple[str, ...], given: tuple[str, ...], now: datetime
) -> Kept:
    from kiosk.tls import making

    text, begins, ends = making.make_server(authority, names, now)
    signer = kept.fingerprint(authority.der)
    found = Kept(authority.der, signer, names, given, begins, ends)
    kept.write_server(settings.data, found, text)
    return found


def _not_for(name: str) -> Problem:
    sentence = N_(
        "The authority of this box may not vouch for %(name)s. Leave it out, or make a new authority "
        "(--new-authority): then every tablet needs its certificate anew."
    )
    return Problem("name", sentence, {"name": name})
