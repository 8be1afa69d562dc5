"""Browsers without a window: what they ask for, the application in this process answers."""

import atexit
from contextlib import ExitStack
from functools import cache

from anyio.from_thread import BlockingPortal, start_blocking_portal
from litestar import Litestar
from litestar.testing import TestClient


def visitor(app: Litestar) -> TestClient[Litestar]:
    """A browser of somebody who is not signed in. The application is not started for it: it answers at once."""
    browser = TestClient(app)
    browser.blocking_portal = _event_loop()
    return browser


@cache
def _event_loop() -> BlockingPortal:
    """One for all, as the server has one; else every request would start a thread and a loop of its own."""
    running = ExitStack()
    atexit.register(running.close)
    return running.enter_context(start_blocking_portal())
