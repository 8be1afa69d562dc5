"""What a notice proves: which entries it covers, the digest they lead to, and the notice before.

People read a digest as 26 characters of base32 (130 bits) in groups of four; a QR code carries all 52. Whoever
types one may leave out blanks and hyphens, and may mistake 0 for O, 1 for I and 8 for B.
"""

from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, Table, select

from kiosk.scoring import chain
from kiosk.scoring.periods import Period
from kiosk.scoring.tables import entry, publication, settlement

SHORTEST = 26  # characters: fewer prove too little, for an insider would choose both histories
_SHORTEST_HEX = 32
_GROUP = 4
_MISREAD = str.maketrans("018", "OIB")


@dataclass(frozen=True)
class Proof:
    """A notice covers the entries `first` to `last`, none if nothing was posted since the notice before.

    `digest` is that of the newest entry then; `before` is the notice before, in the order of the ledger.
    """

    quarter: Period
    published_at: datetime
    first: int
    last: int
    digest: str
    before: "Proof | None" = None
    settled_at: datetime | None = None
    snapshot: str = ""  # the digest of the settled standings
    draw_source: str = ""  # see QuarterState


@dataclass(frozen=True)
class Newest:
    """The ledger's newest entry just now; of the months' lists."""

    first: int
    last: int
    digest: str
    before: Proof | None


def coded(digest: str) -> str:
    """All 256 bits in 52 capitals and digits, for a QR code."""
    return b32encode(bytes.fromhex(digest)).decode().rstrip("=")


def grouped(digest: str) -> str:
    """What a notice prints: `MZXW 6YTB OI3D …`, 26 characters."""
    text = coded(digest)[:SHORTEST]
    return " ".join(text[at : at + _GROUP] for at in range(0, SHORTEST, _GROUP))


def typed(text: str) -> str:
    """Only the letters and digits of what somebody typed, in capitals."""
    return "".join(one for one in text.upper() if one.isascii() and one.isalnum())


def matches(digest: str, text: str) -> bool:
    """Whether what is printed is this digest: in base32, or from 32 digits on in hexadecimal."""
    wanted = typed(text)
    if len(wanted) < SHORTEST:
        return False
    in_hex = len(wanted) >= _SHORTEST_HEX and digest.upper().startswith(wanted)
    return in_hex or coded(digest).startswith(wanted.translate(_MISREAD))


def proofs(connection: Connection, village_id: int) -> list[Proof]:
    """Every notice of the village, oldest first: in the order of the entries, for clocks can be wrong."""
    settled = {row.start: row for row in connection.execute(_rows(settlement, village_id))}
    published = connection.execute(_rows(publication, village_id)).all()
    made: list[Proof] = []
    for row in sorted(published, key=lambda one: (one.number, one.published_at, one.start)):
        before, end = made[-1] if made else None, settled.get(row.start)
        made.append(
            Proof(
                quarter=Period(row.start, "quarter"),
                published_at=row.published_at,
                first=before.last + 1 if before else 1,
                last=row.number,
                digest=row.digest,
                before=before,
                settled_at=end.settled_at if end else None,
                snapshot=end.digest if end else "",
                draw_source=row.draw_source,
            )
        )
    return made


def proof_of(connection: Connection, village_id: int, quarter: Period) -> Proof | None:
    """What the notice of this quarter proves; none if there is no notice yet."""
    return next((one for one in proofs(connection, village_id) if one.quarter == quarter), None)


def previous_publication(connection: Connection, village_id: int, quarter: Period) -> Proof | None:
    """The notice before this quarter's; if that is not published yet, the newest there is."""
    made = proofs(connection, village_id)
    own = next((one for one in made if one.quarter == quarter), None)
    if own:
        return own.before
    return made[-1] if made else None


def newest(connection: Connection, village_id: int) -> Newest:
    """The end of the ledger as it is now, and what came since the newest notice."""
    number, digest = chain.head(connection, village_id)
    made = proofs(connection, village_id)
    before = made[-1] if made else None
    return Newest(before.last + 1 if before else 1, number, digest, before)


def digest_at(connection: Connection, village_id: int, number: int) -> str | None:
    """The digest of entry no. `number`; that of an empty ledger for 0, none beyond its end."""
    if number == 0:
        return chain.START
    of_number = select(entry.c.digest).where(entry.c.village_id == village_id, entry.c.number == number)
    return connection.scalar(of_number)


def _rows(table: Table, village_id: int) -> Select[Any]:
    return select(table).where(table.c.village_id == village_id)
