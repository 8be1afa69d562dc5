"""Public pages, drawn and compressed once per village, revision, language, day and address.

A request for a page that has not changed touches neither the database nor a thread. The revision is taken
before the page's queries, so that a change in between is drawn again and never pinned. `grace` (seconds)
bounds the work under a storm of changes: a page younger than that is still good, and while a new one is
being drawn the one shown a moment ago goes on being shown. A page behind a token has no grace on the shelf:
whenever something changed, whoever answers must ask first whether the token still holds.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date

from kiosk.pages.ready import Drawn, Key, Ready, make_ready
from kiosk.pages.revisions import Revisions, Version

_ROOM = 48_000_000  # bytes of finished pages
_DRAWING_THREADS = 2
_MOST_NOTES = 5000


@dataclass(frozen=True)
class Slot:
    """One page for one kind of reader."""

    village: str
    lang: str
    form: str  # html, json, csv
    address: str
    behind_token: bool = False


@dataclass
class _Kept:
    ready: Ready
    version: Version
    drawn_at: float
    current_at: float  # when it was last known to be the newest


@dataclass
class Cache:
    revisions: Revisions
    grace: float = 1.0
    _kept: "OrderedDict[Slot, _Kept]" = field(default_factory=OrderedDict)
    _notes: dict[Key, Slot] = field(default_factory=dict)
    _flights: "dict[tuple[Slot, Version], asyncio.Task[Ready]]" = field(default_factory=dict)
    _size: int = 0
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_DRAWING_THREADS, thread_name_prefix="draw")
    )

    async def answer(self, slot: Slot, day: date, draw: Callable[[], Drawn]) -> Ready:
        """The finished page; `draw` runs in a thread, at most once per version. Raises what `draw` raises."""
        version = self.revisions.version(slot.village, day)
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
        """The finished page of a request seen before, if it is the newest or still good."""
        slot = self._notes.get(key)
        kept = self._kept.get(slot) if slot else None
        if slot is None or kept is None:
            return None
        now = time.monotonic()
        if kept.version != self.revisions.version(slot.village, day):
            grace = 0 if slot.behind_token else self.grace
            still_good = kept.version.day == day and now - kept.drawn_at < grace
            return kept.ready if still_good else None
        kept.current_at = now
        self._kept.move_to_end(slot)
        return kept.ready

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

    def close(self) -> None:
        """Draw no more."""
        self._threads.shutdown(wait=False, cancel_futures=True)
