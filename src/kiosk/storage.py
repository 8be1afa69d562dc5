"""What storing asks for: the disk's faults in sentences, durable names, the rows kept for the database's own sake."""

import os
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import CheckConstraint, Column, Engine, ForeignKey, Integer, Text

from kiosk.scoring.columns import Moment
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.schema import table

# the latest time that a small write was made to prove that the disk still takes writes; a clock that was set back
# does not move it. `confirmed_event`: somebody confirmed the clock when this was the newest event
heartbeat = table(
    "heartbeat",
    Column("id", Integer, CheckConstraint("id = 1", "one_row"), primary_key=True),
    Column("beaten_at", Moment, nullable=False),
    Column("confirmed_event", Integer, nullable=False, server_default="0"),
    Column("confirmed_at", Moment),
    Column("confirmed_boot", Text, nullable=False, server_default=""),
    Column("confirmed_uptime", Integer, nullable=False, server_default="0"),  # seconds
)

# what each recorder's tablet showed when it last asked, and how long the box had been running then
witness = table(
    "witness",
    Column("account_id", ForeignKey("account.id"), primary_key=True),
    Column("device", Text, nullable=False),  # two people may hold the same one after another
    Column("device_at", Moment, nullable=False),
    Column("boot", Text, nullable=False),
    Column("uptime", Integer, nullable=False),  # seconds
)

# what the schema looked like when a migration left it; append-only
seal = table(
    "seal",
    Column("revision", Text, primary_key=True),
    Column("fingerprint", Text, nullable=False),
    Column("sealed_at", Moment, nullable=False),
)


@dataclass(frozen=True)
class Engines:
    """Ways into one database: for short looks, for long ones, and the one that writes."""

    reader: Engine
    long_reader: Engine
    writer: Engine


@dataclass(frozen=True)
class Fault:
    """Why the disk could not do it, for a reader and for a writer. `status` is what a page answers, `heading` what
    stands over it."""

    reading: str
    saving: str
    status: int = 503
    heading: str = N_("Something is wrong with the box")


FULL = Fault(
    N_("The disk is full. Free some space, then try again."),
    N_("Not saved: the disk is full. Free some space, then send it again."),
    507,
    N_("The disk is full"),
)
READ_ONLY = Fault(
    N_("The disk can only be read. Call whoever looks after the box."),
    N_("Not saved: the disk can only be read. Call whoever looks after the box."),
)
BROKEN_DISK = Fault(
    N_("The disk reported an error. Try again; if it stays, call whoever looks after the box."),
    N_(
        "Not saved: the disk reported an error. Send it again; if it stays, call whoever looks after the box."
    ),
)
DAMAGED = Fault(
    N_("The database is damaged. Restore the newest backup."),
    N_("Not saved: the database is damaged. Restore the newest backup."),
)
BUSY = Fault(
    N_("The database is busy. Try again in a moment."),
    N_("Not saved: the database is busy. Send it again in a moment."),
    heading=N_("The program is busy"),
)
UNREACHABLE = Fault(
    N_("The database does not answer. Call whoever looks after the box."),
    N_("Not saved: the database does not answer. Call whoever looks after the box."),
)


class StorageFault(Exception):  # noqa: N818  it tells about the disk, not about the program
    """The database could not answer. `problem` says why to people, `status` to the browser."""

    def __init__(self, fault: Fault, sentence: str) -> None:
        self.fault, self.status = fault, fault.status
        self.problem = Problem("", sentence)
        super().__init__(sentence)


class Unreadable(StorageFault):
    """Something could not be read."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault, fault.reading)


class Unsaved(StorageFault):
    """Nothing of this was acknowledged; the same request may safely be sent again."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault, fault.saving)


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
