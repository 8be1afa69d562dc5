"""What systemd is told while the box serves: that it does, and again and again that it still answers.

An answer is what a reader of the pages would get: the event loop turns, and the database is read. A fault that the
pages can say in a sentence (a full or damaged disk) is an answer too: starting anew would not mend it, and would take
the sentence away. Silence is none, and after some of it systemd starts the service anew.
"""

import asyncio
import socket
from contextlib import suppress

from sqlalchemy import text

from kiosk.database import Database, StorageFault
from kiosk.settings import Manager, Settings

_OWN = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104  where one who listens everywhere is reached from here
_LOOK_AGAIN = 0.05  # seconds


async def keep_told(manager: Manager, settings: Settings, database: Database) -> None:
    """Tell as long as this is not cancelled. Does nothing where nobody listens."""
    if not manager.socket:
        return
    try:
        await _listening(settings)
        _tell(manager, "READY=1")
        while manager.patience:
            if await answers(database, manager.patience / 3):
                _tell(manager, "WATCHDOG=1")
            await asyncio.sleep(manager.patience / 3)
    finally:
        _tell(manager, "STOPPING=1")


async def answers(database: Database, within: float) -> bool:
    """Whether the database is read, or says why not, in as many seconds."""
    with suppress(TimeoutError):
        async with asyncio.timeout(within):
            await asyncio.to_thread(_look, database)
            return True
    return False


def _look(database: Database) -> None:
    with suppress(StorageFault), database.read() as connection:
        connection.execute(text("SELECT 1"))


async def _listening(settings: Settings) -> None:
    """Return when a connection is taken."""
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(_OWN.get(settings.host, settings.host), settings.port)
            writer.close()
            return
        await asyncio.sleep(_LOOK_AGAIN)


def _tell(manager: Manager, word: str) -> None:
    """One datagram; nobody waits for whether it was read. `@` begins a name that is no file."""
    address = manager.socket.replace("@", "\0", 1) if manager.socket.startswith("@") else manager.socket
    with (
        suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as sending,
    ):
        sending.sendto(word.encode(), address)
