"""S16: pages read while deeds are written without a pause, on a disk whose every sync takes 10 ms longer."""

import shutil
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks import serving
from benchmarks.client import rate, request
from benchmarks.deeds import People, Recorder
from benchmarks.figures import Figure, in_turn
from benchmarks.village import CODE, Size, copy_of, village

GOALS = ("S16",)
_DELAY, _SECONDS, _RECORDERS = 10, 2.0, 1


def measure(goals: set[str], full: bool) -> Iterator[Figure]:  # noqa: ARG001
    if not shutil.which("strace"):
        print("S16 is left out: it needs strace", file=sys.stderr)
        return
    settings = copy_of(village(Size()), "slow-disk")
    with serving.kiosk(settings, sync_delay=_DELAY) as running:
        people = People(settings)
        recorders = [Recorder(running.port, people) for _ in range(_RECORDERS)]
        asked = request(running.port, f"/v/{CODE}")
        written: list[float] = []

        def during() -> float:
            with _writing(recorders, written):
                return rate(running.port, asked, _SECONDS)

        rates = in_turn({"alone": lambda: rate(running.port, asked, _SECONDS), "during": during})
    deeds = sum(written) / len(written)
    yield Figure(
        "S16",
        f"ranking while deeds are written on a disk with {_DELAY} ms more a sync",
        "the same without writes",
        rates["during"] / rates["alone"],
        0.8,
        "at least",
        f"{rates['during']:.0f}/s, {rates['alone']:.0f}/s; {deeds:.0f} deeds/s",
    )


@contextmanager
def _writing(recorders: list[Recorder], written: list[float]) -> Iterator[None]:
    """Deeds without a pause, by threads of the client; how many a second goes into `written`."""
    began = time.perf_counter()
    until, counts = began + _SECONDS, [0] * len(recorders)

    def write(number: int) -> None:
        counts[number] = len(recorders[number].take_turns(until))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(len(recorders))]
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()
    written.append(sum(counts) / (time.perf_counter() - began))
