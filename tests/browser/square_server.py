"""Serves a data folder as `kiosk serve` does: `python -m tests.browser.square_server DATA PORT`."""

import asyncio
import sys
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


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
