"""A village's whole ledger without names, from which anybody can recompute chain and totals (see recompute.py).

One JSON object, one entry a line: all that its digest covers besides the digest before and the village's code,
in the order of the chain, then the digest itself. Households and people are numbers, the words of a note its
hash; points are whole tenths. What no notice prints – when a quarter was published – is covered too, by the
digest that stands last: that of every byte before it.
"""

import json
from collections.abc import Iterator
from hashlib import sha256

from sqlalchemy import Connection, func, select, text

from kiosk.scoring import chain, proof, results, tables
from kiosk.scoring.columns import stored_moment
from kiosk.scoring.villages import village_code

COLUMNS = (
    *("number", "household", "member", "item", "counted_on", "month", "points", "cause", "correction"),
    *("posted_at", "event", "facts", "note_hash", "decision", "verdict", "account", "decided_at", "digest"),
)
_AT_ONCE = 1000  # rows in memory
_ENTRIES = text(f"""
    SELECT {chain.EVENT_COLUMNS},
           entry.number, entry.household_id, entry.member_id, entry.item, entry.counted_on, entry.month,
           entry.points, entry.cause, entry.correction, entry.posted_at,
           decision.id, decision.verdict, decision.account_id, decision.decided_at, entry.digest
      FROM entry
      JOIN event ON event.id = entry.event_id
      JOIN rulebook ON rulebook.id = event.rulebook_id
      JOIN decision ON decision.id = entry.decision_id
     WHERE entry.village_id = :village
     ORDER BY entry.number
""")
_FACTS, _NOTE, _OWN, _REST = slice(0, 11), 11, slice(12, 22), slice(22, 27)


def lines(connection: Connection, village_id: int) -> Iterator[str]:
    """The file in pieces; takes a long look where there is much."""
    digest = sha256()
    for piece in _content(connection, village_id):
        digest.update(piece.encode())
        yield piece
    yield f',"digest":"{digest.hexdigest()}"}}\n'


def _content(connection: Connection, village_id: int) -> Iterator[str]:
    village = {"village": village_code(connection, village_id), "columns": COLUMNS}
    proven = proof.proofs(connection, village_id)
    settled = [_settled(connection, village_id, one) for one in proven if one.settled_at]
    head = village | {"publications": [_publication(one) for one in proven], "settled": settled}
    yield _json(head)[:-1] + ',"entries":[\n'
    before = ""
    for row in connection.execute(
        _ENTRIES, {"village": village_id}, execution_options={"yield_per": _AT_ONCE}
    ):
        yield before + _json([*row[_OWN], row[0], chain.digest_of(row[_FACTS]), row[_NOTE], *row[_REST]])
        before = ",\n"
    yield "\n]"


def state_of(connection: Connection, village_id: int) -> tuple[object, ...]:
    """Changes whenever the object does."""
    counts = (
        connection.scalar(select(func.count()).where(table.c.village_id == village_id))
        for table in (tables.publication, tables.settlement)
    )
    return (*chain.head(connection, village_id), *counts)


def _publication(proven: proof.Proof) -> dict[str, object]:
    return {
        "quarter": str(proven.quarter),
        "published_at": stored_moment(proven.published_at),
        "first": proven.first,
        "number": proven.last,
        "digest": proven.digest,
    }


def _settled(connection: Connection, village_id: int, proven: proof.Proof) -> dict[str, object]:
    """What is open of a result, and last the digest of exactly that."""
    return results.settled_result(connection, village_id, proven.quarter).open | {"digest": proven.snapshot}


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
