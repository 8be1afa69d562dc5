"""S6: a deed through the form's POST against bare durable commits of one row on the same disk."""

import sqlite3
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from statistics import median

from benchmarks import serving
from benchmarks.deeds import People, Recorder
from benchmarks.figures import Figure, in_turn
from benchmarks.village import DATA, Size, copy_of, village
from kiosk.sqlite import connect

GOALS = ("S6",)
_SECONDS = 2.0
_CLIENTS = 10
_AGAINST = "single-row commits by raw sqlite3, same journal"


def measure(goals: set[str], full: bool) -> Iterator[Figure]:  # noqa: ARG001
    waits: dict[int, list[float]] = {1: [], _CLIENTS: []}
    settings = copy_of(village(Size()), "recording")
    scratch = DATA / "commits.db"
    scratch.unlink(missing_ok=True)
    with serving.kiosk(settings) as running, closing(connect(scratch)) as raw:
        raw.execute("CREATE TABLE row (id INTEGER PRIMARY KEY, said TEXT) STRICT")
        people = People(settings)
        recorders = [Recorder(running.port, people) for _ in range(_CLIENTS)]
        rates = in_turn(
            {
                "raw": lambda: _commits(raw),
                "one": lambda: _deeds(recorders[:1], waits[1]),
                "ten": lambda: _deeds(recorders, waits[_CLIENTS]),
            }
        )
    for name, who, bound in (("one", "1 recorder", 0.25), ("ten", "10 recorders", 0.4)):
        detail = f"{rates[name]:.0f}/s, {rates['raw']:.0f}/s"
        share = rates[name] / rates["raw"]
        yield Figure("S6", f"recording, {who}", _AGAINST, share, bound, "at least", detail)
    ten, one = median(waits[_CLIENTS]), median(waits[1])
    detail = f"{ten * 1000:.1f} ms, {one * 1000:.1f} ms"
    yield Figure("S6", "recording, p99 with 10 recorders", "p99 with one", ten / one, 4, "at most", detail)


def _commits(raw: sqlite3.Connection) -> float:
    count, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < _SECONDS:
        raw.execute("BEGIN IMMEDIATE")
        raw.execute("INSERT INTO row (said) VALUES (?)", ("青山村 001 张三 +2",))
        raw.execute("COMMIT")
        count += 1
    return count / passed


def _deeds(recorders: Sequence[Recorder], waits: list[float]) -> float:
    """Deeds a second; the 99th percentile of the waiting (seconds) is added to `waits`."""
    until = time.perf_counter() + _SECONDS
    with ThreadPoolExecutor(len(recorders)) as pool:
        each = pool.map(lambda recorder: recorder.take_turns(until), recorders)
        taken = sorted(seconds for turns in each for seconds in turns)
    waits.append(taken[int(len(taken) * 0.99)])
    return len(taken) / _SECONDS
