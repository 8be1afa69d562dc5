"""The schema's history. Each step is frozen SQL beside its revision; it never follows the tables in the code.

Alembic is imported only when there is something to do: `kiosk serve` starts without it.
"""

from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from kiosk import postgresql, sqlite
from kiosk.database import database_file
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.settings import Settings

_HERE = Path(__file__).parent


def newest() -> str:
    """The revision that this program needs, like `0001`."""
    return max(path.name[:4] for path in (_HERE / "versions").glob("0*.py"))


def current(connection: Connection) -> str | None:
    """The revision that the database has; None if it is empty. Raises Refused if it is not one of ours."""
    names = inspect(connection).get_table_names()
    if "alembic_version" in names:
        found: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
        return found
    if names:
        raise Refused(Problem("", N_("This database was made by another program. Check KIOSK_DATABASE_URL.")))
    return None


def upgrade(settings: Settings, now: datetime) -> None:
    """See kiosk.database.migrate."""
    path = database_file(settings)
    url = settings.database_url
    found = _found(sqlite.looking_engine(path) if path else postgresql.unguarded_engine(url))
    if found is not None and found > newest():
        raise Refused(_too_new(found))
    if found == newest():
        return
    if found is not None and path:
        _back_up(settings, now)
    _run(sqlite.unguarded_engine(path) if path else postgresql.unguarded_engine(url), now)


def _found(engine: Engine) -> str | None:
    """Only a look: a command must not wait for its turn to write while a server takes deeds."""
    try:
        with engine.connect() as connection:
            return current(connection)
    finally:
        engine.dispose()


def _too_new(found: str) -> Problem:
    sentence = N_("This database was made by a newer version (%(found)s) of this program. Install that one.")
    return Problem("", sentence, {"found": found})


def _back_up(settings: Settings, now: datetime) -> None:
    from kiosk.backups import back_up

    back_up(settings, now)


def _run(engine: Engine, now: datetime) -> None:
    """All steps in one transaction: killed at any moment, the database is old or new."""
    from kiosk.migrations.steps import run

    try:
        with engine.begin() as connection:
            run(connection, now)
    finally:
        engine.dispose()


def statements(step: str, dialect: str) -> list[str]:
    """The frozen SQL of a step: statements with a blank line between them."""
    sql = (_HERE / "versions" / f"{step}.{dialect}.sql").read_text(encoding="utf-8")
    return [statement for statement in sql.split("\n\n") if statement.strip()]
