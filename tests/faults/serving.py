"""青山村 made by the commands, and served by a process of its own that can be frozen and killed."""

import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from click.testing import CliRunner, Result

from kiosk.cli import kiosk
from kiosk.scoring import rulebooks

RULEBOOK = Path(rulebooks.__file__).parents[1] / "rulebooks" / "default.toml"
PASSWORD = "清清河水 2026"
ROSTER = """户号,姓名,与户主关系,村民小组
001,张三,户主,一组
001,李秀英,妻,一组
002,王建国,户主,一组
003,欧阳建华,户主,二组
"""
# whatever becomes of the tests, the server ends with them (PR_SET_PDEATHSIG, SIGKILL)
_START = "import ctypes; ctypes.CDLL(None).prctl(1, 9); from kiosk.cli import main; main()"
_WAIT = 20.0  # seconds until a start counts as failed


def run(data: Path, *words: str, typed: str | None = None) -> Result:
    """Run a command of the program as somebody at the box would, in English."""
    environment = {"KIOSK_DATA": str(data), "KIOSK_LANG": "en"}
    return CliRunner().invoke(kiosk, words, input=typed, env=environment)


def done(data: Path, *words: str, typed: str | None = None) -> str:
    """The same; it must work. What it wrote to standard output."""
    result = run(data, *words, typed=typed)
    assert result.exit_code == 0, result.output
    return result.stdout


def found(folder: Path) -> Path:
    """青山村 with three households, the default rulebook and a recorder, 刘敏; its data folder."""
    data, roster = folder / "data", folder / "roster.csv"
    roster.write_text(ROSTER, "utf-8")
    done(data, "village", "add", "qingshan", "青山村", "--public-names", "full")
    done(data, "import", "roster", str(roster), "--village", "qingshan")
    done(data, "import", "rulebook", str(RULEBOOK), "--applies-from", "2024-01-01")
    person = ("user", "add", "刘敏", "--role", "recorder", "--village", "qingshan", "--password-stdin")
    done(data, *person, typed=f"{PASSWORD}\n")
    return data


@dataclass
class Served:
    """`kiosk serve` on a free port. What it writes to standard error goes to `log`."""

    data: Path
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.port = self.port or _free_port()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.data.with_suffix(".log")

    def start(self) -> float:
        """Start it, and wait for its first answer; the seconds that took."""
        environment = {**os.environ, "KIOSK_DATA": str(self.data), "KIOSK_PORT": str(self.port)}
        environment |= {"KIOSK_HOST": "127.0.0.1", "KIOSK_LANG": "en", "KIOSK_DATABASE_URL": ""}
        began = time.monotonic()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-c", _START, "serve"], env=environment, stderr=log
            )
        while not self.answers():
            assert self.process.poll() is None, self.log.read_text("utf-8")
            assert time.monotonic() < began + _WAIT, "no answer from the server"
            time.sleep(0.02)  # the only way to learn that a process listens
        return time.monotonic() - began

    def answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/healthz", timeout=5).status_code == 200
        except httpx.TransportError:
            return False

    def signal(self, number: signal.Signals) -> None:
        assert self.process
        self.process.send_signal(number)

    def kill(self) -> None:
        """kill -9, frozen or not."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


@dataclass(frozen=True)
class Stored:
    """What the file holds: every event's id by the reason that was written down, as often as it stands there."""

    events: dict[str, list[int]]

    @property
    def doubled(self) -> list[str]:
        return [reason for reason, ids in self.events.items() if len(ids) > 1]


def stored(data: Path) -> Stored:
    """Read the file from outside the program."""
    events: dict[str, list[int]] = {}
    with closing(sqlite3.connect(data / "kiosk.db", timeout=0)) as connection:
        for reason, number in connection.execute("SELECT reason, event_id FROM note ORDER BY event_id"):
            events.setdefault(reason, []).append(number)
    return Stored(events)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
