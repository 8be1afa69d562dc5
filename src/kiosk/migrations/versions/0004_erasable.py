"""Words that can be erased lie apart: why something was decided, what was asked back, how an objection was answered.

Also what tablets say of the clock and who has confirmed it, and the salt that hides the names in a settled result.
"""

from alembic import op

from kiosk.migrations import statements

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for statement in statements("0004_erasable", op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)
