"""S1, S2, S3, S4, S5, S14: the public pages against a handler that answers the same bytes.

Rates are what sixteen open connections get from one server; both servers run, and are asked in turn.
"""

import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import select

from benchmarks import serving
from benchmarks.client import Answer, once, rate, request
from benchmarks.deeds import People, Recorder
from benchmarks.figures import Figure, in_turn
from benchmarks.serving import Running
from benchmarks.village import CODE, Size, copy_of, village
from kiosk.database import open_database
from kiosk.scoring.tables import household
from kiosk.settings import Settings

GOALS = ("S1", "S2", "S3", "S4", "S5", "S14")
RANKING, BOARD = f"/v/{CODE}", f"/v/{CODE}/square/board"
_SECONDS = 2.0
_SHEET = re.compile(r'(?:href|src)="(/[^"]+\.(?:css|js)[^"]*)"')


def measure(goals: set[str], full: bool) -> Iterator[Figure]:  # noqa: ARG001
    settings = copy_of(village(Size()), "pages")
    door = f"/h/{_token(settings)}"
    with serving.kiosk(settings) as running:
        if "S14" in goals:
            yield _bytes(running, "S14", "household page, first visit", door)
            yield _bytes(running, "S14", "ranking of 1,000 households, first visit", RANKING)
        if goals & {"S1", "S2"}:
            yield from _ranking(running, goals)
        if "S5" in goals:
            yield _against_constant(running, "S5", "household page", door, 0.4)
        if "S4" in goals:
            yield _polled(running)
        if "S3" in goals:
            yield from _under_way(running, settings)


def _token(settings: Settings) -> str:
    database = open_database(settings)
    with database.read() as connection:
        token = connection.scalars(select(household.c.token).order_by(household.c.code).limit(1)).one()
    database.close()
    return str(token)


def _ranking(running: Running, goals: set[str]) -> Iterator[Figure]:
    if "S1" in goals:
        yield _against_constant(running, "S1", "ranking, 200 with body", RANKING, 0.85)
    if "S2" in goals:
        tag = once(running.port, request(running.port, RANKING)).headers["etag"]
        told = {"if-none-match": tag}
        yield _against_constant(running, "S2", "ranking, 304", RANKING, 1.0, told)


def _against_constant(
    running: Running, goal: str, what: str, path: str, bound: float, headers: dict[str, str] | None = None
) -> Figure:
    body = _expect(once(running.port, request(running.port, path)), 200).body
    asked = request(running.port, path, headers)
    _expect(once(running.port, asked), 304 if headers else 200)
    with _constant(body) as constant:
        same = request(constant.port, "/")
        rates = in_turn(
            {
                "page": lambda: rate(running.port, asked, _SECONDS),
                "constant": lambda: rate(constant.port, same, _SECONDS),
            }
        )
    detail = f"{rates['page']:.0f}/s, {rates['constant']:.0f}/s"
    return Figure(
        goal,
        what,
        "the 200 page's bytes from a constant handler",
        rates["page"] / rates["constant"],
        bound,
        "at least",
        detail,
    )


@contextmanager
def _constant(body: bytes) -> Iterator[Running]:
    with TemporaryDirectory() as folder:
        file = Path(folder) / "body.gz"
        file.write_bytes(body)
        with serving.hello(file) as running:
            yield running


def _polled(running: Running) -> Figure:
    """What a poll costs, changed and unchanged, times the 20 polls a second of 200 screens every 10 s."""
    first = once(running.port, request(running.port, BOARD))
    asked = request(running.port, BOARD, {"if-none-match": first.headers["etag"]})

    def share() -> float:
        before = running.cpu()
        count = rate(running.port, asked, _SECONDS) * _SECONDS
        return (running.cpu() - before) / count * 20 * 100

    percent = in_turn({"poll": share})["poll"]
    return Figure(
        "S4",
        "200 screens polling every 10 s",
        "one core",
        percent,
        3,
        "at most",
        f"{percent / 20 * 10_000:.0f} µs a poll, unchanged",
        "%",
    )


def _under_way(running: Running, settings: Settings) -> Iterator[Figure]:
    """S1 while a recorder's deed counts every second."""
    asked = request(running.port, RANKING)
    recorder = Recorder(running.port, People(settings))
    slowest: dict[str, list[float]] = {"alone": [], "under way": []}

    def alone() -> float:
        slowest["alone"].append(_p99(running, asked))
        return rate(running.port, asked, 3)

    def under_way() -> float:
        with _every_second(recorder.record_one):
            slowest["under way"].append(_p99(running, asked))
            return rate(running.port, asked, 3)

    rates = in_turn({"alone": alone, "under way": under_way})
    worst = {name: sorted(values)[len(values) // 2] for name, values in slowest.items()}
    detail = f"{rates['under way']:.0f}/s, {rates['alone']:.0f}/s"
    share = rates["under way"] / rates["alone"]
    yield Figure("S3", "ranking while a deed counts every second", "S1 alone", share, 0.8, "at least", detail)
    detail = f"{worst['under way'] * 1000:.1f} ms, {worst['alone'] * 1000:.1f} ms"
    more = worst["under way"] / worst["alone"]
    yield Figure("S3", "the same, p99 of 1,000 pages one by one", "S1 alone", more, 3, "at most", detail)


def _p99(running: Running, asked: bytes) -> float:
    """The 99th percentile of 1,000 pages asked one after the other, in seconds, spread over two seconds."""
    taken = []
    for _ in range(1000):
        began = time.perf_counter()
        once(running.port, asked)
        taken.append(time.perf_counter() - began)
        time.sleep(0.001)
    return sorted(taken)[989]


@contextmanager
def _every_second(act: Callable[[], object]) -> Iterator[None]:
    over = threading.Event()

    def beat() -> None:
        while not over.is_set():
            act()
            over.wait(1)

    thread = threading.Thread(target=beat)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _bytes(running: Running, goal: str, what: str, path: str) -> Figure:
    """Everything that the first visit brings, headers included."""
    page = _expect(once(running.port, request(running.port, path)), 200)
    text = _plain(page)
    if foreign := re.findall(r'(?:src|href)="(https?://(?!localhost)[^"]+)"', text):
        raise RuntimeError(f"{path} asks other hosts: {foreign}")
    sheets = sorted(set(_SHEET.findall(text)))
    sizes = [once(running.port, request(running.port, sheet)).size for sheet in sheets]
    total = (page.size + sum(sizes)) / 1000
    detail = f"page {page.size / 1000:.1f} kB, {len(sheets)} more files {sum(sizes) / 1000:.1f} kB"
    return Figure(goal, what, "", total, 30, "at most", detail, "kB")


def _plain(answer: Answer) -> str:
    import gzip

    packed = answer.headers.get("content-encoding") == "gzip"
    return (gzip.decompress(answer.body) if packed else answer.body).decode()


def _expect(answer: Answer, status: int) -> Answer:
    if answer.status != status:
        raise RuntimeError(f"{answer.status} instead of {status} at {datetime.now():%X}")  # noqa: DTZ005
    return answer
