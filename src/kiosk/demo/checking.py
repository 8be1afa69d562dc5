"""How the demo's quarters are checked: the sample is drawn once its public number is out, then looked into.

The numbers are made up, as everything in this village is.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from random import Random

from sqlalchemy import Connection

from kiosk.fairness import draws, inspections
from kiosk.fairness.inspections import Inspection
from kiosk.languages import translations
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import Refused
from kiosk.scoring.settlement import USUAL_SOURCE

Step = Callable[[Connection, datetime], None]

SOURCE = translations("zh_Hans").gettext(USUAL_SOURCE)
_DRAWN_AFTER, _LOOKED_AFTER = timedelta(days=2, hours=3), timedelta(days=4, hours=7)
_SO_FAR = 7  # of the ten, in the newest quarter: the group is still on its way
_GROUP = "彭大伯、蒋老师"
_DOUBTFUL = "说法不一，日期对不上，照片也没有留。"


def checks(
    village_id: int, able: Sequence[Actor], quarter: Period, published: datetime, newest: bool
) -> Iterator[tuple[datetime, Step]]:
    """When the sample of a published quarter is drawn and when it is looked into, and how."""
    random = Random(quarter.start)  # noqa: S311  no secret; and apart, so that the deeds stay what they were
    yield published + _DRAWN_AFTER, partial(_draw, village_id, able, quarter, _lottery(random))
    yield published + _LOOKED_AFTER, partial(_look, village_id, able, quarter, random, newest)


def _lottery(random: Random) -> str:
    """Six red balls in ascending order and a blue one."""
    reds = sorted(random.sample(range(1, 34), 6))
    return " ".join(f"{ball:02}" for ball in (*reds, random.randint(1, 16)))


def _draw(
    village_id: int,
    able: Sequence[Actor],
    quarter: Period,
    number: str,
    connection: Connection,
    at: datetime,
) -> None:
    admin = next(actor for actor in able if actor.role == "admin")
    draws.draw(connection, village_id, quarter, number, admin, at)


def _look(
    village_id: int,
    able: Sequence[Actor],
    quarter: Period,
    random: Random,
    newest: bool,
    connection: Connection,
    at: datetime,
) -> None:
    """Each by the first who may note it."""
    for event in draws.draw_made(connection, village_id, quarter).events[: _SO_FAR if newest else None]:
        doubtful = random.random() < 0.1
        outcome, remark = ("doubtful", _DOUBTFUL) if doubtful else ("confirmed", "")
        found = Inspection(event, outcome, remark, _GROUP, at)
        for by in able:
            with suppress(Refused):
                inspections.inspect(connection, village_id, quarter, event, found, by, at)
                break
