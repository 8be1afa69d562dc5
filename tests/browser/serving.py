"""A server for browsers to look at, in a thread of the tests: a process of its own takes seconds to start."""

import asyncio
import socket
import ssl
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from granian.constants import HTTPModes, Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from kiosk.app import create_app
from kiosk.settings import Settings
from kiosk.tls import kept


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


@contextmanager
def served(
    settings: Settings, clock: Callable[[], datetime] | None = None, safe: bool = False
) -> Iterator[str]:
    """The address of a server over these settings, as long as the block lasts; with `safe`, by https alone."""
    running = _Running(settings, clock, safe)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    address = f"https://localhost:{settings.tls_port}" if safe else f"http://127.0.0.1:{settings.port}"
    try:
        wait_for(address)
        yield address
    finally:
        running.stop()
        thread.join(10)


def wait_for(address: str, seconds: float = 20) -> None:
    anybody = ssl._create_unverified_context() if address.startswith("https") else None
    deadline = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=1, context=anybody).read()
        except OSError:
            assert time.monotonic() < deadline, "the server did not start"
            time.sleep(0.02)
        else:
            return


class _Running:
    """One server with an event loop of its own."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] | None, safe: bool) -> None:
        self._settings, self._clock, self._safe = settings, clock, safe
        self._server: Any = None
        self._loop: asyncio.AbstractEventLoop | None = None

    def run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        own = kept.server_file(self._settings.data)
        self._server = Server(
            create_app(self._settings, self._clock),
            address="127.0.0.1",
            port=self._settings.tls_port if self._safe else self._settings.port,
            **({"ssl_cert": own, "ssl_key": own} if self._safe else {}),
            interface=Interfaces.ASGI,
            http=HTTPModes.http1,
            log_level=LogLevels.error,
        )
        await self._server.serve()

    def stop(self) -> None:
        if self._loop and self._server:
            self._loop.call_soon_threadsafe(self._server.stop)
