"""R5: eight writers who read, think and write at once lose nothing and are never told "locked"."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, select, update
from sqlalchemy.exc import OperationalError

from kiosk.database import open_database
from kiosk.scoring.tables import village
from kiosk.scoring.verification import verify
from kiosk.settings import Settings
from tests.conftest import Clock, Village
from tests.faults.deeds import record

WRITERS, EACH = 8, 60


def read_think_and_write(connection: Connection) -> None:
    """What loses updates wherever two can read before one of them has written."""
    seen = connection.scalars(select(village.c.revision)).one()
    connection.execute(update(village).values(revision=seen + 1))


def all_at_once(work: Callable[[int], object], each: int = EACH) -> list[BaseException]:
    """Let eight writers do it so many times each; the errors they were told."""
    with ThreadPoolExecutor(WRITERS) as pool:
        done = [pool.submit(work, number) for number in range(WRITERS * each)]
        return [error for future in done if (error := future.exception())]


def revision(settings: Settings) -> int:
    database = open_database(settings)
    with database.read() as connection:
        found: int = connection.scalars(select(village.c.revision)).one()
    database.close()
    return found


def test_eight_writers_of_two_processes_lose_nothing(alone: Village, settings: Settings) -> None:
    before = revision(settings)
    databases = (alone.database, open_database(settings))
    errors = all_at_once(lambda number: databases[number % 2].write(read_think_and_write))
    databases[1].close()
    assert errors == []
    assert revision(settings) == before + WRITERS * EACH


def test_eight_recorders_make_one_unbroken_chain(alone: Village, clock: Clock) -> None:
    errors = all_at_once(
        lambda number: alone.database.write(lambda connection: record(connection, number, clock())),
        each=15,
    )
    assert errors == []
    with alone.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM event").scalar_one() == WRITERS * 15
        assert verify(connection, 1) == []


@pytest.mark.teeth
def test_default_transactions_lose_updates_or_are_told_locked(alone: Village, settings: Settings) -> None:
    before = revision(settings)
    path: Path = settings.data / "kiosk.db"
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": 0.2})

    def write(_: int) -> None:
        with engine.begin() as connection:
            read_think_and_write(connection)

    errors = all_at_once(write, each=15)
    engine.dispose()
    assert all(isinstance(error, OperationalError) for error in errors)
    assert revision(settings) < before + WRITERS * 15
