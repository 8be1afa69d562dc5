"""The sample of a published quarter that the supervising group checks. Nothing here is ever changed."""

from sqlalchemy import Column, ForeignKey, Integer, Text

from kiosk.scoring.columns import Moment
from kiosk.scoring.schema import one_of, table

draw = table(
    "draw",
    Column("village_id", ForeignKey("village.id"), primary_key=True),
    Column("start", Integer, primary_key=True),  # of the quarter: 202607
    Column(
        "public_number", Text, nullable=False
    ),  # its digits alone; what number it is, the publication says
    Column("previous", Text, nullable=False),  # the digest on the notice before
    Column("seed", Text, nullable=False),
    Column("account_id", ForeignKey("account.id")),  # null for the command line
    Column("drawn_by", Text, nullable=False),
    Column("drawn_at", Moment, nullable=False),
)

drawn = table(
    "drawn",
    Column("village_id", ForeignKey("village.id"), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("place", Integer, primary_key=True),  # 1 to 10
    Column("event_id", ForeignKey("event.id"), nullable=False),
)

inspection = table(
    "inspection",
    Column("village_id", ForeignKey("village.id"), primary_key=True),
    Column("start", Integer, primary_key=True),
    Column("event_id", ForeignKey("event.id"), primary_key=True),
    Column("outcome", Text, one_of("outcome", "confirmed", "doubtful", "wrong"), nullable=False),
    Column("remark", Text, nullable=False),
    Column("inspected_by", Text, nullable=False),  # who of the supervising group went and looked
    Column("account_id", ForeignKey("account.id"), nullable=False),  # who typed it in
    Column("inspected_at", Moment, nullable=False),
)
