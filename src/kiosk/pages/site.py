"""What every handler may ask for: `site: Site`."""

import hashlib
import hmac
import os
import secrets as randomness
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from litestar.connection import ASGIConnection

from kiosk.database import Database
from kiosk.pages.cache import Cache
from kiosk.settings import Settings
from kiosk.tls.kept import Kept


@dataclass(frozen=True)
class Secrets:
    """One secret of this installation; whatever needs a key derives its own from it by name."""

    seed: bytes

    def key(self, name: str) -> str:
        """64 hex digits that only this installation knows, the same after every restart."""
        return hmac.new(self.seed, name.encode(), hashlib.sha256).hexdigest()


class Site:
    """`clock()` is now, in the village's zone; `https` what tablets are offered, if anything.

    No dataclass: the framework would take it apart on every request to check it.
    """

    __slots__ = ("cache", "clock", "database", "https", "secrets", "settings")

    def __init__(
        self,
        settings: Settings,
        database: Database,
        clock: Callable[[], datetime],
        cache: Cache,
        secrets: Secrets,
        https: Kept | None = None,
    ) -> None:
        self.settings = settings
        self.database = database
        self.clock = clock
        self.cache = cache
        self.secrets = secrets
        self.https = https

    @property
    def is_https(self) -> bool:
        """Whether there is nothing but https, by a server in front of this one: then every cookie says Secure."""
        return self.settings.base_url.startswith("https://")


def came_safely(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Whether this request came by our own https, to which tablets have another door (commands/serve.py)."""
    return connection.scope["scheme"] == "https"


def open_secrets(folder: Path) -> Secrets:
    """Read the secret of the data folder, made on first use. Browsers keep what it signed, so back it up."""
    path = folder / "secret"
    try:
        return Secrets(path.read_bytes())
    except FileNotFoundError:
        return Secrets(_make(path))


def _make(path: Path) -> bytes:
    """Write it whole under another name first: a half-written secret would be kept for ever."""
    seed = randomness.token_hex(32).encode()
    fresh = path.with_name(f".secret.{os.getpid()}")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(seed)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(fresh, path)
    except FileExistsError:
        return path.read_bytes()
    finally:
        fresh.unlink()
    return seed
