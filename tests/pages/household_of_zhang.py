"""张三's household with everything that can happen to a deed, over three quarters of 2026."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from kiosk.scoring import ledger, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.ledger import Draft, Receipt
from kiosk.scoring.periods import parse_period
from tests.conftest import Village

TOKEN = "TOKEN000000000000000000001"
ADDRESS = f"/h/{TOKEN}"
RECORDER = Actor(None, "刘敏", "recorder", 1)
REVIEWER = Actor(None, "陈静", "reviewer", 1)


@dataclass
class Office:
    """Writes deeds of household 001 down, at any moment."""

    village: Village
    now: datetime
    deeds: int = 0  # each gets a number of its own

    def at(self, day: str) -> "Office":
        self.now = datetime.combine(date.fromisoformat(day), self.now.timetz())
        return self

    def deed(
        self, item: str, day: str, who: str = "", points: str = "", house: str = "001", **more: object
    ) -> Receipt:
        """Recorded by 刘敏 (a late entry by 陈静)."""
        self.deeds += 1
        draft = Draft(
            submission_key=f"zhang-{self.deeds:04}",
            household_id=self.village.households[house],
            member_id=self.village.members[who] if who else None,
            item=item,
            points=Decimal(points) if points else None,
            occurred_on=date.fromisoformat(day),
            **{"basis": "单位反馈", **more},  # type: ignore[arg-type]
        )
        by = REVIEWER if draft.late else RECORDER
        return self._write(lambda connection: ledger.record(connection, 1, draft, by, self.now))

    def approve(self, receipt: Receipt, verdict: str = "approved", reason: str = "") -> None:
        other = Actor(None, "周平", "admin", 1)
        self._write(
            lambda connection: ledger.decide(
                connection, 1, receipt.event_id, verdict, other, reason, self.now
            )
        )

    def take_back(self, receipt: Receipt, reason: str) -> None:
        self._write(
            lambda connection: ledger.reverse(connection, 1, receipt.event_id, REVIEWER, reason, self.now)
        )

    def close(self, quarter: str) -> None:
        period = parse_period(quarter)

        def work(connection: Connection) -> None:
            settlement.publish(connection, 1, period, "村委会", self.now)
            settlement.settle(connection, 1, period, "村委会", self.now + timedelta(days=8))

        self._write(work)

    def _write(self, work):  # type: ignore[no-untyped-def]
        return self.village.write(work)


def live(village: Village, now: datetime) -> None:
    """Two settled quarters, then the running one with each kind of deed once."""
    office = Office(village, now)
    office.at("2026-02-11").deed("I01", "2026-02-10", "张三")
    office.deed("C05", "2026-02-11", "李秀英")
    office.at("2026-04-08").close("2026Q1")
    office.at("2026-05-07").deed("H01", "2026-05-06", "张三", place="敬老院")
    kept = office.deed("D03", "2026-05-07", "李秀英")
    office.at("2026-07-02").close("2026Q2")
    office.at("2026-07-20").take_back(kept, "记错了户")
    late = office.deed("E03", "2026-06-30", "张三", late=True, reason="帮五保户收麦")
    if late.status == "waiting":
        office.approve(late)
    for day in ("2026-07-03", "2026-07-08", "2026-07-15"):
        office.at(day).deed("I01", day, "张三", place="村委会")
    office.at("2026-08-01").deed("C01", "2026-08-01", points="4", reason="院子干净，柴草堆放整齐")
    office.approve(office.at("2026-08-03").deed("C06", "2026-08-03", points="-2", reason="巷口堆放砂石"))
    office.at("2026-08-05").deed("E04", "2026-08-05", "张小明", place="文化广场", reason="捡起倒下的垃圾桶")
    again = office.at("2026-08-08").deed("C02", "2026-08-08", points="2")
    office.at("2026-08-09").take_back(again, "重复登记")
    office.approve(
        office.deed("G01", "2026-08-09", reason="新种黄桃三亩"), "rejected", "依据不足，请补充说明后重新登记"
    )
    office.at("2026-08-14").deed("G03", "2026-08-14", "李秀英", reason="取得育婴员证书")
    office.at("2026-08-14").deed("A01", "2026-07-31", house="002")
