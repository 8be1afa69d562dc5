"""How the demo village judges a year in the January after it: recommended, granted, and a few rewards.

By the office's own doors. Whom one reviewer must leave to others, the next decides about.
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from functools import partial

from sqlalchemy import Connection

from kiosk.office import rewards
from kiosk.office.judging import decide_all
from kiosk.office.proposals import year_sheet
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period

_REWARDS = (
    ("goods", "大米一袋、食用油一桶"),
    ("honour", "上门送喜报，挂“最美家庭”牌"),
    ("policy", "优先安排小额信贷贴息"),
)
_WORDS = (("recommended", 20), ("granted", 25))  # the days of January on which the committees meet


def meetings(
    village_id: int, deciders: Sequence[Actor], year: Period, zone: tzinfo | None
) -> Iterator[tuple[datetime, Callable[[Connection, datetime], None]]]:
    """When the committees meet about a year, and what they do then."""
    for word, day in _WORDS:
        at = datetime(year.year + 1, 1, day, 9, tzinfo=zone)
        yield at, partial(_decide, village_id, deciders, year, word)
    yield at.replace(hour=11), partial(_reward, village_id, deciders, year)


def _decide(
    village_id: int, deciders: Sequence[Actor], year: Period, word: str, connection: Connection, at: datetime
) -> None:
    for honour in [one.honour.name for one in year_sheet(connection, village_id, year, at).proposals]:
        for by in deciders:
            decide_all(connection, village_id, year, honour, word, by, at)


def _reward(
    village_id: int, deciders: Sequence[Actor], year: Period, connection: Connection, at: datetime
) -> None:
    (first, *_) = year_sheet(connection, village_id, year, at).proposals
    for number, (one, (kind, what)) in enumerate(zip(first.candidates, _REWARDS, strict=False), start=1):
        draft = rewards.Draft(
            submission_key=f"demo:{year}:{number}",
            year=year.year,
            household=one.place.household.code,
            kind=kind,
            what=what,
            reason=f"{year.year}年度积分第{one.place.rank}名",
            decided_on=at.date(),
        )
        rewards.give(connection, village_id, draft, deciders[0], at)
