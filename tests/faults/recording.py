"""What a real writer does to its files, recorded with strace call by call."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

_CALLS = "openat,pwrite64,write,fsync,fdatasync,ftruncate,unlink,unlinkat,close"
_LINE = re.compile(r"^(\d+) +(?:<\.\.\. )?(\w+)(?: resumed>|\()(.*)$")
_FILE = re.compile(r"^(?:AT_FDCWD<[^>]*>|\d+)<([^>]*)>")
_TEXT = re.compile(r'"((?:\\x[0-9a-f]{2})*)"')


@dataclass(frozen=True)
class Call:
    """One thing that happened: `kind` is write, truncate, sync, create, remove or told."""

    kind: str
    path: str
    at: int = 0
    data: bytes = b""


def strace_works() -> bool:
    """Whether this machine lets us watch a process of our own."""
    if not shutil.which("strace"):
        return False
    tried = subprocess.run(["strace", "-o", os.devnull, "true"], capture_output=True, check=False)
    return tried.returncode == 0


def record(data: Path, mode: str, synchronous: int, trace: Path) -> list[Call]:
    """Run the recorded writer on a data folder and return what it did to the database's files."""
    strace = ["strace", "-f", "-qq", "-xx", "-y", "-s", "1000000", "-e", f"trace={_CALLS}", "-o", str(trace)]
    writer = [sys.executable, "-m", "tests.faults.recorded_writer", str(data), mode, str(synchronous)]
    subprocess.run([*strace, *writer], check=True, capture_output=True, cwd=Path(__file__).parents[2])
    return list(_calls(trace, data))


def _calls(trace: Path, data: Path) -> Iterator[Call]:
    begun: dict[str, str] = {}  # calls of one thread that another's interrupted, by thread
    with trace.open() as lines:
        for line in lines:
            if not (match := _LINE.match(line)):
                continue
            thread, name, rest = match.groups()
            if rest.endswith("<unfinished ...>"):
                begun[thread] = rest
                if "sync" in name:
                    continue  # a sync counts when it is over, everything else as soon as it begins
            elif " resumed>" in line[: match.start(3)]:
                rest = begun.pop(thread)
                if "sync" not in name:
                    continue
            if call := _call(name, rest, data):
                yield call


def _call(name: str, rest: str, data: Path) -> Call | None:
    if name == "write":
        return Call("told", "", data=_bytes(rest)) if rest.startswith("1<") else None
    file = _FILE.match(rest)
    path = _decoded(file[1]).removesuffix("(deleted)") if file else ""
    if name in ("unlink", "unlinkat", "openat"):
        path = _bytes(rest).decode()
        if name == "openat" and "O_CREAT" not in rest:
            return None
    if not path.startswith(str(data / "kiosk.db")) and path != str(data):
        return None
    short = os.path.relpath(path, data)
    if name == "pwrite64":
        return Call("write", short, int(rest.rpartition(")")[0].rpartition(", ")[2]), _bytes(rest))
    if name == "ftruncate":
        return Call("truncate", short, int(rest.partition(">, ")[2].partition(")")[0]))
    kinds = {
        "fsync": "sync",
        "fdatasync": "sync",
        "openat": "create",
        "unlink": "remove",
        "unlinkat": "remove",
    }
    return Call(kinds[name], short) if name in kinds else None


def _bytes(rest: str) -> bytes:
    found = _TEXT.search(rest)
    return bytes.fromhex(found[1].replace("\\x", "")) if found else b""


def _decoded(path: str) -> str:
    return bytes.fromhex(path.replace("\\x", "")).decode() if path.startswith("\\x") else path
