"""`kiosk serve` as the box runs it: a process of its own."""

import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from kiosk.commands.serve import _with_https
from kiosk.commands.voice import Voice
from kiosk.languages import translations
from kiosk.settings import Settings
from kiosk.tls import kept
from kiosk.tls.setting_up import set_up

SERVE = "from kiosk.commands.serve import serve_command; serve_command()"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, port: int, tls_port: int = 0, ear: str = "") -> "subprocess.Popen[str]":
    environ = {**os.environ, "KIOSK_DATA": str(data), "KIOSK_PORT": str(port), "KIOSK_LANG": "en"}
    environ |= {"KIOSK_TLS_PORT": str(tls_port), "NOTIFY_SOCKET": ear, "WATCHDOG_USEC": "300000"}
    return subprocess.Popen([sys.executable, "-c", SERVE], env=environ, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def tls_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A box on which `kiosk tls init` was run."""
    settings = Settings(data=tmp_path_factory.mktemp("serving"))
    set_up(settings, datetime.now(settings.zone))
    return settings.data


@pytest.fixture(scope="module")
def tablet(data: Path) -> ssl.SSLContext:
    """Trusts the box's authority and nobody else."""
    found = kept.read(Settings(data=data))
    assert found
    return ssl.create_default_context(cadata=found.authority)


@pytest.fixture(scope="module")
def ear(tmp_path_factory: pytest.TempPathFactory) -> Iterator[socket.socket]:
    """Hears what systemd would."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(str(tmp_path_factory.mktemp("ear") / "notify"))
        listening.settimeout(10)
        yield listening


@pytest.fixture(scope="module")
def server(data: Path, port: int, tls_port: int, ear: socket.socket) -> Iterator["subprocess.Popen[str]"]:
    process = start(data, port, tls_port, ear.getsockname())
    until = time.monotonic() + 15
    while process.poll() is None and time.monotonic() < until:
        try:
            urlopen(f"http://127.0.0.1:{port}/healthz").close()
            break
        except URLError:
            time.sleep(0.05)  # the only way to learn that a process listens
    yield process
    process.kill()
    process.wait()


def test_systemd_hears_that_it_is_ready_and_then_that_it_lives(
    server: "subprocess.Popen[str]", ear: socket.socket
) -> None:
    assert [ear.recv(100) for _ in range(3)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1"]
    assert server.poll() is None


def test_a_second_server_on_the_same_data_says_what_to_do(
    server: "subprocess.Popen[str]", data: Path
) -> None:
    second = start(data, free_port())
    assert "already" in second.communicate(timeout=15)[1]
    assert second.returncode == 1
    assert server.poll() is None


def test_a_taken_port_is_named(server: "subprocess.Popen[str]", port: int, tmp_path: Path) -> None:
    second = start(tmp_path, port)
    assert f"Cannot listen on port {port}" in second.communicate(timeout=15)[1]
    assert second.returncode == 1
    assert server.poll() is None


def test_one_process_answers_by_http_and_by_https(
    server: "subprocess.Popen[str]", port: int, tls_port: int, tablet: ssl.SSLContext
) -> None:
    with (
        urlopen(f"http://localhost:{port}/tls") as plain,
        urlopen(f"http://localhost:{port}/healthz") as health,
    ):
        page, headers = plain.read().decode(), dict(health.headers)
    assert f"https://localhost:{tls_port}/record" in page
    with urlopen(f"https://localhost:{tls_port}/healthz", context=tablet) as answer:
        assert (answer.status, answer.read()) == (200, b"ok\n")
        assert set(answer.headers) == set(headers)  # no HSTS: the other door must stay open
    assert server.poll() is None


def test_it_stops_at_once_when_told_though_somebody_holds_a_connection(
    server: "subprocess.Popen[str]", port: int, tls_port: int, tablet: ssl.SSLContext
) -> None:
    asked = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    plain, below = (socket.create_connection(("127.0.0.1", one)) for one in (port, tls_port))
    with plain as held, tablet.wrap_socket(below, server_hostname="localhost") as safe:
        held.sendall(asked)
        assert held.recv(20).startswith(b"HTTP/1.1 200")
        safe.sendall(asked)
        assert safe.recv(20).startswith(b"HTTP/1.1 200")
        server.send_signal(signal.SIGTERM)
        told = server.communicate(timeout=10)[1]
    assert server.returncode == 0
    assert f"http://localhost:{port}" in told
    assert f":{tls_port}" in told
    assert "Traceback" not in told


def test_trouble_with_https_leaves_the_pages_to_http(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        settings = Settings(data=data, host="127.0.0.1", tls_port=other.getsockname()[1])
        speaking, now = Voice(settings, translations("en")), datetime.now(settings.zone)
        assert _with_https(speaking, now).tls_port == 0
    assert f"port {settings.tls_port}" in capsys.readouterr().err
    assert _with_https(speaking, now) == settings
    good = kept.server_file(data).read_text()
    kept.server_file(data).write_text(good.replace("M", "N"))
    assert _with_https(speaking, now).tls_port == 0
    assert "tls init --renew" in capsys.readouterr().err
    kept.server_file(data).write_text(good)
    bare = replace(speaking, settings=replace(settings, data=tmp_path))
    assert _with_https(bare, now).tls_port == 0
    assert capsys.readouterr().err == ""
