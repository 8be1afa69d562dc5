"""The first schema."""

from alembic import op

from kiosk.migrations import statements

revision = "0001"
down_revision = None


def upgrade() -> None:
    for statement in statements("0001_first", op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)
