"""The digest of a settled quarter's result, which its notice prints.

It is made of what the open ledger shows, so that anybody can recompute it (recompute.py), and of one digest of
the frozen names, salted: who knows a village could otherwise try which name belongs to which number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from kiosk.scoring import boards, chain
from kiosk.scoring.columns import stored_moment
from kiosk.scoring.periods import Period
from kiosk.scoring.standings import Standing
from kiosk.scoring.tables import settlement

_TENTHS = 10


@dataclass(frozen=True)
class Result:
    """A quarter as it was settled; `base_points` are in each total."""

    quarter: Period
    settled_at: datetime
    salt: str
    places: Sequence[Standing]

    @property
    def open(self) -> dict[str, object]:
        """What anybody may see of it: household and total of every place, equal ranks in the order of numbers."""
        standings = sorted((one.rank, one.household.id, int(one.total * _TENTHS)) for one in self.places)
        names = sorted(map(_name, self.places))
        return {
            "quarter": str(self.quarter),
            "settled_at": stored_moment(self.settled_at),
            "names": chain.digest_of((self.salt, *names)),
            "base_points": max((int(one.base_points * _TENTHS) for one in self.places), default=0),
            "standings": standings,
        }

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical form of what is open of it."""
        return chain.digest_of(list(self.open.values()))


def settled_result(connection: Connection, village_id: int, quarter: Period) -> Result:
    """A settled quarter's result as it was frozen."""
    of_quarter = settlement.c.village_id == village_id, settlement.c.start == quarter.start
    row = connection.execute(select(settlement.c.settled_at, settlement.c.salt).where(*of_quarter)).one()
    return Result(quarter, row.settled_at, row.salt, boards.snapshot(connection, village_id, quarter))


def _name(place: Standing) -> str:
    home = place.household
    return (
        f"{home.id}|{home.code}|{home.head}|{int(home.head_minor)}|{home.group}|"
        f"{place.member_points}|{place.household_points}|{place.base_points}"
    )
