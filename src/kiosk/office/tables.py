"""The office's tables. Decisions and the activity log only grow; texts that people polish may change."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Text, UniqueConstraint

from kiosk.scoring.columns import Day, Moment
from kiosk.scoring.schema import in_village, key, one_of, table

# the committee's word on a household and an honour of a year; the newest row of the three counts.
# `barred` (一票否决) stands without an honour and holds for all of the year's
honour_decision = table(
    "honour_decision",
    key(),
    in_village(),
    Column("year", Integer, nullable=False),
    Column("honour", Text, nullable=False),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column(
        "decision",
        Text,
        one_of("decision", "recommended", "granted", "declined", "withdrawn", "barred"),
        nullable=False,
    ),
    Column("reason", Text, nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("decided_by", Text, nullable=False),
    Column("decided_at", Moment, nullable=False),
    Index(None, "village_id", "year"),
    Index(None, "household_id"),
)

reward = table(
    "reward",
    key(),
    in_village(),
    Column("submission_key", Text, nullable=False, unique=True),
    Column("year", Integer, nullable=False),
    Column("household_id", ForeignKey("household.id"), nullable=False),
    Column("kind", Text, one_of("kind", "honour", "policy", "goods"), nullable=False),
    Column("what", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("decided_on", Day, nullable=False),  # the day of the committees' meeting
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("noted_by", Text, nullable=False),
    Column("noted_at", Moment, nullable=False),
    Index(None, "village_id", "year"),
)

reward_cancellation = table(
    "reward_cancellation",
    Column("reward_id", ForeignKey("reward.id"), primary_key=True),
    Column("reason", Text, nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("cancelled_by", Text, nullable=False),
    Column("cancelled_at", Moment, nullable=False),
)

# who did what, beside what the ledger itself says; `sentence` and `details` as kiosk/office/activity.py has them
activity = table(
    "activity",
    key(),
    Column("village_id", ForeignKey("village.id")),  # null for what concerns all villages
    Column("account_id", ForeignKey("account.id")),  # null for the command line
    Column("name", Text, nullable=False),
    Column("done_at", Moment, nullable=False),
    Column("topic", Text, nullable=False),
    Column("sentence", Text, nullable=False),
    Column("details", Text, nullable=False),
    Index(None, "village_id", "done_at"),
)

# the loudspeaker's text of a quarter, as the office polished it
broadcast = table(
    "broadcast",
    Column("village_id", ForeignKey("village.id"), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("words", Text, nullable=False),
    Column("saved_by", Text, nullable=False),
    Column("saved_at", Moment, nullable=False),
)

# what the screen says on certain days, beside its standing line
message = table(
    "message",
    key(),
    in_village(),
    Column("words", Text, nullable=False),
    Column("first_day", Day, nullable=False),
    Column("last_day", Day, nullable=False),  # that day still
    Index(None, "village_id", "last_day"),
)

# a walk from house to house (入户检查): a plan and a list to tick off, no part of the ledger
walk = table(
    "round",
    key(),
    in_village(),
    Column("submission_key", Text, nullable=False),  # made by the tablet: a round begins without a connection
    Column("group_name", Text, nullable=False),  # empty: the whole village
    Column("items", Text, nullable=False),  # codes of what is looked at, one a line
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("started_at", Moment, nullable=False),
    Column("finished_by", ForeignKey("account.id")),
    Column("finished_at", Moment),
    UniqueConstraint("village_id", "submission_key"),
    Index(None, "village_id", "finished_at"),
)

# who of the office was at a household on a round, and how it ended
visit = table(
    "visit",
    Column("round_id", ForeignKey("round.id"), primary_key=True),
    Column("household_id", ForeignKey("household.id"), primary_key=True),
    Column("outcome", Text, one_of("outcome", "recorded", "nothing", "absent"), nullable=False),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("made_at", Moment, nullable=False),
    Column("device_at", Moment),
)

# the events that were noted on a round
round_event = table(
    "round_event",
    Column("event_id", ForeignKey("event.id"), primary_key=True),
    Column("round_id", ForeignKey("round.id"), nullable=False),
    Index(None, "round_id"),
)
