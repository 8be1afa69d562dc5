"""Who is signed in where, and which guesses or nameless objections were made.

Only hashes of tokens are stored.
"""

from sqlalchemy import Column, ForeignKey, Index, Text

from kiosk.scoring.columns import Moment
from kiosk.scoring.schema import key, table

session = table(
    "session",
    Column("token_hash", Text, primary_key=True),
    Column("account_id", ForeignKey("account.id"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
    Index(None, "account_id"),
)

login_attempt = table(
    "login_attempt",
    key(),
    Column("counter", Text, nullable=False),  # see kiosk/accounts/throttle.py
    Column("at", Moment, nullable=False),
    Index(None, "counter", "at"),
)
