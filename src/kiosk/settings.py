"""The settings: one frozen dataclass, and the only reader of the environment."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

LANGUAGES = ("zh_Hans", "en")


class BadSetting(ValueError):  # noqa: N818  it is an answer, not an error in the program
    """A setting that cannot be used; the message names it and says what would do."""


@dataclass(frozen=True)
class Settings:
    """Everything the outside decides. `database_url` is empty for SQLite in the data folder."""

    data: Path = Path("data")
    database_url: str = ""
    base_url: str = ""
    lang: str = "zh_Hans"
    tz: str = "Asia/Shanghai"
    host: str = "0.0.0.0"  # noqa: S104  the square's screen and the tablets are other machines
    port: int = 8000
    tls_port: int = 8443  # 0 for none; nothing listens there before `kiosk tls init`

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.tz)

    @property
    def url(self) -> str:
        """What QR codes point to, without a slash at the end."""
        return self.base_url or f"http://localhost:{self.port}"


def read_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """Read the `KIOSK_…` variables. Raises BadSetting naming the first that cannot be used."""
    port = _port("KIOSK_PORT", environ.get("KIOSK_PORT") or "8000", 1)
    return Settings(
        data=Path(environ.get("KIOSK_DATA") or "data").absolute(),
        database_url=environ.get("KIOSK_DATABASE_URL", ""),
        base_url=_base_url(environ.get("KIOSK_BASE_URL", "")),
        lang=_lang(environ.get("KIOSK_LANG") or "zh_Hans"),
        tz=_zone(environ.get("KIOSK_TZ") or "Asia/Shanghai"),
        host=environ.get("KIOSK_HOST") or "0.0.0.0",  # noqa: S104
        port=port,
        tls_port=_tls_port(environ.get("KIOSK_TLS_PORT", ""), port),
    )


@dataclass(frozen=True)
class Manager:
    """systemd, where it has started this process: at which socket it listens, and how many seconds of silence it
    bears before it starts the service anew (0: any)."""

    socket: str = ""
    patience: float = 0.0


def read_manager(environ: Mapping[str, str] = os.environ) -> Manager:
    """Who looks after this process, by the variables that sd_notify(3) and sd_watchdog_enabled(3) describe."""
    mine = environ.get("WATCHDOG_PID", "") in ("", str(os.getpid()))
    silence = environ.get("WATCHDOG_USEC", "") if mine else ""
    return Manager(environ.get("NOTIFY_SOCKET", ""), int(silence) / 1_000_000 if silence.isdecimal() else 0.0)


def stay_apart(folder: str) -> None:
    """Let this process keep its data in a folder of its own, unless KIOSK_DATA names one."""
    os.environ["KIOSK_DATA"] = os.environ.get("KIOSK_DATA") or folder


def language(environ: Mapping[str, str] = os.environ) -> str:
    """The language to speak even if another setting, or this one, cannot be used."""
    chosen = environ.get("KIOSK_LANG", "")
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


def _base_url(value: str) -> str:
    parts = urlsplit(value)
    if value and (parts.scheme not in ("http", "https") or not parts.netloc):
        raise BadSetting(f"KIOSK_BASE_URL is {value!r}; write it like http://192.168.1.20:8000")
    return value.rstrip("/")


def _lang(value: str) -> str:
    if value not in LANGUAGES:
        raise BadSetting(f"KIOSK_LANG is {value!r}; choose one of {', '.join(LANGUAGES)}")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise BadSetting(f"KIOSK_TZ is {value!r}; write a zone like Asia/Shanghai") from error
    return value


def _port(name: str, value: str, least: int) -> int:
    if not (value.isascii() and value.isdigit() and least <= int(value) < 65536):
        raise BadSetting(f"{name} is {value!r}; write a number from {least} to 65535")
    return int(value)


def _tls_port(value: str, port: int) -> int:
    """8443 if nothing is said and no page is served there."""
    if not value:
        return 8443 if port != 8443 else 0
    wanted = _port("KIOSK_TLS_PORT", value, 0)
    if wanted == port:
        raise BadSetting(f"KIOSK_TLS_PORT is {value!r}, and so is KIOSK_PORT; choose two")
    return wanted
