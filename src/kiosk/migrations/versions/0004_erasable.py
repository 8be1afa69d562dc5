"""Why something was decided, what was asked back and how an objection was answered: apart, so that it can be erased."""

from alembic import op

from kiosk.migrations import statements

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    for statement in statements("0004_erasable", op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)
