"""The open ledgers as finished files: made when somebody asks for one, and kept until the ledger has changed.

Making one takes a long look and, where there is much, seconds: one at a time is made, for all who ask, and no
more than a tenth of the time is spent on it. The files lie in the data folder without a name and go away
with the process.
"""

import asyncio
import gzip
import os
import time
import zlib
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from litestar.types import Receive, Scope, Send

from kiosk.database import Database
from kiosk.scoring import disclosure

_MOST_KEPT = 32
_LEVEL = 2  # digests hardly get smaller, however long one tries
_CHUNK = 1 << 16


@dataclass(frozen=True)
class Kept:
    """A compressed file, and of which ledger it is."""

    file: IO[bytes]
    size: int
    state: tuple[object, ...]
    made_at: float
    took: float

    def pieces(self, zipped: bool) -> Iterator[bytes]:
        """The file in pieces, as it lies or unpacked; many may read it at once."""
        unpacking = zlib.decompressobj(wbits=31)
        for start in range(0, self.size, _CHUNK):
            piece = os.pread(self.file.fileno(), _CHUNK, start)
            yield piece if zipped else unpacking.decompress(piece)


class OpenLedgers:
    """`patience` is how many times as long as it took to make a file it stays good though the ledger changed."""

    def __init__(self, database: Database, folder: Path, patience: float = 10) -> None:
        self._database, self._folder, self._patience = database, folder, patience
        self._kept: OrderedDict[int, Kept] = OrderedDict()
        self._flights: dict[int, asyncio.Future[Kept]] = {}
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")

    async def of(self, village_id: int) -> Kept:
        """The village's file; whoever asks while it is being made waits for the same one."""
        flight = self._flights.get(village_id)
        if flight is None:
            loop = asyncio.get_running_loop()
            flight = loop.run_in_executor(self._thread, self._current, village_id)
            self._flights[village_id] = flight
            flight.add_done_callback(lambda _: self._flights.pop(village_id, None))
        return await asyncio.shield(flight)

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _current(self, village_id: int) -> Kept:
        kept = self._kept.get(village_id)
        if kept and time.monotonic() - kept.made_at < kept.took * self._patience:
            return kept
        with self._database.read() as connection:
            state = disclosure.state_of(connection, village_id)
        if kept is None or kept.state != state:
            self._kept[village_id] = kept = self._made(village_id, state)
        self._kept.move_to_end(village_id)
        while len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return kept

    def _made(self, village_id: int, state: tuple[object, ...]) -> Kept:
        begun = time.monotonic()
        file = TemporaryFile(dir=self._folder)  # noqa: SIM115  it lives as long as somebody reads it
        with (
            self._database.long_read() as connection,
            gzip.GzipFile(fileobj=file, mode="wb", compresslevel=_LEVEL, mtime=0) as packing,
        ):
            for line in disclosure.lines(connection, village_id):
                packing.write(line.encode())
        file.flush()
        return Kept(file, file.tell(), state, time.monotonic(), time.monotonic() - begun)


@dataclass(frozen=True)
class SendingFile:
    """Hands a kept file to one reader, unpacked for those who do not take gzip."""

    kept: Kept
    zipped: bool
    name: str

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        headers = [
            (b"content-type", b"application/json"),
            (b"content-disposition", f'attachment; filename="{self.name}"'.encode()),
            (b"cache-control", b"no-cache"),
            (b"vary", b"Accept-Encoding"),
        ]
        if self.zipped:
            headers += [(b"content-encoding", b"gzip"), (b"content-length", b"%d" % self.kept.size)]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for piece in self.kept.pieces(self.zipped):
            await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})
