"""`kiosk serve` as the box runs it: a process of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

SERVE = "from kiosk.commands.serve import serve_command; serve_command()"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(data: Path, port: int) -> "subprocess.Popen[str]":
    environ = {**os.environ, "KIOSK_DATA": str(data), "KIOSK_PORT": str(port), "KIOSK_LANG": "en"}
    return subprocess.Popen([sys.executable, "-c", SERVE], env=environ, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("serving")


@pytest.fixture(scope="module")
def server(data: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    process = start(data, port)
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


def test_it_stops_at_once_when_told_though_somebody_holds_a_connection(
    server: "subprocess.Popen[str]", port: int
) -> None:
    with socket.create_connection(("127.0.0.1", port)) as held:
        held.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert held.recv(20).startswith(b"HTTP/1.1 200")
        server.send_signal(signal.SIGTERM)
        told = server.communicate(timeout=10)[1]
    assert server.returncode == 0
    assert f"http://localhost:{port}" in told
    assert "Traceback" not in told
