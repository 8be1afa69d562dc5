"""Runs the steps that are missing. The only importer of Alembic's machinery."""

from datetime import datetime
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, insert

from kiosk import sqlite
from kiosk.migrations import current, newest
from kiosk.storage import seal


def run(connection: Connection, now: datetime) -> None:
    """Upgrade inside the transaction of this connection, then seal the schema with its fingerprint."""
    if current(connection) == newest():
        return  # another process was faster
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
    if connection.dialect.name == "sqlite":
        _seal(connection, now)


def _seal(connection: Connection, now: datetime) -> None:
    sqlite.mark_as_ours(connection)
    connection.execute(
        insert(seal).values(revision=newest(), fingerprint=sqlite.fingerprint(connection), sealed_at=now)
    )
