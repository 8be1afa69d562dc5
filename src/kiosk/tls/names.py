"""By which names and addresses tablets reach this box."""

import re
import socket
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings

_NAME = re.compile(r"(?=.{1,253}\Z)(?:(?!-)[a-z0-9-]{1,63}(?<!-)\.)*(?!-)[a-z0-9-]{1,63}(?<!-)")
_HERE = ("localhost", "127.0.0.1")


def address_of(name: str) -> IPv4Address | IPv6Address | None:
    """The address, if the name is one in digits."""
    try:
        return ip_address(name)
    except ValueError:
        return None


def host_of(url: str) -> str:
    """The name in an address of ours, as a certificate writes it; empty if it has none that could be written."""
    host = urlsplit(url).hostname or ""
    return _written(host) or ""


def own_names(settings: Settings) -> tuple[str, ...]:
    """How this box is called today: as printed, in the LAN, by its own name, and on the box itself."""
    listening = address_of(settings.host)
    found = [
        host_of(settings.base_url),
        "" if listening is None or listening.is_unspecified else str(listening),
        lan_address(),
        _written(f"{socket.gethostname().partition('.')[0]}.local"),
        *_HERE,
    ]
    return tuple(dict.fromkeys(name for name in found if name))


def given_names(names: Iterable[str], addresses: Iterable[str]) -> tuple[str, ...]:
    """What somebody typed, as a certificate writes it. Raises Refused listing what is neither."""
    return tuple(dict.fromkeys([*_checked(names), *_addresses(addresses)]))


def lan_address() -> str:
    """The address that other machines see. Choosing a route sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])


def _checked(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        written = _written(name)
        if written is None or address_of(written):
            sentence = N_("“%(name)s” is no name of a machine; write one like points.example.cn")
            raise Refused(Problem("name", sentence, {"name": name}))
        yield written


def _addresses(addresses: Iterable[str]) -> Iterator[str]:
    for address in addresses:
        found = address_of(address)
        if found is None:
            sentence = N_("“%(name)s” is no address; write one like 192.168.1.20")
            raise Refused(Problem("ip", sentence, {"name": address}))
        yield str(found)


def _written(name: str) -> str | None:
    """In ASCII, as certificates have it."""
    if address := address_of(name):
        return str(address)
    try:
        plain = name.lower().encode("idna").decode()
    except UnicodeError:
        return None
    return plain if _NAME.fullmatch(plain) else None
