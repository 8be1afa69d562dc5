"""Public pages, drawn and compressed once per village, revision, language, day and address.

A request for a page that has not changed touches neither the database nor a thread. The revision is taken
before the page's queries, so that a change in between is drawn again and never pinned. `grace` (seconds)
bounds the work under a storm of changes: a page younger than that is still good, and while a new one is
being drawn the one shown a moment ago goes on being shown.
"""

import asyncio
import logging
import time
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date

from litestar import Litestar
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from kiosk.database import Database, StorageFault
from kiosk.pages.ready import Drawn, Key, Ready, make_ready
from kiosk.scoring import tables

_ROOM = 48_000_000  # bytes of finished pages
_TICK = 1.0  # seconds until a change made by another process is seen
_DRAWING_THREADS = 2
_MOST_NOTES = 5000
_log = logging.getLogger("kiosk")


@dataclass(frozen=True)
class Slot:
    """One page for one kind of reader."""

    village: str
    lang: str
    form: str  # html, json, csv
    address: str


@dataclass(frozen=True)
class Version:
    """What a page is made from: the village's revision, the newest rulebook, and the local day that decides
    who is on the roll."""

    revision: int
    rulebook: int
    day: date


@dataclass
class _Kept:
    ready: Ready
    version: Version
    drawn_at: float
    current_at: float  # when it was last known to be the newest


@dataclass
class Cache:
    database: Database
    grace: float = 1.0
    _revisions: dict[str, tuple[int, int, int]] = field(default_factory=dict)
    _kept: "OrderedDict[Slot, _Kept]" = field(default_factory=OrderedDict)
    _notes: dict[Key, Slot] = field(default_factory=dict)
    _flights: "dict[tuple[Slot, Version], asyncio.Task[Ready]]" = field(default_factory=dict)
    _size: int = 0
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_DRAWING_THREADS, thread_name_prefix="draw")
    )

    def villages(self) -> list[str]:
        """The codes of all villages, as last seen."""
        return list(self._revisions)

    def village_id(self, code: str) -> int | None:
        known = self._revisions.get(code)
        return known[0] if known else None

    async def answer(self, slot: Slot, day: date, draw: Callable[[], Drawn]) -> Ready:
        """The finished page; `draw` runs in a thread, at most once per version. Raises what `draw` raises."""
        version = self._version(slot, day)
        if version is None:
            raise KeyError(slot.village)
        kept = self._kept.get(slot)
        now = time.monotonic()
        if kept is not None and kept.version == version:
            kept.current_at = now
            self._kept.move_to_end(slot)
            return kept.ready
        if kept is not None and kept.version.day == day:
            if now - kept.drawn_at < self.grace:
                return kept.ready
            flight = self._flight(slot, version, draw)
            if now - kept.current_at < self.grace:
                return kept.ready
            return await asyncio.shield(flight)
        return await asyncio.shield(self._flight(slot, version, draw))

    def note(self, key: Key, slot: Slot) -> None:
        """Remember which page a request means, for on_shelf."""
        if len(self._notes) >= _MOST_NOTES:
            self._notes.clear()
        self._notes[key] = slot

    def on_shelf(self, key: Key, day: date) -> Ready | None:
        """The finished page of a request seen before, if it is the newest."""
        slot = self._notes.get(key)
        kept = self._kept.get(slot) if slot else None
        if slot is None or kept is None or kept.version != self._version(slot, day):
            return None
        kept.current_at = time.monotonic()
        self._kept.move_to_end(slot)
        return kept.ready

    def _version(self, slot: Slot, day: date) -> Version | None:
        known = self._revisions.get(slot.village)
        return Version(known[1], known[2], day) if known else None

    def _flight(self, slot: Slot, version: Version, draw: Callable[[], Drawn]) -> "asyncio.Task[Ready]":
        """One drawing for everybody who asks for the same version of the same page."""
        flight = self._flights.get((slot, version))
        if flight is None:
            flight = asyncio.create_task(self._draw(slot, version, draw))
            self._flights[slot, version] = flight
            flight.add_done_callback(lambda done: self._landed(slot, version, done))
        return flight

    async def _draw(self, slot: Slot, version: Version, draw: Callable[[], Drawn]) -> Ready:
        begun = time.monotonic()
        loop = asyncio.get_running_loop()
        keep, ready = await loop.run_in_executor(self._threads, lambda: make_ready(draw()))
        if keep:
            self._keep(slot, _Kept(ready, version, begun, begun))
        return ready

    def _landed(self, slot: Slot, version: Version, done: "asyncio.Task[Ready]") -> None:
        del self._flights[slot, version]
        if not done.cancelled():
            done.exception()  # seen, even when every reader has left

    def _keep(self, slot: Slot, kept: _Kept) -> None:
        before = self._kept.pop(slot, None)
        if before is not None:
            self._size -= before.ready.size
            if before.drawn_at > kept.drawn_at:
                kept = before
        self._kept[slot] = kept
        self._size += kept.ready.size
        while self._size > _ROOM:
            self._size -= self._kept.popitem(last=False)[1].ready.size

    def refresh(self) -> None:
        """Read every village's revision anew. Raises what the database raises."""
        newest = select(func.max(tables.rulebook.c.id)).scalar_subquery()
        village = tables.village.c
        asking = select(village.code, village.id, village.revision, func.coalesce(newest, 0))
        with self.database.read() as connection:
            self._revisions = {code: (key, at, book) for code, key, at, book in connection.execute(asking)}

    async def refresh_soon(self) -> None:
        """`refresh` off the event loop; when the database cannot be read, what was known stays."""
        try:
            await asyncio.to_thread(self.refresh)
        except (SQLAlchemyError, StorageFault) as error:
            _log.warning("cannot read the revisions: %s", type(error).__name__)

    @asynccontextmanager
    async def keep_fresh(self, _: Litestar) -> AsyncIterator[None]:
        """While the program serves: see what other processes write."""
        await self.refresh_soon()
        ticking = asyncio.create_task(self._tick())
        try:
            yield
        finally:
            ticking.cancel()
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            await self.refresh_soon()
