"""S10: what the serving process holds after many mixed requests."""

from collections.abc import Iterator, Sequence

from benchmarks import serving
from benchmarks.client import once, rate, request
from benchmarks.figures import Figure
from benchmarks.serving import Running
from benchmarks.village import CODE, Size, copy_of, village

GOALS = ("S10",)
_PATHS = (
    "/",
    f"/v/{CODE}",
    f"/v/{CODE}/square",
    f"/v/{CODE}/square/board",
    f"/v/{CODE}/verify",
    "/login",
    "/healthz",
    "/nothing-here",
)


def measure(goals: set[str], full: bool) -> Iterator[Figure]:  # noqa: ARG001
    settings = copy_of(village(Size()), "memory")
    with serving.kiosk(settings) as ours, serving.hello(database=True) as bare:
        paths = [path for path in _PATHS if once(ours.port, request(ours.port, path)).status != 404]
        _ask(ours, [*paths, "/nothing-here"], 10_000)
        _ask(bare, ["/"], 10_000)
        early, plain = ours.memory(), bare.memory()
        detail = f"{early:.0f} MB, {plain:.0f} MB"
        yield Figure(
            "S10",
            "memory after 10,000 mixed requests",
            "bare Litestar + SQLAlchemy",
            early / plain,
            1.5,
            "at most",
            detail,
        )
        _ask(ours, [*paths, "/nothing-here"], 40_000)
        late = ours.memory()
        detail = f"{late:.0f} MB, {early:.0f} MB"
        yield Figure(
            "S10", "memory after 50,000", "memory after 10,000", late / early, 1.02, "at most", detail
        )


def _ask(running: Running, paths: Sequence[str], count: int) -> None:
    for path in paths:
        asked = request(running.port, path)
        rate(running.port, asked, seconds=600, connections=8, most=count // len(paths))
