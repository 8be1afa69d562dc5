"""Deeds of 青山村 recorded through the real ledger, for tests that then try to lose or change them."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection

from kiosk.database import Database
from kiosk.scoring import ledger
from kiosk.scoring.actors import Actor
from kiosk.scoring.ledger import Draft, Receipt

RECORDER = Actor(None, "陈会计", "recorder", 1)
COUNTS_AT_ONCE = "A02"  # 参加普法宣传: one point, a member's, no second person needed
DAY = date(2026, 8, 14)


HOME = {1: 1, 2: 1, 3: 1, 4: 2, 5: 2, 6: 3, 7: 3, 8: 4, 9: 5}  # the household of each of 青山村's people


def record(connection: Connection, number: int, now: datetime) -> Receipt:
    """The deed of this number; the people of the village take turns."""
    member_id = number % len(HOME) + 1
    draft = Draft(
        submission_key=f"deed-of-the-village-{number:06}",
        household_id=HOME[member_id],
        member_id=member_id,
        item=COUNTS_AT_ONCE,
        points=Decimal(1),
        occurred_on=DAY,
        place="村部",
        reason="普法讲座",
        basis="巡查",
        photo="",
    )
    return ledger.record(connection, 1, draft, RECORDER, now)


def record_some(database: Database, now: datetime) -> None:
    """Two deeds, one of 张三 and one of 李秀英."""
    database.write(lambda connection: [record(connection, number, now) for number in (0, 1)])
