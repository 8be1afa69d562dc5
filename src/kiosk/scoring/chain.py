"""The canonical form of an entry, and the digest that ties it to the one before (scoring.md, 15).

Everything is a JSON array in a fixed order, UTF-8, no spaces; points are whole tenths; moments are ISO in
UTC. Names and free text never enter: they are bound by the salted hash of the note, so that they can be
erased and the chain still verifies.
"""

import json
from base64 import b32encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import Connection, text

START = "0" * 64
"""What the first entry of a village has for its previous digest."""

Value = str | int | None

_canonical = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

EVENT_COLUMNS = """
    event.id, event.submission_key, event.household_id, event.member_id, rulebook.digest, event.item,
    event.points, event.occurred_on, event.late, event.recorder_id, event.recorded_at, event.note_hash
"""
"""What `Event` is made of, as it is stored; select it from event joined to its rulebook."""

_TIP = text(f"""
    SELECT {EVENT_COLUMNS}, decision.id, decision.verdict, decision.account_id, decision.decided_at,
           village.code, newest.number, newest.digest
      FROM event
      JOIN rulebook ON rulebook.id = event.rulebook_id
      JOIN village ON village.id = event.village_id
      JOIN decision ON decision.id = :decision
      LEFT JOIN entry AS newest
        ON newest.village_id = event.village_id
       AND newest.number = (SELECT max(number) FROM entry WHERE village_id = event.village_id)
     WHERE event.id = :event
""")

_HEAD = text("""
    SELECT number, digest
      FROM entry
     WHERE village_id = :village
     ORDER BY number DESC
     LIMIT 1
""")


@dataclass(frozen=True)
class Event:
    """The facts of an event, as they are stored. `rulebook` is the digest of the version."""

    id: int
    submission_key: str
    household_id: int
    member_id: int | None
    rulebook: str
    item: str
    tenths: int
    occurred_on: str
    late: int
    recorder_id: int | None
    recorded_at: str
    note_hash: str

    @property
    def facts(self) -> str:
        """SHA-256 of what was written down, without the words."""
        who_and_what = (
            self.id,
            self.submission_key,
            self.household_id,
            self.member_id,
            self.rulebook,
            self.item,
        )
        when_and_by = (self.tenths, self.occurred_on, self.late, self.recorder_id, self.recorded_at)
        return digest_of((*who_and_what, *when_and_by))

    @property
    def code(self) -> str:
        """Eight characters that stand on the receipt and on the household's page."""
        return receipt_code(self.facts)


@dataclass(frozen=True)
class Link:
    """The content of one entry that its digest covers, besides the event and the decision."""

    village: str
    number: int
    household_id: int
    member_id: int | None
    item: str
    counted_on: str
    month: int
    tenths: int
    cause: str
    correction: int
    posted_at: str


@dataclass(frozen=True)
class Tip:
    """Where the next entry of an event's village goes on, and what its digest covers besides its own content."""

    event: Event
    decision: tuple[Value, ...]
    village: str
    number: int
    digest: str


def tip(connection: Connection, event_id: int, decision_id: int) -> Tip:
    """Everything that an entry for this event, caused by this decision, is tied to: one query an entry."""
    row = connection.execute(_TIP, {"event": event_id, "decision": decision_id}).one()
    return Tip(Event(*row[:12]), tuple(row[12:16]), row[16], row[17] or 0, row[18] or START)


def entry_digest(previous: str, link: Link, event: Event, decision: Sequence[Value]) -> str:
    """SHA-256 of the previous digest and the entry's own content.

    `decision` is (id, verdict, account id, decided at), as they are stored.
    """
    whose = (link.village, link.number, link.household_id, link.member_id, link.item)
    counts = (link.counted_on, link.month, link.tenths, link.cause, link.correction, link.posted_at)
    return digest_of((previous, *whose, *counts, event.id, event.facts, event.note_hash, *decision))


def note_hash(salt: str, words: Sequence[str]) -> str:
    """Bind place, reason, basis, photo and recorder without revealing them."""
    return digest_of((salt, *words))


def digest_of(values: Sequence[object]) -> str:
    """SHA-256, in hexadecimal, of the values in canonical form."""
    return sha256(_canonical(values).encode()).hexdigest()


def receipt_code(facts: str) -> str:
    return b32encode(bytes.fromhex(facts)[:5]).decode()


def head(connection: Connection, village_id: int) -> tuple[int, str]:
    """Number and digest of the village's newest entry; (0, START) when there is none."""
    row = connection.execute(_HEAD, {"village": village_id}).one_or_none()
    return (row.number, row.digest) if row else (0, START)
