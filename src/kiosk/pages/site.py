"""What every handler may ask for: `site: Site`."""

import hashlib
import hmac
import os
import secrets as randomness
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.connection import ASGIConnection

from kiosk.database import open_database
from kiosk.doctor.screens import Screens
from kiosk.pages.cache import Cache
from kiosk.pages.open_ledgers import OpenLedgers
from kiosk.pages.revisions import Revisions
from kiosk.settings import Settings
from kiosk.tls import kept


@dataclass(frozen=True)
class Secrets:
    """One secret of this installation; whatever needs a key derives its own from it by name."""

    seed: bytes

    def key(self, name: str) -> str:
        """64 hex digits that only this installation knows, the same after every restart."""
        return hmac.new(self.seed, name.encode(), hashlib.sha256).hexdigest()


class Site:
    """`clock()` is now, in the village's zone; `https` what tablets are offered, if anything.

    Everything here is opened with it, and closed by `close`.

    No dataclass: the framework would take it apart on every request to check it.
    """

    __slots__ = ("cache", "clock", "database", "https", "ledgers", "screens", "secrets", "settings")

    def __init__(self, settings: Settings, clock: Callable[[], datetime], grace: float) -> None:
        """Over a migrated database. `grace` is how many seconds a public page may lag behind."""
        self.settings = settings
        self.clock = clock
        self.database = open_database(settings)
        self.cache = Cache(Revisions(self.database), grace)
        self.ledgers = OpenLedgers(self.database, settings.data, patience=10 if grace else 0)
        self.screens = Screens(settings.data)
        self.secrets = open_secrets(settings.data)
        self.https = kept.offered(settings)

    @property
    def is_https(self) -> bool:
        """Whether there is nothing but https, by a server in front of this one: then every cookie says Secure."""
        return self.settings.base_url.startswith("https://")

    @asynccontextmanager
    async def serving(self, _: Litestar) -> AsyncIterator[None]:
        """As long as the program serves."""
        async with self.cache.revisions.keep_fresh():
            yield

    def close(self) -> None:
        """Draw no more, finish the waiting writes and let go of the files."""
        self.cache.close()
        self.ledgers.close()
        self.database.close()


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
