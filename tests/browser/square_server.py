"""Serves a data folder as `kiosk serve` does: `python -m tests.browser.square_server DATA PORT`."""

import asyncio
import os
import sys
import threading
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from kiosk.app import create_app
from kiosk.settings import Settings


async def main(data: str, port: str) -> None:
    app = create_app(Settings(data=Path(data), port=int(port)))
    server = Server(
        app, address="127.0.0.1", port=int(port), interface=Interfaces.ASGI, log_level=LogLevels.error
    )
    await server.serve()


def end_with_the_tests() -> None:
    """Whoever started us holds the other end of our standard input."""
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    threading.Thread(target=end_with_the_tests, daemon=True).start()
    asyncio.run(main(*sys.argv[1:]))
