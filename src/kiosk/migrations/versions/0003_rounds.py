"""Rounds from house to house: what is looked at, who has been where, what was noted there."""

from alembic import op

from kiosk.migrations import statements

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for statement in statements("0003_rounds", op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)
