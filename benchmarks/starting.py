"""S11: how soon the first page is there."""

from collections.abc import Iterator

from benchmarks import serving
from benchmarks.figures import Figure, in_turn
from benchmarks.village import Size, village

GOALS = ("S11",)


def measure(goals: set[str], full: bool) -> Iterator[Figure]:  # noqa: ARG001
    settings = village(Size())

    def ours() -> float:
        with serving.kiosk(settings) as running:
            return running.started_in

    def bare() -> float:
        with serving.hello() as running:
            return running.started_in

    seconds = in_turn({"kiosk": ours, "hello": bare}, rounds=7)
    yield Figure(
        "S11",
        "kiosk serve to the first 200",
        "bare Litestar hello world",
        seconds["kiosk"] / seconds["hello"],
        1.8,
        "at most",
        f"{seconds['kiosk'] * 1000:.0f} ms, {seconds['hello'] * 1000:.0f} ms",
    )
