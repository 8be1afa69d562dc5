"""青山村 in a data folder: household 001 (张三, 李秀英), household 002 (王建国), and the default rulebook.

Its deeds lie years back, because commands have a clock of their own.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import click
from click.testing import CliRunner, Result
from sqlalchemy import Connection, insert

from kiosk.database import Database, migrate, open_database
from kiosk.office import activity
from kiosk.scoring import ledger, rulebooks
from kiosk.scoring.actors import Actor
from kiosk.scoring.tables import household, member, village
from kiosk.settings import Settings

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2024, 8, 20, 10, 0, tzinfo=ZONE)
ADMIN = Actor(None, "周支书", "admin", 1)


@dataclass(frozen=True)
class VillageOnDisk:
    folder: Path

    @property
    def file(self) -> Path:
        return self.folder / "kiosk.db"

    def kiosk(self, command: click.Command, *words: str) -> Result:
        """Run a command as the office would, in English."""
        environment = {"KIOSK_DATA": str(self.folder), "KIOSK_LANG": "en"}
        return CliRunner().invoke(command, words, env=environment)

    def open(self) -> Database:
        return open_database(Settings(data=self.folder))

    def log(self, village_id: int | None = 1) -> list[tuple[str, str]]:
        """Who stands in the activity log with what, the newest first."""
        database = self.open()
        try:
            with database.read() as connection:
                return [(one.name, one.said.text()) for one in activity.activities(connection, village_id)]
        finally:
            database.close()

    def record(self, item: str, day: str, points: str | None = None, member_id: int | None = None) -> int:
        """A deed of household 001, decided upon if needed; the number of its event."""
        draft = ledger.Draft(
            submission_key=f"{item}-{day}-{points}-{member_id}",
            household_id=1,
            member_id=member_id,
            item=item,
            points=None if points is None else Decimal(points),
            occurred_on=date.fromisoformat(day),
            basis="单位反馈",
            place="=村口",
        )
        database = self.open()
        try:
            return database.write(lambda connection: _recorded(connection, draft))
        finally:
            database.close()


def _recorded(connection: Connection, draft: ledger.Draft) -> int:
    receipt = ledger.record(connection, 1, draft, ADMIN, NOW)
    if receipt.status == "waiting":
        ledger.decide(connection, 1, receipt.event_id, "approved", ADMIN, "", NOW)
    return receipt.event_id


def found(folder: Path) -> VillageOnDisk:
    """Make the village; its rulebook is the default one."""
    settings = Settings(data=folder)
    migrate(settings, NOW)
    database = open_database(settings)
    database.write(_settle_in)
    database.close()
    return VillageOnDisk(folder)


def _settle_in(connection: Connection) -> None:
    connection.execute(insert(village).values(id=1, code="qingshan", name="青山村"))
    for number, code in enumerate(("001", "002"), start=1):
        home = {"code": code, "group_name": "一组", "residency": "local", "token": f"TOKEN{code}"}
        connection.execute(insert(household).values(id=number, village_id=1, **home))
    for person, home_id, name, head in ((1, 1, "张三", 1), (2, 1, "李秀英", 0), (3, 2, "王建国", 1)):
        row = {"id": person, "village_id": 1, "household_id": home_id, "name": name, "head": head}
        connection.execute(insert(member).values(relation="户主" if head else "妻子", **row))
    rulebooks.add(connection, rulebooks.default_rulebook(), date(2024, 1, 1), "乡镇", NOW)
