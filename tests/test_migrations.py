"""The migrated schema is the one the code speaks of; a migration is whole or did not happen."""

import re
import sqlite3
import subprocess
import sys
import tarfile
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine

import kiosk.accounts.tables
import kiosk.fairness.tables
import kiosk.office.tables
import kiosk.scoring.voices
import kiosk.storage  # noqa: F401  all of them add their tables to the schema
from kiosk import keeping, migrations, sqlite
from kiosk.database import Unreadable, migrate
from kiosk.migrations import steps
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import APPEND_ONLY, ERASABLE, metadata
from kiosk.settings import Settings
from tests.conftest import Clock, Village

VERSIONS = Path(migrations.__file__).parent / "versions"


def schema_of(path: Path) -> dict[str, str]:
    """Every table and index by name, in SQLite's words without the white space."""
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute(
            "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL AND type <> 'trigger'"
            " AND name <> 'alembic_version'"
        ).fetchall()
    return {name: re.sub(r"\s+", "", sql) for name, sql in rows}


@pytest.fixture
def file(settings: Settings, clock: Clock) -> Path:
    """A freshly migrated database."""
    migrate(settings, clock())
    return settings.data / "kiosk.db"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Connections that wait for a lock a moment only."""
    usual = sqlite.settings_of
    monkeypatch.setattr(sqlite, "settings_of", lambda journal: {**usual(journal), "busy_timeout": 50})


def test_the_migrations_make_the_tables_that_the_code_knows(file: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.db"
    metadata.create_all(create_engine(f"sqlite:///{made}"))
    assert schema_of(file) == schema_of(made)


def test_postgresql_gets_the_same_tables_and_guards() -> None:
    steps = sorted(path.stem for path in VERSIONS.glob("0*.py"))
    for_sqlite, for_postgresql = (
        "\n".join(statement for step in steps for statement in migrations.statements(step, dialect))
        for dialect in ("sqlite", "postgresql")
    )
    made = re.findall(r"CREATE (?:TABLE|(?:UNIQUE )?INDEX) \w+", for_sqlite)
    assert re.findall(r"CREATE (?:TABLE|(?:UNIQUE )?INDEX) \w+", for_postgresql) == made
    for name in (*APPEND_ONLY, "seal"):
        assert f"BEFORE UPDATE OR DELETE OR TRUNCATE ON {name}\n" in for_postgresql
    for name in ERASABLE:
        assert f"BEFORE UPDATE ON {name}\n" in for_postgresql


def test_every_append_only_table_has_its_triggers(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        triggers = {
            row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type='trigger'")
        }
    grow = {f"{table}_no_{verb}" for table in (*APPEND_ONLY, "seal") for verb in ("update", "delete")}
    assert triggers == grow | {f"{table}_no_{verb}" for table in ERASABLE for verb in ("update", "replace")}


def test_every_table_is_strict(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        tables = connection.execute(
            "SELECT name, strict FROM pragma_table_list WHERE schema = 'main'"
        ).fetchall()
    loose = {name for name, strict in tables if not strict}
    assert loose == {"alembic_version", "sqlite_schema"}


def test_the_file_says_whose_it_is(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA application_id").fetchone() == (sqlite.APPLICATION_ID,)


def test_words_that_were_said_before_they_lay_apart_are_kept(tmp_path: Path) -> None:
    steps = sorted(path.stem for path in VERSIONS.glob("0*.py"))
    before = (
        "INSERT INTO decision VALUES (1, 1, 1, 'approved', 2, '刘主任', '2026-07-01', '')",
        "INSERT INTO decision VALUES (2, 1, 1, 'reversed', 2, '刘主任', '2026-07-02', '记错了')",
        "INSERT INTO remark VALUES (7, 1, 1, 'question', 2, '刘主任', '2026-07-01', '有照片吗？', '')",
        "INSERT INTO objection_answer VALUES (3, 'upheld', '属实', 1, 2, '刘主任', '2026-07-02')",
    )
    after = {
        "decision_note": [(2, "记错了")],
        "remark_note": [(7, "有照片吗？", "")],
        "objection_answer_note": [(3, "属实")],
        "objection_answer": [(3, "upheld", 1, 2, "刘主任", "2026-07-02")],
    }
    with closing(sqlite3.connect(tmp_path / "old.db")) as connection:
        for step in steps:
            for statement in before if step == "0004_erasable" else ():
                connection.execute(statement)
            for statement in migrations.statements(step, "sqlite"):
                connection.execute(statement)
        assert {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in after} == after


def test_a_second_migration_changes_nothing(file: Path, settings: Settings, clock: Clock) -> None:
    before = file.read_bytes()
    migrate(settings, clock())
    assert file.read_bytes() == before


def test_a_current_schema_starts_without_alembic(file: Path, settings: Settings) -> None:
    script = (
        "import sys; from pathlib import Path; from datetime import datetime, UTC\n"
        "from kiosk.database import migrate; from kiosk.settings import Settings\n"
        f"migrate(Settings(data=Path({str(settings.data)!r})), datetime.now(UTC))\n"
        "sys.exit(any(name.startswith('alembic') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0


def test_a_database_of_another_program_is_left_alone(settings: Settings, clock: Clock) -> None:
    settings.data.mkdir()
    with closing(sqlite3.connect(settings.data / "kiosk.db")) as connection:
        connection.execute("CREATE TABLE recipes (name)")
    with pytest.raises(Refused, match="another program"):
        migrate(settings, clock())


def test_a_database_of_a_newer_version_is_left_alone(file: Path, settings: Settings, clock: Clock) -> None:
    with closing(sqlite3.connect(file)) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(Refused, match="newer version \\(9999\\)"):
        migrate(settings, clock())


def test_an_old_database_is_backed_up_before_it_is_changed(
    alone: Village, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrations, "newest", lambda: "9000")
    monkeypatch.setattr(migrations, "_run", lambda engine, now: None)
    alone.database.close()
    migrate(settings, clock())
    backup = keeping.newest(settings, clock())
    assert backup
    with tarfile.open(backup.file) as tar:
        assert tar.getnames() == ["kiosk.db", "SHA256SUMS"]


def test_a_migration_that_stops_on_the_way_leaves_nothing(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def power_cut(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(steps, "_seal", power_cut)
    with pytest.raises(KeyboardInterrupt):
        migrate(settings, clock())
    assert schema_of(settings.data / "kiosk.db") == {}
    monkeypatch.undo()
    migrate(settings, clock())
    assert "entry" in schema_of(settings.data / "kiosk.db")


def test_looking_at_the_schema_does_not_wait_for_whoever_writes(
    file: Path, settings: Settings, clock: Clock, impatient: None
) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as busy:
        busy.execute("BEGIN IMMEDIATE")
        migrate(settings, clock())


def test_a_database_that_stays_locked_is_told_in_a_sentence(
    file: Path, settings: Settings, clock: Clock, impatient: None
) -> None:
    with closing(sqlite3.connect(file, isolation_level=None)) as busy:
        busy.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Unreadable, match="busy"):
            migrate(settings, clock())
