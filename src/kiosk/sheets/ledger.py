"""The entries of the ledger as a sheet: what the chain holds, and so no names."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from kiosk.scoring import history
from kiosk.scoring.columns import stored_moment
from kiosk.scoring.periods import Period

COLUMNS = (
    *("number", "month", "household", "item", "cause", "points", "counted_on", "correction"),
    *("posted_at", "previous", "digest"),
)


def rows(connection: Connection, village_id: int, period: Period | None) -> Iterator[Sequence[object]]:
    """One row an entry, in the order of the chain; moments in UTC as they are stored, months as 2026-08."""
    for entry in history.ledger_rows(connection, village_id, period):
        month = f"{entry.month // 100:04}-{entry.month % 100:02}"
        what = (entry.code, entry.item, entry.cause, entry.points, entry.counted_on)
        when = stored_moment(entry.posted_at)
        yield entry.number, month, *what, int(entry.correction), when, entry.previous, entry.digest
