"""What the demo's villagers object to while a quarter hangs on the wall, and how the office answers."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection, exists, func, select

from kiosk.scoring import answering, objections
from kiosk.scoring.actors import Actor
from kiosk.scoring.answering import Reject, Remedy, SetRight, TakeBack
from kiosk.scoring.objecting import Complaint, raise_objection
from kiosk.scoring.objections import Objection
from kiosk.scoring.periods import Period
from kiosk.scoring.tables import decision, event

Plan = Callable[[datetime, Callable[[Connection, datetime], None]], None]

# what is said, and what was found: upheld or not
_EVENTS = (
    ("那天我家没有人在村里，这条记错了户。", "查了记录，确实记错了户，已撤销。", True),
    ("这条的分给少了，别人家一样的事给得多。", "核对了条目和上限，计分没有错。", False),
)
_RANKS = (
    ("我家和隔壁同分，名次怎么不一样？", "两家相差 1 分，已当面把明细给您看过。", False),
    ("婆婆上月才搬来，名册上漏了她。", "名册已补上，并向您家说明。", True),
    ("我家参加修渠没有算进去。", "已问过带队的组长，那天的名单里没有您家的人。", False),
)


def plan_disputes(
    at: Plan,
    village_id: int,
    able: Sequence[Actor],
    homes: Sequence[int],
    quarter: Period,
    published: datetime,
) -> None:
    """Two or three in the days after publication, each answered within four days."""
    random = Random(quarter.start)  # noqa: S311  no secret; and apart, so that the deeds stay what they were
    for number in range(random.randint(2, 3)):
        raised = published + timedelta(hours=random.uniform(5, 70))
        key = f"demo:{quarter}:{number}"
        at(raised, _objecting(random, village_id, able, homes, quarter, key, number == 0))
        at(raised + timedelta(hours=random.uniform(20, 90)), _answering(random, village_id, able, key))


def plan_open(
    at: Plan, village_id: int, able: Sequence[Actor], homes: Sequence[int], quarter: Period, now: datetime
) -> None:
    """What was objected to in the last days of the running quarter waits for its answer."""
    random = Random(quarter.start)  # noqa: S311
    for hours in (50, 20):
        raised = now - timedelta(hours=hours)
        if raised.date() in quarter:
            key = f"demo:{quarter}:open:{hours}"
            at(raised, _objecting(random, village_id, able, homes, quarter, key, hours == 20))


def _objecting(
    random: Random,
    village_id: int,
    able: Sequence[Actor],
    homes: Sequence[int],
    quarter: Period,
    key: str,
    about_event: bool,
) -> Callable[[Connection, datetime], None]:
    """Unless nobody could answer it: then the quarter would never be settled."""

    def step(connection: Connection, at: datetime) -> None:
        found = _some_event(connection, random, village_id, quarter) if about_event else None
        words = random.choice(_EVENTS if found else _RANKS)[0]
        complaint = Complaint(
            submission_key=key,
            kind="event" if found else "rank",
            source="household" if found else random.choice(("household", "notice", "office")),
            about=quarter,
            words=words,
            household_id=None if found else random.choice(homes),
            event_id=found,
        )
        attempt = connection.begin_nested()
        raised, _ = raise_objection(connection, village_id, complaint, at)
        if _free(connection, village_id, able, raised):
            attempt.commit()
        else:
            attempt.rollback()

    return step


def _answering(
    random: Random, village_id: int, able: Sequence[Actor], key: str
) -> Callable[[Connection, datetime], None]:
    def step(connection: Connection, at: datetime) -> None:
        found = objections.sent_with(connection, village_id, key)
        if found is None:
            return
        by = random.choice(_free(connection, village_id, able, found))
        _, reason, upheld = next(one for one in (*_EVENTS, *_RANKS) if one[0] == found.words)
        remedy: Remedy = Reject()
        if upheld:
            remedy = TakeBack(found.event_id) if found.event_id else SetRight()
        answering.answer(connection, village_id, found.number, remedy, reason, by, at)

    return step


def _free(connection: Connection, village_id: int, able: Sequence[Actor], one: Objection) -> list[Actor]:
    return [actor for actor in able if not answering.may_not_answer(connection, village_id, one, actor)]


def _some_event(connection: Connection, random: Random, village_id: int, quarter: Period) -> int | None:
    """An approved deed of the quarter, not one of those that came late."""
    approved = exists().where(decision.c.event_id == event.c.id, decision.c.verdict == "approved")
    here = event.c.village_id == village_id, event.c.late == 0, approved
    within = (*here, event.c.occurred_on.between(quarter.first, quarter.last))
    count = connection.scalar(select(func.count()).select_from(event).where(*within)) or 0
    if not count:
        return None
    ids = select(event.c.id).where(*within).order_by(event.c.id).offset(random.randrange(count)).limit(1)
    return connection.scalar(ids)
