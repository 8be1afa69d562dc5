"""The office: questions, declarations, objections, the sample, honours, rewards, texts, the activity log."""

from alembic import op

from kiosk.migrations import statements

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    for statement in statements("0002_office", op.get_bind().dialect.name):
        op.get_bind().exec_driver_sql(statement)
