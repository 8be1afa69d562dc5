"""The address that stands on the plates: is it known, and does this program answer there?"""

import fcntl
import socket
import ssl
import struct
from contextlib import suppress
from ipaddress import IPv4Address
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, Request, build_opener

from kiosk.scoring.problems import N_, Problem
from kiosk.selftest import Check, ok, warning
from kiosk.settings import Settings

NAME = N_("address")
_FIX = N_("Fix the address, in the router or in kiosk.toml: the plates lead there for years.")
_SIOCGIFADDR = 0x8915  # of Linux
_CHECK = N_("Is the server running, and is this the address of the box? Compare it with what the plates say.")


def address(settings: Settings, patience: float) -> Check:
    """Ask it as a telephone would, from this machine; `patience` is in seconds."""
    host = urlsplit(settings.base_url).hostname
    if host is None:
        advice = N_("Set KIOSK_BASE_URL to the address that phones reach, like http://192.168.1.20:8000.")
        return warning(
            NAME, Problem("", N_("No address is set: QR codes would lead to this box only.")), advice
        )
    try:
        socket.getaddrinfo(host, None)
    except OSError:
        found = Problem("", N_("The name %(host)s of KIOSK_BASE_URL is not known here."), {"host": host})
        return warning(NAME, found, N_("Check the name, or use the address in numbers."))
    return _asked(settings.base_url, patience)


def late(settings: Settings) -> Check:
    """When there was no answer in time."""
    return _silent(settings.base_url)


def _asked(url: str, patience: float) -> Check:
    try:
        with build_opener(ProxyHandler({})).open(Request(f"{url}/healthz"), timeout=patience) as answer:  # noqa: S310
            text = answer.read(1000).decode("utf-8", "replace")
    except HTTPError as error:
        text = error.read(1000).decode("utf-8", "replace")
    except (OSError, ValueError) as error:
        if isinstance(error, URLError) and isinstance(error.reason, ssl.SSLCertVerificationError):
            found = Problem(
                "", N_("The certificate of %(url)s is not trusted on this machine."), {"url": url}
            )
            return warning(NAME, found, N_("Phones would warn too: renew the certificate."))
        return _silent(url)
    if text == "ok\n":
        return ok(NAME, N_("QR codes lead to %(url)s, and this program answers there."), url=url)
    found = Problem("", N_("What answers at %(url)s is not well, or is another program."), {"url": url})
    return warning(NAME, found, _CHECK)


def _silent(url: str) -> Check:
    host, here = urlsplit(url).hostname or "", addresses()
    if not here:
        found = Problem("", N_("Nobody answers at %(url)s: this machine is in no network."), {"url": url})
        return warning(NAME, found, N_("Is the cable plugged in, or the Wi-Fi there? Then restart the box."))
    if _is_number(host) and host not in here:
        values = {"url": url, "here": "、".join(here)}
        moved = N_("Nobody answers at %(url)s, and this machine is %(here)s.")
        return warning(NAME, Problem("", moved, values), _FIX)
    return warning(NAME, Problem("", N_("Nobody answers at %(url)s."), {"url": url}), _CHECK)


def addresses() -> list[str]:
    """Those of this machine in its networks, as far as the system tells."""
    found = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        for _, name in socket.if_nameindex():
            with suppress(OSError):
                told = fcntl.ioctl(any_socket, _SIOCGIFADDR, struct.pack("256s", name.encode()))
                found.append(socket.inet_ntoa(told[20:24]))
    return [one for one in found if not one.startswith("127.")]


def _is_number(host: str) -> bool:
    try:
        IPv4Address(host)
    except ValueError:
        return False
    return True
