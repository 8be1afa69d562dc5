"""The tables. One MetaData for the whole program; other rooms add theirs to it.

Everything is scoped by village. `event`, `decision` and `entry` are append-only: the database
itself refuses to change or delete them (see kiosk/sqlite.py). Texts that name or describe people live in
`note`, so that they can be erased while the chain, which holds only their salted hash, still verifies.
"""

from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from kiosk.scoring.columns import Day, Flag, Moment, Points

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    }
)


def _key() -> Column[int]:
    return Column("id", Integer, primary_key=True)


def _in_village() -> Column[int]:
    return Column("village_id", ForeignKey("village.id"), nullable=False)


def _table(name: str, *parts: Any) -> Table:
    return Table(name, metadata, *parts, sqlite_strict=True)


def _unique_where(name: str, column: str, condition: str) -> Index:
    where = text(condition)
    return Index(name, column, unique=True, sqlite_where=where, postgresql_where=where)


village = _table(
    "village",
    _key(),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    # full, masked or code; null until somebody chooses, and then public pages show codes only
    Column(
        "public_names", Text, CheckConstraint("public_names IN ('full', 'masked', 'code')", "public_names")
    ),
    Column("contact", Text, nullable=False, server_default=""),
    Column("screen_inches", Integer, nullable=False, server_default="55"),
    Column("screen_metres", Integer, nullable=False, server_default="5"),
    Column("screen_theme", Text, nullable=False, server_default="auto"),
    Column("screen_message", Text, nullable=False, server_default=""),
    # goes up with every change a public page could show; see kiosk/pages/cache.py
    Column("revision", Integer, nullable=False, server_default="0"),
)

household = _table(
    "household",
    _key(),
    _in_village(),
    Column("code", Text, nullable=False),
    Column("group_name", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column(
        "residency", Text, CheckConstraint("residency IN ('local', 'resident')", "residency"), nullable=False
    ),
    Column("token", Text, nullable=False, unique=True),
    UniqueConstraint("village_id", "code"),
)

retired_token = _table(
    "retired_token",
    Column("token_hash", Text, primary_key=True),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("retired_at", Moment, nullable=False),
)

member = _table(
    "member",
    _key(),
    _in_village(),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("relation", Text, nullable=False),
    Column("head", Flag, nullable=False),
    Column("born", Day),
    Column("joined", Day),
    Column("left", Day),
    # space-separated lower-case search keys made from the name: see kiosk/roster/search.py
    Column("search", Text, nullable=False, server_default=""),
    Index(None, "household_id"),
    Index(None, "village_id", "household_id", "joined", "left"),
)

account = _table(
    "account",
    _key(),
    Column("name", Text, nullable=False, unique=True),
    Column(
        "role",
        Text,
        CheckConstraint("role IN ('recorder', 'reviewer', 'admin', 'township')", "role"),
        nullable=False,
    ),
    Column("village_id", ForeignKey("village.id")),  # null for the township
    Column("password", Text, nullable=False),
    Column("household_id", ForeignKey("household.id")),  # the household this person lives in
    Column("active", Flag, nullable=False, server_default="1"),
)

kin = _table(
    "kin",
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("household_id", ForeignKey("household.id"), primary_key=True),
)

rulebook = _table(
    "rulebook",
    _key(),
    Column("title", Text, nullable=False),
    Column("applies_from", Day, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("content", Text, nullable=False),  # canonical JSON: see kiosk/scoring/rulebook.py
    Column("digest", Text, nullable=False),
)

event = _table(
    "event",
    _key(),
    _in_village(),
    Column("submission_key", Text, nullable=False),
    Column("content", Text, nullable=False),  # SHA-256 of what was submitted, to tell a retry from a clash
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("member_id", ForeignKey("member.id")),
    Column("rulebook_id", ForeignKey("rulebook.id"), nullable=False),
    Column("item", Text, nullable=False),
    Column("points", Points, nullable=False),  # as claimed, before any cap
    Column("occurred_on", Day, nullable=False),
    Column("late", Flag, nullable=False),
    Column("recorder_id", ForeignKey("account.id")),  # null when it came from paper
    Column("recorder", Text, nullable=False),
    Column("recorded_at", Moment, nullable=False),
    Column("device_at", Moment),
    Column("note_hash", Text, nullable=False),
    UniqueConstraint("village_id", "submission_key"),
    Index(None, "village_id", "household_id", "occurred_on"),
    Index(None, "village_id", "recorder_id", "recorded_at"),
    Index(None, "village_id", "recorded_at"),
)

note = _table(
    "note",
    Column("event_id", ForeignKey("event.id"), primary_key=True),
    Column("salt", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("photo", Text, nullable=False),  # SHA-256 of the stored picture, or empty
)

# what awaits a decision; the one table here whose rows go away
waiting = _table(
    "waiting",
    Column("event_id", ForeignKey("event.id"), primary_key=True),
    _in_village(),
    Column("month", Integer),  # null for a late entry: it counts on whatever day it is approved
    Index(None, "village_id", "month"),
)

decision = _table(
    "decision",
    _key(),
    _in_village(),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column(
        "verdict",
        Text,
        CheckConstraint("verdict IN ('approved', 'rejected', 'reversed')", "verdict"),
        nullable=False,
    ),
    Column("account_id", ForeignKey("account.id")),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Column("reason", Text, nullable=False),
    _unique_where("uq_decision_first", "event_id", "verdict <> 'reversed'"),
    _unique_where("uq_decision_reversed", "event_id", "verdict = 'reversed'"),
)

entry = _table(
    "entry",
    _key(),
    _in_village(),
    Column("number", Integer, nullable=False),  # 1, 2, 3 … within the village
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("decision_id", ForeignKey("decision.id"), nullable=False),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("member_id", ForeignKey("member.id")),
    Column("item", Text, nullable=False),
    Column("counted_on", Day, nullable=False),  # the event's day for its caps
    Column("month", Integer, nullable=False),  # where the points land: 202607
    Column("points", Points, nullable=False),
    Column("cause", Text, CheckConstraint("cause IN ('award', 'cap', 'reversal')", "cause"), nullable=False),
    Column("correction", Flag, nullable=False),  # lands in a later quarter because its own is settled
    Column("posted_at", Moment, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    UniqueConstraint("village_id", "number"),
    UniqueConstraint("village_id", "previous"),
    Index("ix_entry_standing", "village_id", "month", "household_id", "member_id", "points"),
    # not by village first: a planner would rather group by household than range over months
    Index("ix_entry_caps", "household_id", "item", "counted_on"),
    Index(None, "event_id"),
    Index(None, "village_id", "posted_at", "month", "household_id", "points"),
)

quarter = _table(
    "quarter",
    Column("village_id", ForeignKey("village.id"), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("published_at", Moment, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("published_number", Integer, nullable=False),
    Column("published_digest", Text, nullable=False),
    Column("settled_at", Moment),
    Column("settled_by", Text),
    Column("settled_digest", Text),  # SHA-256 of the snapshot
)

standing = _table(
    "standing",
    Column("village_id", ForeignKey("village.id"), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("household_id", ForeignKey("household.id"), primary_key=True),
    Column("rank", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("head", Text, nullable=False),
    Column("head_minor", Flag, nullable=False),
    Column("group_name", Text, nullable=False),
    Column("member_points", Points, nullable=False),
    Column("household_points", Points, nullable=False),
    Column("base_points", Points, nullable=False),
)

APPEND_ONLY = ("event", "decision", "entry", "standing", "rulebook")
