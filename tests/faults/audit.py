"""What a village finds after a power cut: does its database open, is it sound, is everything there?"""

import hashlib
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from sqlalchemy import StaticPool, create_engine

from kiosk.scoring.verification import verify
from tests.faults.power_cut import Image

_FACTS = """
    SELECT 'recorded ' || id FROM event
    UNION ALL SELECT 'reversed ' || event_id FROM decision WHERE verdict = 'reversed'
    UNION ALL SELECT 'published ' || start FROM publication
    UNION ALL SELECT 'settled ' || start FROM settlement
"""


class Audit:
    """Opens images one after the other in a room of its own. A state that was seen before is known."""

    def __init__(self, room: Path) -> None:
        self._room = room
        self._known: dict[str, tuple[str, frozenset[str]]] = {}  # by digest: what is wrong, and the facts

    def wrong(self, image: Image, acknowledged: Iterable[str]) -> str:
        """What is wrong with an image: empty if nothing is."""
        for path in self._room.iterdir():
            path.unlink()
        for name, content in image.items():
            (self._room / name).write_bytes(content)
        try:
            digest = self._recovered()
            if digest not in self._known:
                self._known[digest] = self._looked_at()
        except sqlite3.Error as error:
            return f"does not open: {error}"
        fault, facts = self._known[digest]
        lost = sorted(set(acknowledged) - facts)
        return fault or (f"lost: {', '.join(lost)}" if lost else "")

    def _recovered(self) -> str:
        """Let SQLite play back its journal; the digest of what is then in the file."""
        file = self._room / "kiosk.db"
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            connection.execute("PRAGMA synchronous = OFF")  # nobody cuts the power of the audit
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return hashlib.sha256(file.read_bytes()).hexdigest()

    def _looked_at(self) -> tuple[str, frozenset[str]]:
        with closing(sqlite3.connect(self._room / "kiosk.db")) as connection:
            sound = [row[0] for row in connection.execute("PRAGMA integrity_check")]
            if sound != ["ok"]:
                return f"not sound: {sound[0]}", frozenset()
            broken = connection.execute("PRAGMA foreign_key_check").fetchall()
            facts = frozenset(row[0] for row in connection.execute(_FACTS))
            engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
            with engine.connect() as ledger:
                differences = verify(ledger, 1)
        return "; ".join(map(str, [*broken, *differences])), facts
