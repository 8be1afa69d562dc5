"""A real writer to be recorded: deeds, reversals and a settlement of 青山村, one line on stdout per acknowledgement.

python -m tests.faults.recorded_writer DATA JOURNAL_MODE SYNCHRONOUS
"""

import os
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from kiosk import sqlite
from kiosk.database import Database, open_database
from kiosk.scoring import ledger, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import parse_period
from kiosk.settings import Settings
from kiosk.sqlite import Journal
from tests.conftest import TEN_O_CLOCK
from tests.faults.deeds import record

DEEDS = 36
REVIEWER = Actor(None, "刘主任", "reviewer", 1)
QUARTER = parse_period("2026Q2")


def main(data: str, mode: str, synchronous: str) -> None:
    """Write with these settings in place of the program's own choice."""
    journal, own = Journal(mode, int(synchronous)), sqlite.settings_of
    # checkpoints after every few commits, so that cuts fall into them too
    sqlite.settings_of = lambda _: {**own(journal), "wal_autocheckpoint": 100}
    settings = Settings(data=Path(data))
    database = open_database(settings)
    write(database, TEN_O_CLOCK.replace(tzinfo=settings.zone))
    os._exit(0)  # the end is a power cut too: no tidy close


def write(database: Database, now: datetime) -> None:
    """Every fourth deed is taken back; in the middle a quarter is published and settled."""
    in_september = now + timedelta(days=30)
    for number in range(DEEDS):
        event = database.write(_recorded(number, now)).event_id
        acknowledge(f"recorded {event}")
        if number % 4 == 3:
            database.write(_reversed(event, now))
            acknowledge(f"reversed {event}")
        if number == DEEDS // 2:
            database.write(lambda connection: settlement.publish(connection, 1, QUARTER, "周支书", now))
            acknowledge(f"published {QUARTER.start}")
        if number == DEEDS // 2 + 3:
            database.write(
                lambda connection: settlement.settle(connection, 1, QUARTER, "周支书", in_september)
            )
            acknowledge(f"settled {QUARTER.start}")


def _recorded(number: int, now: datetime) -> Callable[[Connection], ledger.Receipt]:
    return lambda connection: record(connection, number, now)


def _reversed(event: int, now: datetime) -> Callable[[Connection], ledger.Receipt]:
    return lambda connection: ledger.reverse(connection, 1, event, REVIEWER, "记错了人", now)


def acknowledge(line: str) -> None:
    os.write(1, f"{line}\n".encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
