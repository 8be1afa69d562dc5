"""A network that hands every question on and cuts some of the answers: it stands between tablet and server."""

import asyncio
import random
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread

_CHUNK = 65_536


class CuttingProxy:
    """Listens on a port of its own; cuts this share of the answers, by a seeded chance."""

    def __init__(self, port: int, share: float, seed: int = 4) -> None:
        self.port = 0
        self.answers = 0
        self.cut = 0
        self._server_port = port
        self._share = share
        self._chance = random.Random(seed)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def running(self) -> Iterator["CuttingProxy"]:
        loop = asyncio.new_event_loop()
        listening = loop.run_until_complete(asyncio.start_server(self._take, "127.0.0.1", 0))
        self.port = listening.sockets[0].getsockname()[1]
        thread = Thread(target=loop.run_forever)
        thread.start()
        try:
            yield self
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
            loop.run_until_complete(_ended(listening))
            loop.close()

    async def _take(self, client: asyncio.StreamReader, back: asyncio.StreamWriter) -> None:
        """One connection, a question after the other, until somebody closes it or an answer is cut."""
        server, forth = await asyncio.open_connection("127.0.0.1", self._server_port)
        asking = asyncio.create_task(_hand_on(client, forth))
        try:
            while answer := await server.read(_CHUNK):
                self.answers += 1
                if self._chance.random() < self._share:
                    self.cut += 1
                    return
                back.write(answer)
                await back.drain()
        except ConnectionError:
            pass  # the tablet went away
        finally:
            asking.cancel()
            forth.close()
            back.transport.abort()


async def _hand_on(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while chunk := await source.read(_CHUNK):
        target.write(chunk)
        await target.drain()
    target.close()


async def _ended(listening: asyncio.Server) -> None:
    listening.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)
