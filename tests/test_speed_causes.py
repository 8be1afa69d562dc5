"""What makes it fast, counted instead of timed: statements, their plans, and who shares a commit.

The figures themselves are `./run bench`'s. One drawing per version is tests/pages/test_cache.py's, what a
start imports is tests/test_app.py's.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Connection, Engine, event

from kiosk.office.proposals import year_sheet
from kiosk.office.report import report
from kiosk.pages.square_facts import read_facts
from kiosk.roster.villages import village_by_id
from kiosk.scoring import boards, history, noticed, settlement
from kiosk.scoring.periods import parse_period
from kiosk.scoring.villages import changed
from kiosk.settings import Settings
from tests.conftest import TEN_O_CLOCK, Clock, Village
from tests.pages.recorders import Desk, deed, hire, sit_down

# whose rows become more as the years pass, or with every village; a `waiting` row goes away again
GROWING = (
    "event",
    "note",
    "decision",
    "first",
    "undone",
    "entry",
    "standing",
    "household",
    "member",
    "session",
    "objection",
    "objection_answer",
    "objection_note",
)
AT_ONCE = {"item": "B01", "member": ""}  # a household's +3, which needs no second person
STATEMENTS_OF_A_DEED = 26


@dataclass
class Said:
    """The statements that reached the database, with their values."""

    all: list[tuple[str, Any]] = field(default_factory=list)

    @property
    def queries(self) -> list[str]:
        return [statement for statement, _ in self.all]

    def plans(self, settings: Settings) -> dict[str, list[str]]:
        """What SQLite would do for each, without statistics of how large the tables are."""
        with closing(sqlite3.connect(settings.data / "kiosk.db")) as plain:
            return {
                said: [row[3] for row in plain.execute(f"EXPLAIN QUERY PLAN {said}", values)]
                for said, values in self.all
                if said.split()[0] in ("SELECT", "WITH", "UPDATE", "DELETE")
            }


@contextmanager
def listening() -> Iterator[Said]:
    said = Said()

    def heard(_connection: Any, _cursor: Any, statement: str, values: Any, *_: Any) -> None:
        said.all.append((statement, values))

    event.listen(Engine, "before_cursor_execute", heard)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", heard)


def through_the_history(plans: dict[str, list[str]]) -> list[str]:
    """Every step that reads a growing table from end to end, or more of it than its village and period."""
    return [
        f"{step}: {' '.join(said.split())[:200]}"
        for said, steps in plans.items()
        for step in steps
        if step.startswith("SCAN") and step.split()[1] in GROWING
    ]


@pytest.fixture
def liu(app: Litestar, village: Village) -> Desk:
    """刘敏 at her tablet; the session is fresh, and what is made once has been made."""
    village.write(lambda connection: hire(connection, village))
    desk = sit_down(app, village, "刘敏")
    assert desk.json("/record", deed(**AT_ONCE, household="005")).status_code == 201
    return desk


def test_a_deed_costs_the_same_few_statements_however_many_there_were(liu: Desk) -> None:
    spent = []
    for _ in range(4):
        with listening() as said:
            assert liu.json("/record", deed(**AT_ONCE)).status_code == 201
        spent.append(len(said.all))
    assert spent[0] <= STATEMENTS_OF_A_DEED
    assert max(spent) <= spent[0] + 1  # one over its cap asks once more, to say why


def test_a_deed_is_one_transaction_for_its_recorder_and_one_for_the_ledger(liu: Desk) -> None:
    with listening() as said:
        liu.json("/record", deed(**AT_ONCE))
    begun = [query for query in said.queries if query.startswith("BEGIN")]
    assert begun == ["BEGIN", "BEGIN IMMEDIATE", "BEGIN"]  # the session, the deed, the revisions


def test_the_form_costs_no_more_when_the_day_is_long(liu: Desk) -> None:
    with listening() as short:
        liu.get("/record")
    for code in ("001", "002", "004"):
        liu.json("/record", deed(**AT_ONCE, household=code))
    with listening() as long:
        liu.get("/record")
    assert len(long.all) == len(short.all)


def test_recording_looks_up_and_never_looks_through(liu: Desk, settings: Settings) -> None:
    with listening() as said:
        assert liu.json("/record", deed(**AT_ONCE)).status_code == 201
    assert through_the_history(said.plans(settings)) == []


def test_a_forecast_looks_up_and_never_looks_through(liu: Desk, settings: Settings) -> None:
    with listening() as said:
        assert liu.part("/record/preview", deed(**AT_ONCE)).status_code == 200
    assert through_the_history(said.plans(settings)) == []


def test_deciding_and_taking_back_look_up_and_never_look_through(
    app: Litestar, liu: Desk, village: Village, settings: Settings
) -> None:
    done = liu.json("/record", deed(**AT_ONCE, household="002")).json()["event"]
    waits = liu.json("/record", deed(item="A01", member="", household="002")).json()["event"]
    chen = sit_down(app, village, "陈静")
    with listening() as said:
        assert liu.json(f"/record/{done}/reversal", {}).status_code == 200
        assert chen.part(f"/review/{waits}/decision", {"verdict": "approved"}).status_code == 200
    assert through_the_history(said.plans(settings)) == []


def test_the_cap_s_deeds_are_found_by_household_item_and_day(liu: Desk, settings: Settings) -> None:
    with listening() as said:
        liu.json("/record", deed(**AT_ONCE))
    plans = said.plans(settings)
    caps = next(steps for query, steps in plans.items() if "approval" in query)
    assert any("INDEX ix_entry_caps (household_id=? AND item=? AND counted_on>?" in step for step in caps)
    tip = next(steps for query, steps in plans.items() if "max(number)" in query)
    assert sum("sqlite_autoindex_entry" in step and "village_id=?" in step for step in tip) == 2


@pytest.mark.parametrize("period", ["2026Q3", "2026-08"])
def test_a_board_is_added_up_from_the_index_alone(alone: Village, settings: Settings, period: str) -> None:
    with listening() as said, alone.database.read() as connection:
        boards.standings(connection, alone.id, parse_period(period), date(2026, 8, 15))
    plans = said.plans(settings)
    sums = next(steps for query, steps in plans.items() if "sum(" in query)
    assert [step for step in sums if "entry" in step] == [
        "SEARCH entry USING COVERING INDEX ix_entry_standing (village_id=? AND month=?)"
    ]
    assert through_the_history(plans) == []


Reading = Callable[[Connection, Village, datetime], object]


@pytest.mark.parametrize(
    "read",
    [
        lambda at, here, now: boards.annual(at, here.id, parse_period("2026"), now.date()),
        lambda at, here, now: year_sheet(at, here.id, parse_period("2026"), now),
        lambda at, here, now: boards.gained_since(
            at, here.id, parse_period("2026Q3"), now - timedelta(days=1)
        ),
        lambda at, here, now: boards.household_quarters(at, here.id, here.households["001"], now.date(), 4),
        lambda at, here, now: history.of_household(
            at, here.id, here.households["001"], parse_period("2026Q3")
        ),
        lambda at, here, now: history.awaiting(at, here.id),
        lambda at, here, now: history.good_since(at, here.id, now - timedelta(days=7), 20),
        lambda at, here, now: settlement.state(at, here.id, parse_period("2026Q3"), now),
        lambda at, here, now: read_facts(at, village_by_id(at, here.id), now),
    ],
    ids=["year", "honours", "gains", "quarters", "household", "waiting", "good deeds", "state", "screen"],
)
def test_no_page_looks_through_the_history(
    alone: Village, settings: Settings, clock: Clock, read: Reading
) -> None:
    with listening() as said, alone.database.read() as connection:
        read(connection, alone, clock.now)
    assert through_the_history(said.plans(settings)) == []


def test_a_notice_looks_through_its_own_months_alone(
    alone: Village, settings: Settings, clock: Clock
) -> None:
    spring = parse_period("2026Q2")
    alone.write(lambda at: settlement.publish(at, alone.id, spring, "刘主任", clock.now))
    with listening() as said, alone.database.read() as connection:
        assert noticed.quarter_sheet(connection, alone.id, spring, clock.now)
    plans = said.plans(settings)
    assert through_the_history(plans) == []
    sums = [step for text, steps in plans.items() if "number +" in text for step in steps if "entry" in step]
    assert len(sums) == 2
    assert all("month=?" in step for step in sums)


def test_a_page_that_did_not_change_asks_the_database_nothing(client: TestClient[Litestar]) -> None:
    first = client.get("/v/qingshan")
    with listening() as said:
        assert client.get("/v/qingshan").content == first.content
        assert client.get("/v/qingshan", headers={"if-none-match": first.headers["etag"]}).status_code == 304
    assert [query for query in said.queries if "BEGIN" not in query and "village.revision" not in query] == []


def test_a_thousand_households_cost_as_many_statements_as_five(alone: Village) -> None:
    def asked() -> int:
        with listening() as said, alone.database.read() as connection:
            found = boards.standings(connection, alone.id, parse_period("2026Q3"), date(2026, 8, 15))
        counted.append(len(found))
        return len(said.all)

    counted: list[int] = []
    few = asked()
    alone.write(more_households)
    assert asked() == few
    assert counted == [5, 1005]


@pytest.mark.parametrize("period", ["2026Q3", "2026"])
def test_the_analysis_asks_the_same_few_things_of_any_village_and_never_of_all(
    alone: Village, settings: Settings, period: str
) -> None:
    now = TEN_O_CLOCK.replace(tzinfo=settings.zone)

    def ask() -> Said:
        with listening() as said, alone.database.read() as connection:
            report(connection, alone.id, parse_period(period), now)
        return said

    few = ask()
    alone.write(more_households)
    assert len(ask().all) == len(few.all) <= 30
    assert through_the_history(few.plans(settings)) == []


def more_households(connection: Connection) -> None:
    connection.exec_driver_sql(
        "WITH RECURSIVE n(n) AS (SELECT 1000 UNION ALL SELECT n + 1 FROM n WHERE n < 1999)"
        " INSERT INTO household (village_id, code, residency, token) SELECT 1, n, 'local', 'T' || n FROM n"
    )
    connection.exec_driver_sql(
        "INSERT INTO member (village_id, household_id, name, relation, head)"
        " SELECT 1, id, '陈' || code, '户主', 1 FROM household WHERE code >= '1000'"
    )


def test_writes_that_wait_together_share_one_commit(alone: Village) -> None:
    in_hand, go_on = threading.Event(), threading.Event()

    def hold(_: Connection) -> None:
        in_hand.set()
        go_on.wait(5)

    writers = [threading.Thread(target=alone.database.write, args=(hold,))]
    writers += [
        threading.Thread(target=alone.database.write, args=(lambda at: changed(at, alone.id),))
        for _ in range(9)
    ]
    with listening() as said:
        writers[0].start()
        in_hand.wait(5)
        for writer in writers[1:]:
            writer.start()
        waiting = alone.database._writer._waiting
        while waiting.qsize() < 9:
            pass
        go_on.set()
        for writer in writers:
            writer.join()
    assert said.queries.count("BEGIN IMMEDIATE") == 2
