"""The tables. One MetaData for the whole program; other rooms add theirs to it.

Everything is scoped by village. The tables of APPEND_ONLY only grow: the database
itself refuses to change or delete them (see kiosk/sqlite.py). Texts that name or describe people lie apart
(`note`, `decision_note`), so that they can be erased while the chain, which holds no more than a salted hash,
still verifies.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, Text, UniqueConstraint

from kiosk.scoring.columns import Day, Flag, Moment, Points
from kiosk.scoring.schema import in_village, key, one_of, table, unique_where
from kiosk.scoring.schema import metadata as metadata

village = table(
    "village",
    key(),
    Column("code", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    # full, masked or code; null until somebody chooses, and then public pages show codes only
    Column("public_names", Text, one_of("public_names", "full", "masked", "code")),
    Column("contact", Text, nullable=False, server_default=""),
    Column("screen_inches", Integer, nullable=False, server_default="55"),
    Column("screen_metres", Integer, nullable=False, server_default="5"),
    Column("screen_theme", Text, nullable=False, server_default="auto"),
    Column("screen_message", Text, nullable=False, server_default=""),
    # goes up with every change a public page could show; see kiosk/pages/cache.py
    Column("revision", Integer, nullable=False, server_default="0"),
    # the hours of the screen, like 06:30 and 21:30; empty: day and night
    Column("screen_on", Text, nullable=False, server_default=""),
    Column("screen_off", Text, nullable=False, server_default=""),
    # whether everybody may download the open ledger, or the office hands it out
    Column("open_ledger", Flag, nullable=False, server_default="1"),
)

household = table(
    "household",
    key(),
    in_village(),
    Column("code", Text, nullable=False),
    Column("group_name", Text, nullable=False, server_default=""),
    Column("address", Text, nullable=False, server_default=""),
    Column("residency", Text, one_of("residency", "local", "resident"), nullable=False),
    Column("token", Text, nullable=False, unique=True),
    UniqueConstraint("village_id", "code"),
)

retired_token = table(
    "retired_token",
    Column("token_hash", Text, primary_key=True),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("retired_at", Moment, nullable=False),
)

member = table(
    "member",
    key(),
    in_village(),
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

account = table(
    "account",
    key(),
    Column("name", Text, nullable=False, unique=True),
    Column(
        "role",
        Text,
        one_of("role", "recorder", "reviewer", "admin", "township"),
        nullable=False,
    ),
    Column("village_id", ForeignKey("village.id")),  # null for the township
    Column("password", Text, nullable=False),
    Column("household_id", ForeignKey("household.id")),  # the household this person lives in
    Column("active", Flag, nullable=False, server_default="1"),
)

kin = table(
    "kin",
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("household_id", ForeignKey("household.id"), primary_key=True),
)

rulebook = table(
    "rulebook",
    key(),
    Column("title", Text, nullable=False),
    Column("applies_from", Day, nullable=False),
    Column("added_at", Moment, nullable=False),
    Column("added_by", Text, nullable=False),
    Column("content", Text, nullable=False),  # canonical JSON: see kiosk/scoring/rulebook.py
    Column("digest", Text, nullable=False),
)

event = table(
    "event",
    key(),
    in_village(),
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

note = table(
    "note",
    Column("event_id", ForeignKey("event.id"), primary_key=True),
    Column("salt", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("basis", Text, nullable=False),
    Column("photo", Text, nullable=False),  # SHA-256 of the stored picture, or empty
)

# what awaits a decision; the one table here whose rows go away
waiting = table(
    "waiting",
    Column("event_id", ForeignKey("event.id"), primary_key=True),
    in_village(),
    Column("month", Integer),  # null for a late entry: it counts on whatever day it is approved
    Index(None, "village_id", "month"),
)

decision = table(
    "decision",
    key(),
    in_village(),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column(
        "verdict",
        Text,
        one_of("verdict", "approved", "rejected", "reversed"),
        nullable=False,
    ),
    Column("account_id", ForeignKey("account.id")),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    unique_where("uq_decision_first", "event_id", "verdict <> 'reversed'"),
    unique_where("uq_decision_reversed", "event_id", "verdict = 'reversed'"),
)

# why something was rejected or taken back
decision_note = table(
    "decision_note",
    Column("decision_id", ForeignKey("decision.id"), primary_key=True),
    Column("reason", Text, nullable=False),
)

entry = table(
    "entry",
    key(),
    in_village(),
    Column("number", Integer, nullable=False),  # 1, 2, 3 … within the village
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("decision_id", ForeignKey("decision.id"), nullable=False),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("member_id", ForeignKey("member.id")),
    Column("item", Text, nullable=False),
    Column("counted_on", Day, nullable=False),  # the event's day for its caps
    Column("month", Integer, nullable=False),  # where the points land: 202607
    Column("points", Points, nullable=False),
    Column("cause", Text, one_of("cause", "award", "cap", "reversal"), nullable=False),
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

# a quarter is open until it has a row here, and on notice until it has one in `settlement`
publication = table(
    "publication",
    Column("village_id", ForeignKey("village.id"), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("published_at", Moment, nullable=False),
    Column("published_by", Text, nullable=False),
    Column("number", Integer, nullable=False),  # of the newest entry then
    Column("digest", Text, nullable=False),  # of that entry, as the notice prints it
    # which public number will draw the sample for checking; empty: the usual one
    Column("draw_source", Text, nullable=False, server_default=""),
    Column("kin_relations", Integer),  # registered then; null before that was counted
)

settlement = table(
    "settlement",
    Column("village_id", ForeignKey("village.id"), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("settled_at", Moment, nullable=False),
    Column("settled_by", Text, nullable=False),
    Column("digest", Text, nullable=False),  # SHA-256 of the snapshot, see results.py
    Column("early_reason", Text, nullable=False, server_default=""),  # why the days of notice were cut short
    Column("salt", Text, nullable=False, server_default=""),  # hides the names in the snapshot's digest
)

standing = table(
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

# all that only grow, also of other rooms
APPEND_ONLY = (
    *("event", "decision", "entry", "publication", "settlement", "standing", "rulebook"),
    *("remark", "objection", "objection_answer", "draw", "drawn", "inspection"),
    *("honour_decision", "reward", "reward_cancellation", "activity"),
)
# words that can be erased, and never changed
ERASABLE = ("note", "decision_note", "remark_note", "objection_answer_note")
