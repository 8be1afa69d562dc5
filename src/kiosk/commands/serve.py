"""`kiosk serve`: migrate, look after the box's health, then serve until told to stop."""

import asyncio
import gc
import logging
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from datetime import datetime

import click
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from litestar import Litestar

from kiosk.app import create_app
from kiosk.commands.lazy import no_sweeping
from kiosk.commands.voice import Voice, voice
from kiosk.database import migrate, serving_lock
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.selftest import Check, self_test
from kiosk.settings import Settings

_HEADERS_WITHIN = 3_000  # milliseconds: half-open connections must not eat up the box
_WAITING_CONNECTIONS = 1024
_STOP_WITHIN = 8.0  # seconds for answers under way
_OPEN_FILES = 16_384
_EVERYWHERE = ("0.0.0.0", "::")  # noqa: S104


@click.command("serve")
def serve_command() -> None:
    """Serve the pages. Migrates the database first, after an automatic backup."""
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)  # its steps mean nothing to whoever reads this
    with voice() as speaking, serving_lock(speaking.settings.data):
        settings = speaking.settings
        now = datetime.now(settings.zone)
        migrate(settings, now)
        _insist_on_port(settings)
        _allow_many_connections()
        with no_sweeping():
            for check in self_test(settings, now):
                _tell(speaking, check)
            app = create_app(settings)
        for address in _addresses(settings):
            speaking.say(N_("Serving at %(address)s"), address=address)
        told = asyncio.run(_serve(app, settings))
        speaking.say(N_("Stopped."))
        sys.exit(0 if told else 1)


def _insist_on_port(settings: Settings) -> None:
    """Raises Refused if the port is taken: the server itself would quietly share it with another."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            sentence = N_("Cannot listen on port %(port)s (%(error)s). Is another server running there?")
            values = {"port": settings.port, "error": error.strerror}
            raise Refused(Problem("KIOSK_PORT", sentence, values)) from error


def _allow_many_connections() -> None:
    """Each connection is an open file; the usual limit of 1,024 is soon reached on a public Wi-Fi."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _OPEN_FILES if most == resource.RLIM_INFINITY else min(_OPEN_FILES, most)
    resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


def _tell(speaking: Voice, check: Check) -> None:
    """The start is quiet about what is well."""
    if check.level == "ok":
        return
    said = [speaking.text(problem) for problem in (check.found, check.advice) if problem]
    click.echo(f"{'✕' if check.level == 'problem' else '!'} {' → '.join(said)}", err=True)


async def _serve(app: Litestar, settings: Settings) -> bool:
    """One worker in this process, until SIGTERM or SIGINT. False if it ended without being told."""
    server = Server(
        app,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=_WAITING_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_WITHIN),
        log_level=LogLevels.error,
    )
    gc.freeze()  # what was made up to here stays: no need to look through it again and again
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, told.set)
    serving = asyncio.create_task(server.serve())
    asking = asyncio.create_task(told.wait())
    await asyncio.wait((serving, asking), return_when=asyncio.FIRST_COMPLETED)
    asking.cancel()
    if not serving.done():
        server.stop()  # type: ignore[no-untyped-call]
        await asyncio.wait((serving,), timeout=_STOP_WITHIN)
    if serving.done():
        serving.result()
    return told.is_set()


def _addresses(settings: Settings) -> Iterator[str]:
    """Where people find the pages: by the base address, on this machine, in the LAN."""
    if settings.base_url:
        yield settings.base_url
    yield f"http://localhost:{settings.port}"
    if settings.host in _EVERYWHERE and (own := _lan_address()):
        yield f"http://{own}:{settings.port}"


def _lan_address() -> str:
    """The address that other machines see. Choosing a route sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return ""
        return str(probe.getsockname()[0])
