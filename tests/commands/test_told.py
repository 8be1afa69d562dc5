"""What systemd hears of `kiosk serve`."""

import asyncio
import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Connection

from kiosk.commands.told import answers, keep_told
from kiosk.database import Database, StorageFault, Unreadable
from kiosk.settings import Manager, Settings, read_manager
from kiosk.storage import FULL
from tests.commands.test_serve import free_port


class Stuck(Database):
    """Its reader waits until somebody lets it go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        self.let_go.wait(10)
        raise AssertionError("nobody got here in time")
        yield


class Damaged(Database):
    def __init__(self) -> None:
        pass

    @contextmanager
    def read(self) -> Iterator[Connection]:
        raise Unreadable(FULL)
        yield


def test_nobody_is_told_where_nobody_listens() -> None:
    assert read_manager({}) == Manager("", 0.0)
    asyncio.run(keep_told(Manager(), Settings(), Stuck()))


def test_another_process_is_watched_not_this_one() -> None:
    environ = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "60000000"}
    assert read_manager(environ) == Manager("/run/notify", 60.0)
    assert read_manager({**environ, "WATCHDOG_PID": str(os.getpid())}).patience == 60.0
    assert read_manager({**environ, "WATCHDOG_PID": str(os.getpid() + 1)}).patience == 0.0


def test_a_stuck_database_is_no_answer_and_a_damaged_one_is() -> None:
    stuck = Stuck()

    async def asked() -> bool:
        try:
            return await answers(stuck, 0.05)
        finally:
            stuck.let_go.set()

    assert not asyncio.run(asked())
    assert issubclass(Unreadable, StorageFault)
    assert asyncio.run(answers(Damaged(), 5))


@pytest.mark.parametrize("stuck", [False, True])
def test_it_is_ready_once_it_listens_and_alive_while_it_answers(stuck: bool, tmp_path: Path) -> None:
    """A name in the file system and one without are both heard."""
    name = "\0" + f"kiosk-{os.getpid()}" if stuck else str(tmp_path / "notify")
    settings, database = Settings(host="0.0.0.0", port=free_port()), Stuck() if stuck else Damaged()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(name)
        ear.setblocking(False)

        async def play() -> list[bytes]:
            loop = asyncio.get_running_loop()
            telling = asyncio.create_task(
                keep_told(Manager(name.replace("\0", "@"), 0.3), settings, database)
            )
            await asyncio.sleep(0.15)
            with pytest.raises(BlockingIOError):
                ear.recv(100)  # nobody listens at the port yet
            server = await asyncio.start_server(lambda *_: None, "127.0.0.1", settings.port)
            heard = [await asyncio.wait_for(loop.sock_recv(ear, 100), 5)]
            await asyncio.sleep(0.35)
            telling.cancel()
            await asyncio.wait([telling])
            server.close()
            while not heard[-1].startswith(b"STOPPING"):
                heard.append(await asyncio.wait_for(loop.sock_recv(ear, 100), 5))
            if isinstance(database, Stuck):
                database.let_go.set()
            return heard

        heard = asyncio.run(play())
    assert (heard[0], heard[-1]) == (b"READY=1", b"STOPPING=1")
    assert (b"WATCHDOG=1" in heard) is not stuck
