"""Reads that see one state, writes that are durable when they return and fail alone."""

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, event, insert, select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError
from sqlalchemy.schema import CreateIndex, CreateTable

from kiosk import sqlite
from kiosk.database import Database, Unreadable, Unsaved, database_file, open_database, serving_lock
from kiosk.scoring.problems import Problem, Refused
from kiosk.scoring.tables import metadata, village
from kiosk.settings import Settings
from kiosk.storage import BUSY, FULL, heartbeat
from tests.conftest import Clock, Village

QINGSHAN = village.c.code == "qingshan"


@pytest.fixture
def database(alone: Village) -> Database:
    return alone.database


def revision(connection: Connection) -> int:
    return connection.scalars(select(village.c.revision).where(QINGSHAN)).one()


def count_up(connection: Connection) -> int:
    connection.execute(update(village).where(QINGSHAN).values(revision=village.c.revision + 1))
    return revision(connection)


class Gate:
    """A work that keeps the writer busy until it is let go, so that others wait behind it."""

    def __init__(self, database: Database) -> None:
        self._entered, self._let_go = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=database.write, args=(self._work,))
        self._thread.start()
        self._entered.wait(5)

    def _work(self, connection: Connection) -> None:
        self._entered.set()
        self._let_go.wait(5)

    def open(self) -> None:
        self._let_go.set()
        self._thread.join()


def all_waiting(database: Database, how_many: int) -> bool:
    return database._writer._waiting.qsize() == how_many


def write_together(database: Database, *works: object) -> list[object]:
    """Run works that wait together, and give each one's result or error."""
    gate = Gate(database)
    with ThreadPoolExecutor(len(works)) as pool:
        futures = []
        for number, work in enumerate(works, 1):
            futures.append(pool.submit(database.write, work))  # type: ignore[arg-type]
            while not all_waiting(database, number):
                pass
        gate.open()
        return [future.exception() or future.result() for future in futures]


@pytest.fixture
def commits(database: Database) -> list[str]:
    """Every COMMIT of the writing connection."""
    seen: list[str] = []
    engine = database._writer._engine
    event.listen(engine, "commit", lambda connection: seen.append("commit"))
    return seen


def test_a_read_sees_one_state_while_others_write(database: Database, settings: Settings) -> None:
    other = open_database(settings)
    with database.read() as connection:
        before = revision(connection)
        # a rollback journal lets the writer wait for the reader; a write-ahead log lets it go on
        thread = threading.Thread(target=other.write, args=(count_up,))
        thread.start()
        assert revision(connection) == before
    thread.join()
    with database.read() as connection:
        assert revision(connection) == before + 1
    other.close()


def test_a_large_write_does_not_hold_readers_up_before_its_commit(
    database: Database, settings: Settings
) -> None:
    large = {"screen_message": "晒" * 4_000_000}  # far more than SQLite's usual cache

    def work(connection: Connection) -> int:
        connection.execute(update(village).values(large))
        with closing(sqlite3.connect(settings.data / "kiosk.db", timeout=0)) as reader:
            count: int = reader.execute("SELECT count(*) FROM village").fetchone()[0]
            return count

    assert database.write(work) == 1


def test_a_long_read_does_not_hold_writers_up(database: Database) -> None:
    before = database.write(count_up)
    with database.long_read() as connection:
        assert revision(connection) == before
        with ThreadPoolExecutor(1) as other:
            assert other.submit(database.write, count_up).result(timeout=4) == before + 1
        assert revision(connection) == before


def test_a_long_read_leaves_no_copy_behind(database: Database, settings: Settings) -> None:
    before = set(settings.data.iterdir())
    with pytest.raises(Unreadable), database.long_read() as connection:
        count_up(connection)
    assert set(settings.data.iterdir()) == before


def test_a_reading_connection_cannot_write(database: Database) -> None:
    with pytest.raises(Unreadable, match="only be read"), database.read() as connection:
        count_up(connection)


def test_a_write_inside_a_read_is_a_mistake_that_is_named(database: Database) -> None:
    with database.read(), pytest.raises(RuntimeError, match="end the read first"):
        database.write(count_up)


def test_a_write_inside_a_write_is_a_mistake_that_is_named(database: Database) -> None:
    with pytest.raises(RuntimeError, match="connection it is given"):
        database.write(lambda connection: database.write(count_up))


def test_a_write_returns_what_its_work_returns(database: Database) -> None:
    first = database.write(count_up)
    assert database.write(count_up) == first + 1


def test_works_that_wait_together_are_committed_together(database: Database, commits: list[str]) -> None:
    first = database.write(count_up)
    commits.clear()
    results = write_together(database, *[count_up] * 10)
    assert results == list(range(first + 1, first + 11))
    assert len(commits) == 2  # the gate's, and one for all ten


def test_a_work_that_fails_undoes_itself_alone(database: Database) -> None:
    def change_then_refuse(connection: Connection) -> None:
        count_up(connection)
        raise Refused(Problem("", "no"))

    def same_village_twice(connection: Connection) -> None:
        count_up(connection)
        connection.execute(insert(village).values(code="qingshan", name="青山村"))

    first = database.write(count_up)
    results = write_together(database, count_up, change_then_refuse, same_village_twice, count_up)
    assert results[0] == first + 1
    assert isinstance(results[1], Refused)
    assert isinstance(results[2], IntegrityError)
    assert results[3] == first + 2


def test_a_full_disk_fails_all_that_waited_and_heals_by_itself(database: Database) -> None:
    def fill_the_disk(connection: Connection) -> None:
        """SQLite reports a full disk at the page limit as well."""
        raw = connection.connection.driver_connection
        assert raw
        raw.set_authorizer(None)
        raw.execute("PRAGMA max_page_count = 1")
        connection.execute(insert(village).values(code="x", name="山" * 100_000))

    first = database.write(count_up)
    results = write_together(database, count_up, fill_the_disk, count_up)
    assert [getattr(result, "status", None) for result in results] == [507] * 3
    assert str(results[0]).startswith("Not saved: the disk is full")
    assert database.write(count_up) == first + 1


def test_a_commit_that_fails_acknowledges_nothing(database: Database, settings: Settings) -> None:
    raw = sqlite3.connect(settings.data / "kiosk.db")
    engine = database._writer._engine
    with engine.connect() as connection:
        unguarded = connection.connection.driver_connection
        assert unguarded
        unguarded.set_authorizer(None)
        unguarded.execute("PRAGMA busy_timeout = 0")
        unguarded.set_authorizer(sqlite.authorize)
    raw.execute("BEGIN")
    raw.execute("SELECT count(*) FROM village").fetchall()
    if sqlite.journal_for(sqlite3.sqlite_version) == sqlite.ROLLBACK:
        with pytest.raises(Unsaved, match="busy") as caught:
            database.write(count_up)
        assert caught.value.status == 503
    raw.close()
    before = database.write(revision)
    assert database.write(count_up) == before + 1


def test_a_file_that_is_no_database_is_unreadable_with_a_sentence(settings: Settings) -> None:
    settings.data.mkdir()
    (settings.data / "kiosk.db").write_bytes(b"not a database, but long enough to be one" * 100)
    database = open_database(settings)
    with pytest.raises(Unreadable, match="damaged"), database.read() as connection:
        connection.execute(text("SELECT 1"))
    with pytest.raises(Unsaved, match="damaged"):
        database.write(count_up)
    database.close()


def test_a_closed_database_takes_no_more(database: Database) -> None:
    database.write(count_up)
    database.close()
    with pytest.raises(RuntimeError, match="closed"):
        database.write(count_up)


def test_what_waits_is_finished_before_closing(database: Database) -> None:
    first = database.write(count_up)
    gate = Gate(database)
    with ThreadPoolExecutor(3) as pool:
        futures = [pool.submit(database.write, count_up) for _ in range(2)]
        while not all_waiting(database, 2):
            pass
        closing = pool.submit(database.close)
        gate.open()
        closing.result()
        assert sorted(future.result() for future in futures) == [first + 1, first + 2]


def test_several_processes_may_write_to_one_database(database: Database, settings: Settings) -> None:
    other = open_database(settings)
    with ThreadPoolExecutor(2) as pool:
        work = [pool.submit(one.write, count_up) for one in (database, other) for _ in range(20)]
        assert len({future.result() for future in work}) == 40
    other.close()


def test_health_is_a_real_write_at_most_every_ten_seconds(
    database: Database, clock: Clock, commits: list[str]
) -> None:
    assert database.healthy(clock()) is None
    assert database.healthy(clock.now + timedelta(seconds=9)) is None
    assert commits == ["commit"]
    clock.move(seconds=10)
    assert database.healthy(clock()) is None
    with database.read() as connection:
        assert connection.scalar(select(heartbeat.c.beaten_at)) == clock()


def test_health_says_what_is_wrong(database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(work: object) -> None:
        raise Unsaved(FULL)

    monkeypatch.setattr(database, "write", refuse)
    problem = database.healthy(clock())
    assert problem
    assert problem.text().startswith("Not saved: the disk is full")


def test_a_fault_says_the_same_to_readers_and_writers_in_other_words() -> None:
    assert Unreadable(BUSY).problem.text() == "The database is busy. Try again in a moment."
    assert Unsaved(BUSY).problem.text() == "Not saved: the database is busy. Send it again in a moment."


def test_two_servers_on_one_folder_the_second_is_refused(tmp_path: Path) -> None:
    with serving_lock(tmp_path), pytest.raises(Refused, match="already"), serving_lock(tmp_path):
        pass
    with serving_lock(tmp_path):
        pass


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("", Path("/srv/kiosk/kiosk.db")),
        ("sqlite:////var/lib/kiosk/all.db", Path("/var/lib/kiosk/all.db")),
        ("postgresql+psycopg://kiosk@localhost/kiosk", None),
    ],
)
def test_the_address_decides_where_the_data_live(url: str, file: Path | None) -> None:
    assert database_file(replace(Settings(data=Path("/srv/kiosk")), database_url=url)) == file


def test_the_tables_can_be_written_for_postgresql() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        sql = str(CreateTable(table).compile(dialect=dialect))
        assert "STRICT" not in sql
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=dialect)).startswith("CREATE ")
