"""Servers in processes of their own, and what they cost."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.settings import Settings

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Running:
    """A server that answers at this port of this machine."""

    port: int
    pid: int
    started_in: float  # seconds to the first 200

    def cpu(self) -> float:
        """Seconds of processor time so far."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS

    def memory(self) -> float:
        """Megabytes that belong to the process alone or in shares (PSS)."""
        lines = Path(f"/proc/{self.pid}/smaps_rollup").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


@contextmanager
def kiosk(settings: Settings, path: str = "/healthz", sync_delay: int = 0) -> Iterator[Running]:
    """`kiosk serve`, ready when it answers `path`; with `sync_delay`, every sync takes so many ms longer."""
    port = free_port()
    environment = {"KIOSK_DATA": str(settings.data), "KIOSK_PORT": str(port), "KIOSK_HOST": "127.0.0.1"}
    command = [str(Path(sys.executable).with_name("kiosk")), "serve"]
    if sync_delay:
        # in the background, so that the process we start is the server itself; nothing else is watched
        watching = [
            "strace",
            "-D",
            "-f",
            "-qq",
            "--seccomp-bpf",
            "-o",
            os.devnull,
            "-e",
            "trace=fsync,fdatasync",
        ]
        command = [*watching, "-e", f"inject=fsync,fdatasync:delay_exit={sync_delay * 1000}", *command]
    with _server(command, port, path, environment) as running:
        yield running


@contextmanager
def hello(body: Path | None = None, database: bool = False) -> Iterator[Running]:
    port = free_port()
    words = [str(port), *([str(body)] if body else []), *(["--database"] if database else [])]
    with _server([sys.executable, "-m", "benchmarks.hello", *words], port, "/", {}) as running:
        yield running


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def _server(command: Sequence[str], port: int, path: str, environment: dict[str, str]) -> Iterator[Running]:
    began = time.perf_counter()
    # as on a box, where a second start finds every module compiled
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}
    process = subprocess.Popen(command, env=os.environ | compiled | environment, stderr=subprocess.PIPE)
    try:
        _first_200(port, path, process)
        yield Running(port, process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        process.communicate()


def _first_200(port: int, path: str, process: "subprocess.Popen[bytes]") -> None:
    request = f"GET {path} HTTP/1.1\r\nhost: localhost:{port}\r\nconnection: close\r\n\r\n".encode()
    while process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port)) as connection:
                connection.sendall(request)
                if connection.recv(64).startswith(b"HTTP/1.1 200"):
                    return
        except ConnectionError:
            pass
        time.sleep(0.002)
    raise RuntimeError(f"{' '.join(command_of(process))} ended: {process.communicate()[1].decode()}")


def command_of(process: "subprocess.Popen[bytes]") -> list[str]:
    return [str(word) for word in process.args] if isinstance(process.args, list) else [str(process.args)]
