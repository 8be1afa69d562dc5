"""A quarter or a month as its sheet on the wall has it.

While a quarter is on notice its sheet stays that of the day of publication, whatever is decided meanwhile: it
counts the entries that the printed digest covers. Once it is settled its sheet is the snapshot.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection, and_, case, func, literal, select

from kiosk.scoring import boards, objections, proof, rulebooks, settlement
from kiosk.scoring.awards import ZERO
from kiosk.scoring.boards import months_of, up_to_number
from kiosk.scoring.columns import Points
from kiosk.scoring.objections import Figures
from kiosk.scoring.periods import Period, quarter_of
from kiosk.scoring.proof import Newest, Proof
from kiosk.scoring.rulebooks import Version
from kiosk.scoring.settlement import QuarterState
from kiosk.scoring.standings import Standing
from kiosk.scoring.tables import entry


@dataclass(frozen=True)
class Tally:
    """What was posted to a period: how many events it is from, and what the plus and the minus add up to."""

    events: int = 0
    plus: Decimal = ZERO
    minus: Decimal = ZERO


@dataclass(frozen=True)
class Sheet:
    """`state` is the quarter's; of a month `quarter_totals` are its quarter's, by household id."""

    period: Period
    state: QuarterState
    places: list[Standing]
    tally: Tally
    proof: Proof | Newest
    book: Version | None
    base_points: Decimal
    objections: Figures
    quarter_totals: dict[int, Decimal]

    @property
    def snapshot(self) -> str:
        """The digest of the settled result; empty before."""
        return self.proof.snapshot if isinstance(self.proof, Proof) else ""


def quarter_sheet(connection: Connection, village_id: int, quarter: Period, now: datetime) -> Sheet | None:
    """The sheet of a published quarter; none while it is open."""
    proven = proof.proof_of(connection, village_id, quarter)
    if proven is None:
        return None
    state, today = settlement.state(connection, village_id, quarter, now), now.date()
    up_to = None if state.state == "settled" else proven.last
    places = (
        boards.snapshot(connection, village_id, quarter)
        if up_to is None
        else boards.computed(connection, village_id, quarter, today, up_to)
    )
    return Sheet(
        period=quarter,
        state=state,
        places=places,
        tally=tally(connection, village_id, quarter, up_to),
        proof=proven,
        book=_book(connection, quarter),
        base_points=max((place.base_points for place in places), default=ZERO),
        objections=objections.figures(connection, village_id, quarter),
        quarter_totals={},
    )


def month_sheet(connection: Connection, village_id: int, month: Period, now: datetime) -> Sheet:
    """The sheet of a month as it is now: its own points, and its quarter's running total."""
    quarter, today = quarter_of(month.first), now.date()
    totals = {
        place.household.id: place.total for place in boards.standings(connection, village_id, quarter, today)
    }
    return Sheet(
        period=month,
        state=settlement.state(connection, village_id, quarter, now),
        places=boards.standings(connection, village_id, month, today),
        tally=tally(connection, village_id, month),
        proof=proof.newest(connection, village_id),
        book=_book(connection, quarter),
        base_points=ZERO,
        objections=objections.figures(connection, village_id, quarter),
        quarter_totals=totals,
    )


def tally(connection: Connection, village_id: int, period: Period, up_to: int | None = None) -> Tally:
    """Over the period's entries, those up to no. `up_to`: each event with what all its entries there make."""
    within = and_(entry.c.village_id == village_id, months_of(period))
    of_event = (
        select(entry.c.event_id, func.sum(entry.c.points).label("points"))
        .where(within if up_to is None else and_(within, up_to_number(up_to)))
        .group_by(entry.c.event_id)
        .subquery()
    )
    points, nothing = of_event.c.points, literal(ZERO, Points)
    row = connection.execute(
        select(
            func.count().label("events"),
            func.sum(case((points > nothing, points), else_=nothing)).label("plus"),
            func.sum(case((points < nothing, points), else_=nothing)).label("minus"),
        ).select_from(of_event)
    ).one()
    return Tally(row.events, row.plus or ZERO, row.minus or ZERO)


def _book(connection: Connection, quarter: Period) -> Version | None:
    """The rulebook of the quarter's last day."""
    if rulebooks.newest(connection) is None:
        return None
    return rulebooks.in_force(connection, quarter.last)
