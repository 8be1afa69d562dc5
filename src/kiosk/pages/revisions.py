"""What public pages are made from, and how new it is.

Every change that a public page could show counts up its village's revision. This process reads the revisions
after each change of its own, and once a second for what other processes write.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from threading import Lock

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from kiosk.database import Database, StorageFault
from kiosk.scoring import tables

_TICK = 1.0  # seconds until a change made by another process is seen
_log = logging.getLogger("kiosk")


@dataclass(frozen=True)
class Version:
    """The village's revision, the newest rulebook, and the local day that decides who is on the roll."""

    revision: int
    rulebook: int
    day: date


@dataclass
class Revisions:
    """As last read. When the database cannot be read, what was known stays."""

    database: Database
    _known: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    _wanted: int = 0  # how often somebody asked for a reading
    _answered: int = 0  # which of them the newest reading answers
    _readable: bool = True
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)
    _turn: Lock = field(default_factory=Lock)  # or an older look could be noted after a newer one

    def village_id(self, code: str) -> int | None:
        known = self._known.get(code)
        return known[0] if known else None

    def version(self, village: str, day: date) -> Version | None:
        """None for a village that does not exist."""
        known = self._known.get(village)
        return Version(known[1], known[2], day) if known else None

    def refresh(self) -> None:
        """Read every village's revision anew. Raises what the database raises."""
        newest = select(func.max(tables.rulebook.c.id)).scalar_subquery()
        village = tables.village.c
        asking = select(village.code, village.id, village.revision, func.coalesce(newest, 0))
        with self._turn, self.database.read() as connection:
            self._known = {code: (key, at, book) for code, key, at, book in connection.execute(asking)}

    async def refresh_soon(self) -> None:
        """`refresh` off the event loop; one reading answers all who asked before it began."""
        self._wanted += 1
        mine = self._wanted
        async with self._reading:
            if self._answered >= mine:
                return
            answering = self._wanted
            await self._try_refresh()
            self._answered = answering

    async def _try_refresh(self) -> None:
        try:
            await asyncio.to_thread(self.refresh)
        except (SQLAlchemyError, StorageFault) as error:
            if self._readable:  # once, or the log would fill the disk
                _log.warning("cannot read the revisions: %s", type(error).__name__)
            self._readable = False
        else:
            self._readable = True

    @asynccontextmanager
    async def keep_fresh(self) -> AsyncIterator[None]:
        """While the program serves: see what other processes write."""
        await self.refresh_soon()
        ticking = asyncio.create_task(self._tick())
        try:
            yield
        finally:
            ticking.cancel()

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            await self.refresh_soon()
