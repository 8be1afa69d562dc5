"""The box's place in the network: [cable], [wifi] and [hotspot] of kiosk.toml become files as NetworkManager keeps
them, and for a cable as systemd-networkd does. A part of kiosk-settings; nothing but the standard library.
"""

import re
import uuid
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv4Interface
from typing import Any, Protocol

KNOWN = {
    "cable": {"fixed", "gateway", "dns"},
    "wifi": {"name", "password", "country", "fixed", "gateway", "dns"},
    "hotspot": {"name", "password", "country", "channel", "fixed", "host"},
}
HOTSPOT = "10.42.0.1/24"
WRITE_LIKE = "写成 192.168.1.20/24 这样", "write it like 192.168.1.20/24"


class Reading(Protocol):
    """kiosk.toml, as kiosk-settings reads it."""

    content: dict[str, Any]

    def table(self, place: str) -> dict[str, Any]: ...
    def text(self, where: str, usual: str, pattern: str, chinese: str, english: str) -> str: ...
    def wrong(self, where: str, chinese: str, english: str) -> None: ...


@dataclass(frozen=True)
class Fixed:
    """An address that stays."""

    address: IPv4Interface
    gateway: str = ""
    dns: tuple[str, ...] = ()


@dataclass
class Network:
    """What is asked for, and the files that bring it about."""

    fixed: dict[str, Fixed] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    country: str = ""
    host: str = ""  # a name that the own network knows


def network(asked: Reading) -> Network:
    made = Network()
    if "cable" in asked.content:
        cable(asked, made)
    if "wifi" in asked.content:
        wifi(asked, made)
    if "hotspot" in asked.content:
        hotspot(asked, made)
        if "wifi" in asked.content:
            asked.wrong(
                "hotspot",
                "一块无线网卡不能既连别的 Wi-Fi 又自己当热点，[wifi] 和 [hotspot] 只留一个",
                "one radio cannot join a Wi-Fi and be one: keep either [wifi] or [hotspot]",
            )
    nets = [one.address.network for one in made.fixed.values()]
    if len(nets) > 1 and nets[0].overlaps(nets[1]):
        asked.wrong(
            f"{list(made.fixed)[1]}.fixed",
            "两个固定地址要在不同的网段，比如 192.168.1 和 10.42.0",
            "two fixed addresses must lie in different networks, like 192.168.1 and 10.42.0",
        )
    return made


def printed(asked: Reading, host: str, made: Network) -> None:
    """What stands on the plates must be one of the addresses that are fixed."""
    kept = [str(one.address.ip) for one in made.fixed.values()]
    if kept and re.fullmatch(r"[0-9.]+", host) and host not in kept:
        asked.wrong(
            "address",
            f"门牌上的网址是 {host}，固定的地址却是 {'、'.join(kept)}，两处要一样",
            f"the plates say {host}, but what is fixed is {', '.join(kept)}: they must be the same",
        )


def cable(asked: Reading, made: Network) -> None:
    fixed = fixed_of(asked, "cable", "")
    if fixed is None:
        if not asked.table("cable").get("fixed"):
            asked.wrong("cable.fixed", *WRITE_LIKE)
        return
    made.fixed["cable"] = fixed
    made.files["cable.nmconnection"] = connection("cable", "ethernet", ["[ethernet]"], ipv4(fixed))
    way = [f"Gateway={fixed.gateway}"] if fixed.gateway else []
    lines = [f"Address={fixed.address}", *way, *(f"DNS={one}" for one in fixed.dns)]
    made.files["cable.network"] = "\n".join(["[Match]", "Type=ether", "Kind=!*", "", "[Network]", *lines, ""])


def wifi(asked: Reading, made: Network) -> None:
    name, security = joined(asked, "wifi", made)
    fixed = fixed_of(asked, "wifi", "")
    if fixed:
        made.fixed["wifi"] = fixed
    about = ["[wifi]", "mode=infrastructure", f"ssid={name}", "powersave=2"]
    if security:
        about += ["", "[wifi-security]", "key-mgmt=wpa-psk", security]
    made.files["wifi.nmconnection"] = connection("wifi", "wifi", about, ipv4(fixed))


def hotspot(asked: Reading, made: Network) -> None:
    """A Wi-Fi of its own: its addresses are handed out by NetworkManager, which asks dnsmasq."""
    name, security = joined(asked, "hotspot", made)
    if not asked.table("hotspot").get("password"):
        asked.wrong(
            "hotspot.password",
            "要有密码，8 到 63 个英文字符：没有密码的 Wi-Fi，谁都能偷看",
            "it needs one, 8 to 63 plain characters: in a Wi-Fi without, anybody reads along",
        )
    channel = asked.table("hotspot").get("channel", 6)
    if type(channel) is not int or channel not in range(1, 14):
        asked.wrong("hotspot.channel", "写 1 到 13，最好是 1、6 或 11", "write 1 to 13, best 1, 6 or 11")
    fixed = fixed_of(asked, "hotspot", HOTSPOT)
    made.host = asked.text(
        "hotspot.host",
        "",
        r"[a-z0-9]([a-z0-9-]{0,30}[a-z0-9])?\.(lan|home\.arpa|internal)",
        "写成 jifen.lan 这样",
        "write it like jifen.lan",
    )
    if fixed is None:
        return
    made.fixed["hotspot"] = fixed
    about = [
        *("[wifi]", "mode=ap", f"ssid={name}", "band=bg", f"channel={channel}", "powersave=2"),
        # a Raspberry Pi's radio does not protect management frames, and some telephones then stay away
        *(
            "",
            "[wifi-security]",
            "key-mgmt=wpa-psk",
            "proto=rsn",
            "pairwise=ccmp",
            "group=ccmp",
            "pmf=1",
            security,
        ),
    ]
    shared = ["[ipv4]", "method=shared", f"address1={fixed.address}", "", "[ipv6]", "method=disabled"]
    made.files["hotspot.nmconnection"] = connection("hotspot", "wifi", about, shared)
    if made.host:
        made.files["hotspot.dnsmasq"] = f"address=/{made.host}/{fixed.address.ip}\n"


def joined(asked: Reading, place: str, made: Network) -> tuple[str, str]:
    """A Wi-Fi's name, and its password as NetworkManager writes it."""
    like = "写网络名，一行，最多 32 字节（一个汉字 3 字节）", "the network's name, one line, at most 32 bytes"
    name = asked.text(f"{place}.name", "", r"[^\x00-\x1f;\\]{1,32}", *like)
    if not name or len(name.encode()) > 32:
        asked.wrong(f"{place}.name", *like)
    password = asked.text(
        f"{place}.password", "", r"[\x20-\x7e]{8,63}", "8 到 63 个英文字符", "8 to 63 plain characters"
    )
    made.country = asked.text(f"{place}.country", "CN", "[A-Z]{2}", "写成 CN 这样", "write it like CN")
    escaped = password.replace("\\", "\\\\").replace(" ", "\\s")
    return name, f"psk={escaped}" if password else ""


def fixed_of(asked: Reading, place: str, usual: str) -> Fixed | None:
    told = asked.text(f"{place}.fixed", usual, r"[0-9.]+/[0-9]{1,2}", *WRITE_LIKE)
    if not told:
        if {"gateway", "dns"} & asked.table(place).keys():
            asked.wrong(f"{place}.fixed", *WRITE_LIKE)
        return None
    try:
        address = IPv4Interface(told)
    except ValueError:
        asked.wrong(f"{place}.fixed", *WRITE_LIKE)
        return None
    net = address.network
    if (
        address.ip in (net.network_address, net.broadcast_address)
        or not 8 <= net.prefixlen <= 30
        or not usable(address)
    ):
        asked.wrong(
            f"{place}.fixed",
            f"{told} 不能用作地址；多数路由器是 192.168.1.x/24，x 取 2 到 254",
            f"{told} cannot be a machine's address; most routers have 192.168.1.x/24, x from 2 to 254",
        )
        return None
    gateway = str(asked.table(place).get("gateway", ""))
    dns = asked.table(place).get("dns", gateway)
    servers = tuple(str(one) for one in (dns if isinstance(dns, list) else [dns]) if one != "")
    if gateway and (
        not is_address(gateway) or IPv4Address(gateway) not in net or IPv4Address(gateway) == address.ip
    ):
        asked.wrong(
            f"{place}.gateway",
            f"写路由器的地址，要在 {net} 里，不能是盒子自己的",
            f"write the router's address: it lies in {net} and is not the box's own",
        )
        return None
    if not all(map(is_address, servers)):
        asked.wrong(f"{place}.dns", "写成 192.168.1.1 这样", "write it like 192.168.1.1")
        return None
    return Fixed(address, gateway, servers)


def usable(address: IPv4Interface) -> bool:
    ip = address.ip
    return not (ip.is_loopback or ip.is_multicast or ip.is_unspecified or ip.is_link_local or ip.is_reserved)


def is_address(text: str) -> bool:
    try:
        IPv4Address(text)
    except ValueError:
        return False
    return True


def ipv4(fixed: Fixed | None) -> list[str]:
    """As a client: by the fixed address, or by the one that the router gives."""
    if fixed is None:
        return ["[ipv4]", "method=auto", "", "[ipv6]", "method=auto"]
    way = f"address1={fixed.address}" + (f",{fixed.gateway}" if fixed.gateway else "")
    dns = [f"dns={''.join(f'{one};' for one in fixed.dns)}"] if fixed.dns else []
    return ["[ipv4]", "method=manual", way, *dns, "", "[ipv6]", "method=auto"]


def connection(name: str, kind: str, *parts: list[str]) -> str:
    """As NetworkManager keeps it; the same name, the same identity."""
    head = [
        "[connection]",
        f"id=kiosk-{name}",
        f"uuid={uuid.uuid5(uuid.NAMESPACE_DNS, f'kiosk-{name}')}",
        f"type={kind}",
        "autoconnect-priority=10",
    ]
    return "\n\n".join("\n".join(part) for part in (head, *parts)) + "\n"
