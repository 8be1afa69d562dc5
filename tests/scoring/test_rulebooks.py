"""Versions of the rulebook: which one holds on which day."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import Connection, create_engine, insert, select

from kiosk.scoring import rulebooks, tables
from kiosk.scoring.problems import Refused
from kiosk.scoring.rulebook import to_data

NOW = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)
FIRST = rulebooks.default_rulebook()
SECOND = replace(FIRST, title="第二版")
THIRD = replace(FIRST, title="第三版")


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        tables.metadata.create_all(connection)
        yield connection
    engine.dispose()


def test_without_a_rulebook_the_question_is_refused_and_says_what_to_do(connection: Connection) -> None:
    with pytest.raises(Refused, match="kiosk import rulebook"):
        rulebooks.in_force(connection, date(2026, 7, 1))


def test_the_newest_version_that_has_begun_is_in_force(connection: Connection) -> None:
    rulebooks.add(connection, FIRST, date(2026, 1, 1), "乡镇", NOW)
    rulebooks.add(connection, SECOND, date(2026, 7, 1), "乡镇", NOW)
    rulebooks.add(connection, THIRD, date(2026, 4, 1), "乡镇", NOW)
    found = [rulebooks.in_force(connection, date(2026, month, 1)).book.title for month in (2, 4, 6, 7, 12)]
    assert found == [FIRST.title, "第三版", "第三版", "第二版", "第二版"]


def test_of_two_versions_from_one_day_the_later_one_holds(connection: Connection) -> None:
    rulebooks.add(connection, FIRST, date(2026, 1, 1), "乡镇", NOW)
    rulebooks.add(connection, SECOND, date(2026, 1, 1), "乡镇", NOW)
    assert rulebooks.in_force(connection, date(2026, 1, 1)).book == SECOND


def test_days_before_the_first_version_fall_under_the_first(connection: Connection) -> None:
    rulebooks.add(connection, SECOND, date(2026, 7, 1), "乡镇", NOW)
    rulebooks.add(connection, FIRST, date(2026, 1, 1), "乡镇", NOW)
    assert rulebooks.in_force(connection, date(2025, 6, 1)).book == FIRST


def test_the_same_content_again_adds_no_version(connection: Connection) -> None:
    first = rulebooks.add(connection, FIRST, date(2026, 1, 1), "乡镇", NOW)
    assert rulebooks.add(connection, FIRST, date(2026, 7, 1), "乡镇", NOW) == first
    assert len(connection.execute(select(tables.rulebook)).all()) == 1


def test_nor_does_it_when_the_first_was_stored_before_a_setting_was_known(connection: Connection) -> None:
    known = json.loads(rulebooks.canonical(FIRST))
    del known["answer_days"]
    old = json.dumps(known, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    row = {"title": FIRST.title, "applies_from": date(2026, 1, 1), "added_at": NOW, "added_by": "乡镇"}
    digest = rulebooks.digest_of_content(old)
    connection.execute(insert(tables.rulebook).values(id=1, **row, content=old, digest=digest))
    assert rulebooks.in_force(connection, date(2026, 7, 1)).book.answer_days == 7
    assert rulebooks.add(connection, FIRST, date(2026, 7, 1), "乡镇", NOW) == 1
    changed = replace(FIRST, answer_days=10)
    assert rulebooks.add(connection, changed, date(2026, 7, 1), "乡镇", NOW) == 2


def test_a_version_is_found_by_its_id_and_as_the_newest(connection: Connection) -> None:
    assert rulebooks.newest(connection) is None
    first = rulebooks.add(connection, FIRST, date(2026, 1, 1), "乡镇", NOW)
    second = rulebooks.add(connection, SECOND, date(2025, 1, 1), "乡镇", NOW)
    newest = rulebooks.newest(connection)
    assert newest is not None
    assert newest.id == second
    assert rulebooks.version(connection, first).book == FIRST
    assert len(rulebooks.version(connection, first).digest) == 64


def test_an_older_version_that_says_less_and_means_the_same_is_the_same(connection: Connection) -> None:
    """Versions stored before there were honours have the plan's two; the same file again adds nothing."""
    first = rulebooks.add(connection, FIRST, date(2026, 1, 1), "乡镇", NOW)
    short = {key: value for key, value in to_data(FIRST).items() if key != "honour"}
    content = json.dumps(short, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    connection.execute(
        tables.rulebook.update().values(content=content, digest=rulebooks.digest_of_content(content))
    )
    rulebooks._known.clear()
    assert rulebooks.add(connection, FIRST, date(2026, 7, 1), "乡镇", NOW) == first
    assert rulebooks.add(connection, replace(FIRST, honours=()), date(2026, 7, 1), "乡镇", NOW) != first
