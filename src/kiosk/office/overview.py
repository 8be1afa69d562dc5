"""Many villages, or many quarters of one, in a row each: what the township looks at first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from kiosk.office.figures import Figures, figures
from kiosk.roster.villages import Village
from kiosk.scoring import objections, settlement
from kiosk.scoring.periods import Period


@dataclass(frozen=True)
class Row:
    """A village in a period, as its own report says it. A year has no state."""

    village: Village
    now: Figures
    state: Literal["open", "on notice", "settled"] | None
    objections: objections.Figures

    @property
    def period(self) -> Period:
        return self.now.period


def overview(
    connection: Connection, villages: Sequence[Village], periods: Sequence[Period], now: datetime
) -> list[Row]:
    """A row for each of the villages and periods, in their order."""
    return [_row(connection, village, period, now) for village in villages for period in periods]


def _row(connection: Connection, village: Village, period: Period, now: datetime) -> Row:
    is_quarter = period.kind == "quarter"
    return Row(
        village=village,
        now=figures(connection, village.id, period, now),
        state=settlement.state(connection, village.id, period, now).state if is_quarter else None,
        objections=objections.figures(connection, village.id, period),
    )
