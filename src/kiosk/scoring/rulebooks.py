"""The versions of the rulebook. A version is never changed; an event keeps the one it was recorded under."""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime
from importlib.resources import files
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select

from kiosk.scoring import tables
from kiosk.scoring.columns import Day
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.rulebook import Rulebook, parse_rulebook, read_toml, to_data

_table = tables.rulebook.c
_columns = select(_table.id, _table.digest, _table.applies_from)

# made once: every deed asks for its rulebook, and building a query costs more than running it
_NEWEST = _columns.order_by(_table.id.desc()).limit(1)
_ONE = _columns.where(_table.id == bindparam("id"))
_BEGUN = (
    _columns.where(_table.applies_from <= bindparam("day", type_=Day))
    .order_by(_table.applies_from.desc(), _table.id.desc())
    .limit(1)
)
_FIRST = _columns.order_by(_table.applies_from, _table.id.desc()).limit(1)
_CONTENT = select(_table.content).where(_table.id == bindparam("id"))
_MOST_KNOWN = 16


@dataclass(frozen=True)
class Version:
    """`digest` is the SHA-256 of the content in its canonical form."""

    id: int
    digest: str
    applies_from: date
    book: Rulebook


@dataclass(frozen=True)
class Listed:
    """A version without its content."""

    id: int
    title: str
    applies_from: date
    added_at: datetime
    added_by: str


def default_rulebook() -> Rulebook:
    """The rulebook that ships with the program."""
    return read_toml((files("kiosk") / "rulebooks" / "default.toml").read_text("utf-8"))


def add(connection: Connection, rulebook: Rulebook, applies_from: date, by: str, now: datetime) -> int:
    """Store a new version and return its id; the content of the newest again stores nothing.

    Raises Refused for a day gone by once anything was recorded: a version must not reach back into quarters
    that people have seen.
    """
    last = newest(connection)
    if last and last.book == rulebook:  # not the digest: a setting that is new here is not in an older text
        return last.id
    if applies_from < now.date() and connection.scalar(select(tables.event.c.id).limit(1)) is not None:
        raise Refused(
            Problem("applies_from", N_("A rulebook applies from today on or later; choose such a day"))
        )
    row = {"title": rulebook.title, "applies_from": applies_from, "added_at": now, "added_by": by}
    content = canonical(rulebook)
    adding = insert(tables.rulebook).values(**row, content=content, digest=digest_of_content(content))
    return int(connection.scalars(adding.returning(_table.id)).one())


def in_force(connection: Connection, day: date) -> Version:
    """The version for what is recorded on this day. Raises Refused if no rulebook has been imported.

    Days before the first version fall under the first one: base points of older quarters ask for it.
    """
    begun = connection.execute(_BEGUN, {"day": day}).one_or_none()
    row = begun or connection.execute(_FIRST).one_or_none()
    if row is None:
        raise Refused(
            Problem("", N_("There is no rulebook yet; import one first: kiosk import rulebook FILE"))
        )
    return _version(connection, row)


def newest(connection: Connection) -> Version | None:
    """The version that was added last."""
    row = connection.execute(_NEWEST).one_or_none()
    return _version(connection, row) if row else None


def versions(connection: Connection) -> list[Listed]:
    """All of them, the newest first."""
    columns = select(_table.id, _table.title, _table.applies_from, _table.added_at, _table.added_by)
    return [Listed(*row) for row in connection.execute(columns.order_by(_table.id.desc()))]


def version(connection: Connection, id: int) -> Version:  # noqa: A002
    """One version by its id, which must exist."""
    return _version(connection, connection.execute(_ONE, {"id": id}).one())


def book_of(connection: Connection, id: int, digest: str) -> Rulebook:  # noqa: A002
    """The content of the version with this id and digest; asks the database only for one not met before."""
    known = _known.get(digest)
    if known is None:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        content = connection.execute(_CONTENT, {"id": id}).scalar_one()
        known = _known[digest] = parse_rulebook(json.loads(content))
    return known


# by digest, which stands for the content whatever database it lies in; a deed asks for its book six times
_known: dict[str, Rulebook] = {}


def canonical(rulebook: Rulebook) -> str:
    """The content as JSON with sorted keys and no spaces: equal rulebooks give equal text."""
    return json.dumps(to_data(rulebook), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _version(connection: Connection, row: Row[*tuple[Any, ...]]) -> Version:
    return Version(row.id, row.digest, row.applies_from, book_of(connection, row.id, row.digest))


def digest_of_content(content: str) -> str:
    """SHA-256 of the canonical content."""
    return hashlib.sha256(content.encode()).hexdigest()
