"""`kiosk serve`: migrate, look after the box's health, then serve until told to stop.

Two doors to one application in one process: http for everybody, and, after `kiosk tls init`, https for the recorders'
tablets. Whatever is wrong with https never keeps the pages from being served without it.
"""

import asyncio
import gc
import logging
import resource
import signal
import socket
import ssl
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import click
from granian.constants import HTTPModes, Interfaces, SSLProtocols
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from litestar import Litestar

from kiosk.app import create_app
from kiosk.commands.lazy import no_sweeping
from kiosk.commands.told import keep_told
from kiosk.commands.voice import Voice, voice
from kiosk.database import migrate, serving_lock
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.selftest import Check, self_test
from kiosk.settings import Settings, read_manager
from kiosk.tls import kept
from kiosk.tls.names import host_of, lan_address
from kiosk.tls.setting_up import look_after

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
        _insist_on_port(settings, settings.port)
        settings = _with_https(speaking, now)
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


def _insist_on_port(settings: Settings, port: int) -> None:
    """Raises Refused if the port is taken: the server itself would quietly share it with another."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, port))
        except OSError as error:
            sentence = N_("Cannot listen on port %(port)s (%(error)s). Is another server running there?")
            raise Refused(Problem("KIOSK_PORT", sentence, {"port": port, "error": error.strerror})) from error


def _with_https(speaking: Voice, now: datetime) -> Settings:
    """The settings, without a port for https if there is no certificate, or none that can be used."""
    settings, off = speaking.settings, replace(speaking.settings, tls_port=0)
    try:
        if not settings.tls_port or look_after(settings, now) is None:
            return off
        _insist_on_pair(kept.server_file(settings.data))
        _insist_on_port(settings, settings.tls_port)
    except (Refused, OSError) as error:
        reason = error.problems[0] if isinstance(error, Refused) else f"{error.strerror}: {error.filename}"
        speaking.say(N_("The tablets get no https. %(reason)s"), reason=reason)
        return off
    return settings


def _insist_on_pair(file: Path) -> None:
    """Raises Refused if key and certificate cannot be used: the server itself would end over it."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(file)
    except ssl.SSLError as error:
        sentence = N_("%(file)s is damaged. Run kiosk tls init --renew, then restart the server.")
        raise Refused(Problem("", sentence, {"file": str(file)})) from error


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
    """One worker for each door in this process, until SIGTERM or SIGINT. False if one ended without being told."""
    servers = [_server(app, settings, settings.port)]
    if settings.tls_port:
        own = kept.server_file(settings.data)
        safe = {"ssl_cert": own, "ssl_key": own, "ssl_protocol_min": SSLProtocols.tls12}
        servers.append(_server(app, settings, settings.tls_port, **safe))
    gc.freeze()  # what was made up to here stays: no need to look through it again and again
    loop, told = asyncio.get_running_loop(), asyncio.Event()
    for wanted in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(wanted, told.set)
    async with app.lifespan():
        telling = asyncio.create_task(keep_told(read_manager(), settings, app.state["site"].database))
        await _until(told, servers)
        telling.cancel()
    return told.is_set()


def _server(app: Litestar, settings: Settings, port: int, **more: Any) -> Server:
    """A door. HTTP/1.1 alone: its time-out for headers is what half-open connections run into, and by HTTP/2 cookies
    come in crumbs that nobody puts together again."""
    return Server(
        app,
        address=settings.host,
        port=port,
        interface=Interfaces.ASGINL,  # the application begins and ends once, not once for each door
        websockets=False,
        http=HTTPModes.http1,
        backlog=_WAITING_CONNECTIONS,
        http1_settings=HTTP1Settings(header_read_timeout=_HEADERS_WITHIN),
        log_level=LogLevels.error,
        **more,
    )


async def _until(told: asyncio.Event, servers: list[Server]) -> None:
    serving = [asyncio.create_task(server.serve()) for server in servers]
    asking = asyncio.create_task(told.wait())
    await asyncio.wait((*serving, asking), return_when=asyncio.FIRST_COMPLETED)
    asking.cancel()
    for server in servers:
        server.stop()  # type: ignore[no-untyped-call]
    done, _ = await asyncio.wait(serving, timeout=_STOP_WITHIN)
    for one in done:
        one.result()


def _addresses(settings: Settings) -> Iterator[str]:
    """Where people find the pages: by the base address, on this machine, in the LAN."""
    if settings.base_url:
        yield settings.base_url
    yield f"http://localhost:{settings.port}"
    if settings.host in _EVERYWHERE and (own := lan_address()):
        yield f"http://{own}:{settings.port}"
    if settings.tls_port:
        yield f"https://{host_of(settings.base_url) or lan_address() or 'localhost'}:{settings.tls_port}"
