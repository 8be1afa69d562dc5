"""S13: recomputing everything against hashing the same bytes."""

import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256

from benchmarks.figures import Figure, in_turn
from benchmarks.village import Size, village
from kiosk.database import open_database
from kiosk.scoring.verification import verify
from kiosk.settings import Settings

GOALS = ("S13",)
_ENTRIES, _FULL = 50_000, 500_000


def measure(goals: set[str], full: bool) -> Iterator[Figure]:  # noqa: ARG001
    entries = _FULL if full else _ENTRIES
    settings = village(Size(events=entries))
    seconds = in_turn({"verify": lambda: _verified(settings), "hashing": lambda: _hashed(settings)})
    detail = f"{seconds['verify']:.2f} s, {seconds['hashing']:.2f} s"
    share = seconds["verify"] / seconds["hashing"]
    what, against = f"verify, {entries:,} entries", "reading the rows and SHA-256 over the same bytes"
    yield Figure("S13", what, against, share, 4, "at most", detail)


def _verified(settings: Settings) -> float:
    database = open_database(settings)
    began = time.perf_counter()
    with database.read() as connection:
        if found := verify(connection, 1):
            raise RuntimeError(f"the village to measure on does not agree: {found[0]}")
    taken = time.perf_counter() - began
    database.close()
    return taken


def _hashed(settings: Settings) -> float:
    """The rows of entries with their events and decisions, each written as the chain does and hashed."""
    with closing(sqlite3.connect(settings.data / "kiosk.db")) as connection:
        began = time.perf_counter()
        rows = connection.execute(
            "SELECT * FROM entry JOIN event ON event.id = entry.event_id"
            " JOIN decision ON decision.id = entry.decision_id ORDER BY entry.number"
        )
        for row in rows:
            sha256(json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
        return time.perf_counter() - began
