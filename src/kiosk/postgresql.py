"""Everything that only PostgreSQL does: its engines, its locks, its faults. See sqlite.py for the usual case."""

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.exc import DBAPIError, OperationalError

from kiosk.storage import UNREACHABLE, Engines, Fault


def engines(url: str) -> Engines:
    """Readers see one state and cannot write; of the writers of all processes one goes at a time."""
    reader = create_engine(url, pool_pre_ping=True, isolation_level="REPEATABLE READ", hide_parameters=True)
    writer = create_engine(url, pool_pre_ping=True, pool_size=1, max_overflow=0, hide_parameters=True)
    event.listen(reader, "begin", lambda connection: connection.exec_driver_sql("SET TRANSACTION READ ONLY"))
    # numbers and digests follow one another
    event.listen(
        writer, "begin", lambda connection: connection.exec_driver_sql("SELECT pg_advisory_xact_lock(7235)")
    )
    return Engines(reader, reader, writer)


def unguarded_engine(url: str) -> Engine:
    """For a look at the schema, and for migrations, which change it."""
    return create_engine(url, hide_parameters=True)


def fault(error: DBAPIError) -> Fault | None:
    """The fault of the server behind an error; None if the error has another cause."""
    return UNREACHABLE if isinstance(error, OperationalError) or error.connection_invalidated else None
