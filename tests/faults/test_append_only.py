"""R7: every way around the append-only ledger is refused on the program's own connections."""

import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from kiosk import sqlite
from kiosk.database import Database, StorageFault, open_database
from kiosk.scoring.tables import APPEND_ONLY, ERASABLE
from kiosk.scoring.verification import verify
from kiosk.selftest import self_test
from kiosk.settings import Settings
from tests.conftest import TEN_O_CLOCK, Clock, Village
from tests.faults.deeds import record_some

COLUMNS = (
    "village_id, number, event_id, decision_id, household_id, member_id, item, counted_on, month, points,"
    " cause, correction, posted_at, previous, digest"
)
RICHER = COLUMNS.replace("points", "points + 1000")

WAYS = {
    "update": "UPDATE entry SET points = 1000",
    "update, or replace": "UPDATE OR REPLACE entry SET number = 1",
    "delete": "DELETE FROM entry WHERE number = 2",
    "delete through a common table": "WITH last AS (SELECT 2) DELETE FROM entry WHERE id IN last",
    "insert or replace": f"INSERT OR REPLACE INTO entry (id, {COLUMNS}) SELECT id, {RICHER} FROM entry",
    "replace by the number": f"REPLACE INTO entry ({COLUMNS}) SELECT {RICHER} FROM entry",
    "upsert": f"INSERT INTO entry ({COLUMNS}) SELECT {COLUMNS} FROM entry WHERE true"
    " ON CONFLICT DO UPDATE SET points = 1000",
    "upsert by the key": f"INSERT INTO entry (id, {COLUMNS}) SELECT id, {COLUMNS} FROM entry WHERE true"
    " ON CONFLICT (id) DO UPDATE SET points = 1000",
    "drop the trigger": "DROP TRIGGER entry_no_update",
    "drop the table": "DROP TABLE entry",
    "drop an index": "DROP INDEX ix_entry_standing",
    "rename the table": "ALTER TABLE entry RENAME TO old_entry",
    "rename a column": "ALTER TABLE entry RENAME COLUMN points TO tenths",
    "drop a column": "ALTER TABLE entry DROP COLUMN correction",
    "add a column": "ALTER TABLE entry ADD COLUMN bonus INTEGER",
    "make the schema writable": "PRAGMA writable_schema = ON",
    "write the schema": "UPDATE sqlite_master SET sql = '' WHERE name = 'entry_no_update'",
    "erase from the schema": "DELETE FROM sqlite_schema WHERE type = 'trigger'",
    "raise the schema's version": "PRAGMA schema_version = 9",
    "attach another file": "ATTACH 'other.db' AS other",
    "detach": "DETACH main",
    "copy without the triggers": "VACUUM INTO 'other.db'",
    "rebuild the file": "VACUUM",
    "a trigger that gives": "CREATE TRIGGER gift AFTER INSERT ON event BEGIN DELETE FROM note; END",
    "a passing trigger": "CREATE TEMP TRIGGER gift AFTER INSERT ON event BEGIN DELETE FROM note; END",
    "a table in front of it": "CREATE TEMP TABLE entry AS SELECT * FROM main.entry",
    "a view in front of it": "CREATE TEMP VIEW entry AS SELECT * FROM main.entry",
    "a table beside it": "CREATE TABLE entry2 AS SELECT * FROM entry",
    "a virtual table": "CREATE VIRTUAL TABLE pages USING dbstat",
    "triggers off for replace": "PRAGMA recursive_triggers = OFF",
    "checks off": "PRAGMA ignore_check_constraints = ON",
    "foreign keys off": "PRAGMA foreign_keys = OFF",
    "trust the schema": "PRAGMA trusted_schema = ON",
    "sync off": "PRAGMA synchronous = OFF",
    "journal off": "PRAGMA journal_mode = OFF",
    "readers may write": "PRAGMA query_only = OFF",
    "load code": "SELECT load_extension('x')",
    "erase the household": "DELETE FROM household WHERE id = 1",
    "number the households anew": "UPDATE household SET id = id + 100",
} | {
    f"{verb.lower()} {table}": f"{verb} {table}{' SET ROWID = 7' if verb == 'UPDATE' else ''}"
    for table in (*APPEND_ONLY, "seal")
    for verb in ("UPDATE", "DELETE FROM")
}
WAYS |= {f"write {table} anew": f"UPDATE {table} SET ROWID = 7" for table in ERASABLE}
WAYS["other words for a deed"] = (
    "REPLACE INTO note SELECT event_id, salt, '别处', reason, basis, photo FROM note"
)


REFUSALS = (
    "not authorized",
    "append-only",
    "FOREIGN KEY",
    "may not be modified",
    "within a transaction",
)


@pytest.fixture(scope="module")
def ledger(_qingshan_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """青山村 with two entries. Shared by all tests here, for nothing shall be able to change it."""
    settings = Settings(data=tmp_path_factory.mktemp("append-only") / "data")
    shutil.copytree(_qingshan_data, settings.data)
    database = open_database(settings)
    record_some(database, TEN_O_CLOCK.replace(tzinfo=settings.zone))
    yield database
    database.close()


@pytest.fixture
def soft(alone: Village, clock: Clock) -> Database:
    """The same, for the tests that take a guard away."""
    record_some(alone.database, clock())
    return alone.database


def contents(database: Database) -> list[object]:
    with database.read() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM entry ORDER BY number").all()
        schema = connection.exec_driver_sql("SELECT sql FROM sqlite_master ORDER BY name").all()
        assert verify(connection, 1) == []
        return [*rows, *schema]


def refusal(database: Database, statement: str) -> Exception:
    """How the writing connection refuses a statement."""
    with pytest.raises((DBAPIError, StorageFault)) as caught:
        database.write(lambda connection: connection.exec_driver_sql(statement))
    return caught.value


def test_there_are_at_least_twenty_ways() -> None:
    assert len(WAYS) >= 20


@pytest.mark.parametrize("way", WAYS)
def test_no_way_around_for_the_writer(ledger: Database, way: str) -> None:
    before = contents(ledger)
    refused = str(refusal(ledger, WAYS[way]))
    assert any(word in refused for word in REFUSALS)
    assert contents(ledger) == before
    assert not Path("other.db").exists()


@pytest.mark.parametrize("way", WAYS)
def test_no_way_around_for_readers(ledger: Database, way: str) -> None:
    with pytest.raises((DBAPIError, StorageFault)), ledger.read() as connection:
        connection.exec_driver_sql(WAYS[way])


@pytest.mark.parametrize("way", ["rebuild the file", "copy without the triggers"])
def test_no_copy_by_vacuum_outside_a_transaction_either(
    alone: Village, settings: Settings, tmp_path: Path, way: str
) -> None:
    connection = sqlite.guarded(settings.data / "kiosk.db")
    with pytest.raises(sqlite3.DatabaseError, match="authorization denied"):
        connection.execute(WAYS[way].replace("other.db", str(tmp_path / "other.db")))
    connection.close()


def unguarded(database: Database, *statements: str) -> None:
    """Run statements on the writing connection with its guard taken off."""

    def work(connection: Connection) -> None:
        raw = connection.connection.driver_connection
        assert raw
        raw.set_authorizer(None)
        for statement in statements:
            connection.exec_driver_sql(statement)

    database.write(work)


def test_the_triggers_hold_even_where_the_guard_is_off(soft: Database) -> None:
    for way in ("update", "delete", "insert or replace", "replace by the number", "upsert"):
        with pytest.raises(DBAPIError, match="append-only"):
            unguarded(soft, WAYS[way])


@pytest.mark.teeth
def test_without_recursive_triggers_a_replace_slips_through(soft: Database) -> None:
    unguarded(soft, "PRAGMA recursive_triggers = OFF", WAYS["insert or replace"])
    with soft.read() as connection:
        points = connection.exec_driver_sql("SELECT min(points) FROM entry").scalar_one()
        assert points > 1000
        assert verify(connection, 1) != []


@pytest.mark.teeth
def test_without_the_guard_a_trigger_can_be_dropped_and_the_self_test_says_so(
    soft: Database, settings: Settings, clock: Clock
) -> None:
    unguarded(soft, "DROP TRIGGER entry_no_update", "UPDATE entry SET points = 1000 WHERE number = 2")
    alarms = [check.name for check in self_test(settings, clock()) if check.level == "problem"]
    assert alarms == ["schema"]


def test_ordinary_work_is_not_refused(soft: Database, clock: Clock) -> None:
    assert len(contents(soft)) > 2
    assert soft.healthy(clock()) is None
    soft.write(lambda connection: connection.exec_driver_sql("DELETE FROM note"))
    soft.write(lambda connection: connection.exec_driver_sql("DELETE FROM waiting"))
