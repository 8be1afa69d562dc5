"""Serves a data folder at ten o'clock on 15 August 2026, for ever: `python -m tests.browser.august_server DATA PORT`.

Ends with its standard input.
"""

import asyncio
import sys
from pathlib import Path

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.embed import Server

from kiosk.app import create_app
from kiosk.settings import Settings
from tests.conftest import TEN_O_CLOCK


async def main(data: str, port: str) -> None:
    settings = Settings(data=Path(data), port=int(port))
    now = TEN_O_CLOCK.replace(tzinfo=settings.zone)
    app = create_app(settings, lambda: now)
    server = Server(
        app, address="127.0.0.1", port=int(port), interface=Interfaces.ASGI, log_level=LogLevels.error
    )
    serving = asyncio.create_task(server.serve())
    await asyncio.to_thread(sys.stdin.read)
    server.stop()
    await serving


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
