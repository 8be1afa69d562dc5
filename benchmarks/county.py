"""S9: a village's board in a database that it shares with a whole county."""

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from functools import partial

from benchmarks.figures import Figure, in_turn
from benchmarks.village import DATA, Size, village
from kiosk.database import Database, open_database
from kiosk.pages.square_facts import read_facts
from kiosk.roster.villages import village_by_id
from kiosk.scoring import boards
from kiosk.scoring.periods import quarter_of
from kiosk.settings import Settings
from kiosk.sqlite import connect

GOALS = ("S9",)
_VILLAGES, _FULL = 30, 300
_SIZE = Size(events=17_000)  # 300 such villages have 300,000 households and 5,000,000 events

_FAR = 10_000_000  # between the ids of one copy and the next
_MEMBER = 'name, relation, head, born, joined, "left", search'
_EVENT = """submission_key, content, rulebook_id, item, points, occurred_on, late, recorder, recorded_at,
            note_hash"""
_DECISION = "verdict, decided_by, decided_at"
_ENTRY = "number, item, counted_on, month, points, cause, correction, posted_at, previous, digest"
# everything that boards and screens are made of; only the words of deeds are left out
_COPIES = (
    "INSERT INTO village (id, code, name, public_names) SELECT n, 'v' || n, '村' || n, 'full' FROM copy",
    f"""INSERT INTO household (id, village_id, token, code, group_name, residency)
        SELECT id + n * {_FAR}, n, n || token, code, group_name, residency FROM copy, household""",
    f"""INSERT INTO member (id, village_id, household_id, {_MEMBER})
        SELECT id + n * {_FAR}, n, household_id + n * {_FAR}, {_MEMBER} FROM copy, member""",
    f"""INSERT INTO event (id, village_id, household_id, member_id, {_EVENT})
        SELECT id + n * {_FAR}, n, household_id + n * {_FAR}, member_id + n * {_FAR}, {_EVENT} FROM copy, event""",
    f"""INSERT INTO decision (id, village_id, event_id, {_DECISION})
        SELECT id + n * {_FAR}, n, event_id + n * {_FAR}, {_DECISION} FROM copy, decision""",
    f"""INSERT INTO entry (id, village_id, event_id, decision_id, household_id, member_id, {_ENTRY})
        SELECT id + n * {_FAR}, n, event_id + n * {_FAR}, decision_id + n * {_FAR}, household_id + n * {_FAR},
               member_id + n * {_FAR}, {_ENTRY} FROM copy, entry""",
)


def measure(goals: set[str], full: bool) -> Iterator[Figure]:  # noqa: ARG001
    villages = _FULL if full else _VILLAGES
    alone, among = open_database(village(_SIZE)), open_database(_county(villages))
    for what, draw in (("ranking of a quarter", _ranking), ("facts of the screen", _screen)):
        taken = in_turn(
            {"alone": partial(_seconds, alone, draw), "among": partial(_seconds, among, draw)}, 11
        )
        yield Figure(
            "S9",
            f"{what}, one of {villages} villages, {villages * _SIZE.events:,} events",
            "one village alone",
            taken["among"] / taken["alone"],
            1.5,
            "at most",
            f"{taken['among'] * 1000:.1f} ms, {taken['alone'] * 1000:.1f} ms",
        )
    alone.close()
    among.close()


def _county(villages: int) -> Settings:
    """A database with so many copies of the village, made now if there is none of it."""
    one = village(_SIZE)
    settings = Settings(data=DATA / f"{one.data.name}-county-{villages}")
    if not (settings.data / "county").exists():
        shutil.rmtree(settings.data, ignore_errors=True)
        shutil.copytree(one.data, settings.data)
        with closing(connect(settings.data / "kiosk.db", foreign_keys=0)) as raw:
            raw.execute("CREATE TEMP TABLE copy (n INTEGER PRIMARY KEY)")
            raw.execute("BEGIN IMMEDIATE")
            raw.executemany("INSERT INTO copy VALUES (?)", [(n,) for n in range(2, villages + 1)])
            for statement in _COPIES:
                raw.execute(statement)
            raw.execute("COMMIT")
        (settings.data / "county").touch()
    return settings


def _ranking(database: Database, now: datetime) -> None:
    with database.read() as connection:
        boards.standings(connection, 1, quarter_of(now.date()), now.date())


def _screen(database: Database, now: datetime) -> None:
    with database.read() as connection:
        read_facts(connection, village_by_id(connection, 1), now)


def _seconds(database: Database, draw: Callable[[Database, datetime], None]) -> float:
    now = datetime.now(Settings().zone)
    began = time.perf_counter()
    draw(database, now)
    return time.perf_counter() - began
