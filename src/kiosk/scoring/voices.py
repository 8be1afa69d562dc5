"""The tables of what people say about deeds: questions and answers, declarations, objections.

A question, its answer and an objection are never edited, like the ledger they speak of. What was said lies
apart (`remark_note`, `objection_note`, `objection_answer_note`), so that it can be erased.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, Text, UniqueConstraint

from kiosk.scoring.columns import Day, Moment
from kiosk.scoring.schema import in_village, key, one_of, table

# a reviewer asks back about an event that waits, and the recorder answers; the event itself stays as it is
remark = table(
    "remark",
    key(),
    in_village(),
    Column("event_id", ForeignKey("event.id"), nullable=False),
    Column("kind", Text, one_of("kind", "question", "answer"), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("name", Text, nullable=False),
    Column("made_at", Moment, nullable=False),
    Index(None, "event_id"),
)

remark_note = table(
    "remark_note",
    Column("remark_id", ForeignKey("remark.id"), primary_key=True),
    Column("words", Text, nullable=False),
    Column("photo", Text, nullable=False),  # SHA-256 of a stored picture, or empty
)

# a family's own word for a deed (自主申报), until a recorder has taken it up or declined it; no part of the ledger
declaration = table(
    "declaration",
    key(),
    in_village(),
    Column("submission_key", Text, nullable=False),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("member_id", ForeignKey("member.id")),
    Column("item", Text, nullable=False),
    Column("occurred_on", Day, nullable=False),
    Column("place", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("photo", Text, nullable=False),
    Column("declared_at", Moment, nullable=False),
    Column("state", Text, one_of("state", "waiting", "taken", "declined"), nullable=False),
    Column("event_id", ForeignKey("event.id")),  # what a recorder made of it
    Column("answer", Text, nullable=False),
    Column("account_id", ForeignKey("account.id")),
    Column("answered_by", Text, nullable=False),
    Column("answered_at", Moment),
    UniqueConstraint("village_id", "submission_key"),
    Index(None, "household_id"),
    Index(None, "village_id", "state"),
)

objection = table(
    "objection",
    key(),
    in_village(),
    Column("submission_key", Text, nullable=False),
    Column("number", Integer, nullable=False),  # 1, 2, 3 … within the village
    Column("start", Integer, nullable=False),  # of the quarter it holds up: 202607
    Column("about", Integer, nullable=False),  # of the quarter it speaks of; another one if that was settled
    Column("kind", Text, one_of("kind", "event", "missing", "rank"), nullable=False),
    Column("household_id", ForeignKey("household.id")),  # whom it is about, if anybody said
    Column("event_id", ForeignKey("event.id")),
    Column("source", Text, one_of("source", "household", "notice", "office"), nullable=False),
    Column("raised_at", Moment, nullable=False),
    Column("due_on", Day, nullable=False),  # the last day on which to answer
    UniqueConstraint("village_id", "number"),
    UniqueConstraint("village_id", "submission_key"),
    Index(None, "village_id", "start"),
    Index(None, "household_id"),
)

objection_note = table(
    "objection_note",
    Column("objection_id", ForeignKey("objection.id"), primary_key=True),
    Column("words", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("contact", Text, nullable=False),
    Column("raiser_id", ForeignKey("household.id")),  # which household raised it, if the office was told
    Index(None, "raiser_id"),
)

# an objection is open until it has a row here
objection_answer = table(
    "objection_answer",
    Column("objection_id", ForeignKey("objection.id"), primary_key=True),
    Column("outcome", Text, one_of("outcome", "upheld", "rejected"), nullable=False),
    Column("event_id", ForeignKey("event.id")),  # what was taken back or newly recorded
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("answered_by", Text, nullable=False),
    Column("answered_at", Moment, nullable=False),
)

objection_answer_note = table(
    "objection_answer_note",
    Column("objection_id", ForeignKey("objection.id"), primary_key=True),
    Column("reason", Text, nullable=False),
)
