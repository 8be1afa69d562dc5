"""青山村 in January 2026. For clean yards in October 张三 got 5 points, 王建国 and 欧阳建华 4, 赵小燕, a child, 3."""

from datetime import date, timedelta
from decimal import Decimal

from sqlalchemy import Connection

from kiosk.office.judging import decide_all
from kiosk.scoring import ledger, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.ledger import Draft
from kiosk.scoring.periods import parse_period
from tests.accounts.staff import hire
from tests.conftest import Clock, Village

YEAR = parse_period("2025")
POINTS = {"001": 5, "002": 4, "003": 4, "005": 3}


def live(village: Village, clock: Clock, settled: bool = True) -> None:
    clock.now = clock.now.replace(year=2026, month=1, day=20)
    village.write(lambda connection: _lived(connection, village, clock, settled))


def honour(village: Village, clock: Clock) -> None:
    """Everybody who leads gets both honours, by the word of 周平."""

    def work(connection: Connection) -> None:
        by = hire(connection, "周平", "admin").actor
        for name in ("最美家庭", "干净人家"):
            for word in ("recommended", "granted"):
                decide_all(connection, 1, YEAR, name, word, by, clock.now)

    village.write(work)


def _lived(connection: Connection, village: Village, clock: Clock, settled: bool) -> None:
    by = Actor(None, "刘敏", "recorder", 1)
    for code, points in POINTS.items():
        home, day = village.households[code], date(2025, 10, 8)
        draft = Draft(f"yard-{code}", home, None, "C01", Decimal(points), day)
        ledger.record(connection, 1, draft, by, clock.now - timedelta(days=100))
    if settled:
        quarter = parse_period("2025Q4")
        settlement.publish(connection, 1, quarter, "村委会", clock.now - timedelta(days=15))
        settlement.settle(connection, 1, quarter, "村委会", clock.now - timedelta(days=5))
