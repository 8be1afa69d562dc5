"""Villages to measure on: their people come in by the roster's door, their history in bulk with a valid chain.

Making 5,000,000 events by the ledger's own door would take hours; `kiosk verify` accepts what is made here.
Villages are kept under `benchmarks/data` and used again in the same quarter.
"""

import hashlib
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from rich.progress import track
from sqlalchemy import Connection
from sqlalchemy.schema import CreateTable

from kiosk.accounts.accounts import add_account
from kiosk.database import Database, database_file, migrate, open_database
from kiosk.roster.updating import Home, Person, bring_in
from kiosk.roster.villages import add_village
from kiosk.scoring import chain, rulebooks, settlement
from kiosk.scoring.columns import stored_moment
from kiosk.scoring.periods import Period, quarter_of
from kiosk.scoring.tables import metadata
from kiosk.settings import Settings
from kiosk.sqlite import connect

DATA = Path(__file__).parent / "data"
CODE, RECORDER, PASSWORD = "qingshan", "李秀英", "benchmarks-only"
ITEM, TENTHS = "I02", 30  # a small reward without a cap
_SURNAMES, _GIVEN = "赵钱孙李周吴郑王陈张刘杨黄林何高罗宋梁谢", "秀英建国志明丽华桂花永红小梅春兰"


@dataclass(frozen=True)
class Size:
    """`events` in all; `running` of them in the running quarter, the rest evenly in eight settled ones."""

    households: int = 1000
    people: int = 5
    events: int = 12_000
    running: int = 3_000
    settled: int = 8


def village(size: Size) -> Settings:
    """Settings of a village of this size, made now if there is none of this quarter."""
    quarter = quarter_of(datetime.now(Settings().zone).date())
    age = f"{_schema()}-{quarter}"
    for old in DATA.glob("[0-9]*-*"):
        if age not in old.name:
            shutil.rmtree(old)
    settings = Settings(data=DATA / f"{size.households}-{size.people}-{size.events}-{size.running}-{age}")
    if not (settings.data / "made").exists():
        shutil.rmtree(settings.data, ignore_errors=True)
        _make(settings, size)
        (settings.data / "made").touch()
    return settings


def _schema() -> str:
    """Changes with the tables, whether or not there is a new migration."""
    tables = [str(CreateTable(table)) for table in metadata.sorted_tables]
    return hashlib.sha256("\n".join(tables).encode()).hexdigest()[:8]


def copy_of(settings: Settings, name: str) -> Settings:
    """A village that a measurement may change."""
    folder = DATA / name
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(settings.data, folder)
    return Settings(data=folder)


def homes(count: int, people: int) -> list[Home]:
    """A roster. The names are invented, no two in a household alike."""
    return [
        Home(
            code=f"{number:04}",
            people=[_person(number, place) for place in range(people)],
            group=f"{number % 12 + 1}组",
            residency="local",
        )
        for number in range(1, count + 1)
    ]


def _person(home: int, place: int) -> Person:
    name = _SURNAMES[home % len(_SURNAMES)] + _GIVEN[place] + _GIVEN[home // 7 % len(_GIVEN)]
    born = date(1950 + (home * 7 + place * 11) % 50, home % 12 + 1, home % 28 + 1)
    return Person(name, "户主" if place == 0 else "家人", place == 0, born)


def _make(settings: Settings, size: Size) -> None:
    now = datetime.now(settings.zone)
    quarters = [quarter_of(now.date())]
    while len(quarters) <= size.settled:
        quarters.insert(0, quarters[0].before())
    migrate(settings, now)
    database = open_database(settings)
    _found(database, size, quarters[0].first, now)
    file = database_file(settings)
    assert file
    past = size.events - size.running
    loads = [past // size.settled] * size.settled + [size.running]
    with closing(connect(file)) as raw:
        _live(raw, quarters, loads, now, f"{size.events:,} events")
    for quarter in quarters[:-1]:
        database.write(lambda connection, one=quarter: settlement.publish(connection, 1, one, "bench", now))
        database.write(lambda connection, one=quarter: settlement.settle(connection, 1, one, "bench", now))
    database.close()


def _found(database: Database, size: Size, first: date, now: datetime) -> None:
    def work(connection: Connection) -> None:
        add_village(connection, CODE, "青山村", "full")
        bring_in(connection, 1, homes(size.households, size.people), None)
        rulebooks.add(connection, rulebooks.default_rulebook(), first, "乡镇", now)
        add_account(connection, RECORDER, "recorder", PASSWORD, 1, None)

    database.write(work)


def _live(
    raw: sqlite3.Connection, quarters: Sequence[Period], loads: Sequence[int], now: datetime, told: str
) -> None:
    """Everybody in turn does the same small good deed, day after day."""
    members = raw.execute("SELECT id, household_id FROM member ORDER BY id").fetchall()
    digest = raw.execute("SELECT digest FROM rulebook").fetchone()[0]
    raw.execute("BEGIN IMMEDIATE")
    number, previous, here = 0, chain.START, 0
    batches = [
        (quarter, part) for quarter, load in zip(quarters, loads, strict=True) for part in _parts(load)
    ]
    for quarter, load in track(batches, description=told):
        days = (min(quarter.end, now.date()) - quarter.first).days or 1
        rows: list[list[tuple[object, ...]]] = [[], [], [], []]
        for _ in range(load):
            number, here = number + 1, (here + 1) % len(members)
            day = quarter.first + timedelta(days=number % days)
            made = _deed(number, members[here], day, digest, previous, now)
            for table, row in zip(rows, made[0], strict=True):
                table.append(row)
            previous = made[1]
        for statement, table in zip(_INSERTS, rows, strict=True):
            raw.executemany(statement, table)
    raw.execute("COMMIT")


def _parts(load: int, most: int = 20_000) -> Iterator[int]:
    while load > 0:
        yield min(load, most)
        load -= most


_INSERTS = (
    "INSERT INTO event (id, village_id, submission_key, content, household_id, member_id, rulebook_id, item,"
    " points, occurred_on, late, recorder_id, recorder, recorded_at, note_hash)"
    " VALUES (?, 1, ?, '', ?, ?, 1, ?, ?, ?, 0, NULL, '村委会', ?, ?)",
    "INSERT INTO note (event_id, salt, place, reason, basis, photo) VALUES (?, ?, '', '', '', '')",
    "INSERT INTO decision (id, village_id, event_id, verdict, account_id, decided_by, decided_at)"
    " VALUES (?, 1, ?, 'approved', NULL, '村委会', ?)",
    "INSERT INTO entry (id, village_id, number, event_id, decision_id, household_id, member_id, item, counted_on,"
    " month, points, cause, correction, posted_at, previous, digest)"
    " VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'award', 0, ?, ?, ?)",
)


def _deed(
    number: int, who: tuple[int, int], day: date, rulebook: str, previous: str, now: datetime
) -> tuple[tuple[tuple[object, ...], ...], str]:
    """The rows of one deed in the order of _INSERTS, and the digest of its entry."""
    member, household = who
    key, salt = f"bench-{number}", hashlib.sha256(f"{number}".encode()).hexdigest()[:32]
    when = datetime.combine(day, time(10), now.tzinfo)
    moment, written = stored_moment(when), day.isoformat()
    month = day.year * 100 + day.month
    words = chain.note_hash(salt, ("", "", "", "", "村委会"))
    event = chain.Event(
        number, key, household, member, rulebook, ITEM, TENTHS, written, 0, None, moment, words
    )
    link = chain.Link(CODE, number, household, member, ITEM, written, month, TENTHS, "award", 0, moment)
    digest = chain.entry_digest(previous, link, event, (number, "approved", None, moment))
    rows = (
        (number, key, household, member, ITEM, TENTHS, written, moment, words),
        (number, salt),
        (number, number, moment),
        (
            number,
            number,
            number,
            number,
            household,
            member,
            ITEM,
            written,
            month,
            TENTHS,
            moment,
            previous,
            digest,
        ),
    )
    return rows, digest
