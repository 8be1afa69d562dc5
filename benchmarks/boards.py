"""S7, S8: a board drawn from the tables, with a short and a very long history behind it."""

import time
from collections.abc import Callable, Iterator
from datetime import datetime

from benchmarks.figures import Figure, in_turn
from benchmarks.village import Size, village
from kiosk.database import Database, open_database
from kiosk.scoring import boards
from kiosk.scoring.periods import Period, quarter_of

GOALS = ("S7", "S8")
_SHORT, _LONG, _FULL = 10_000, 1_000_000, 5_000_000


def measure(goals: set[str], full: bool) -> Iterator[Figure]:
    short = village(Size(events=_SHORT))
    today = datetime.now(short.zone).date()
    quarter = quarter_of(today)
    last_year = Period((today.year - 1) * 100 + 1, "year")
    little = open_database(short)
    many = _FULL if full else _LONG
    runs: dict[str, Callable[[], float]] = {
        "short": lambda: _seconds(little, lambda at: boards.standings(at, 1, quarter, today)),
        "year": lambda: _seconds(little, lambda at: boards.annual(at, 1, last_year, today)),
    }
    much = open_database(village(Size(events=many))) if "S7" in goals else None
    if much:
        runs["long"] = lambda: _seconds(much, lambda at: boards.standings(at, 1, quarter, today))
    taken = in_turn(runs, rounds=11)
    if much:
        detail = f"{taken['long'] * 1000:.1f} ms, {taken['short'] * 1000:.1f} ms"
        what = f"standing of the running quarter, {many:,} events in the history"
        yield Figure("S7", what, f"{_SHORT:,} events", taken["long"] / taken["short"], 1.3, "at most", detail)
        much.close()
    if "S8" in goals:
        detail = f"{taken['year'] * 1000:.1f} ms, {taken['short'] * 1000:.1f} ms"
        share = taken["year"] / taken["short"]
        yield Figure("S8", "year of four settled quarters", "S7, short history", share, 2, "at most", detail)
    little.close()


def _seconds(database: Database, draw: Callable[..., object]) -> float:
    """One drawing, on a connection as a page gets it."""
    with database.read() as connection:
        began = time.perf_counter()
        draw(connection)
        return time.perf_counter() - began
