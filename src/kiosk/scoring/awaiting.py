"""What awaits a decision, with what one should know to decide: forecast, history, questions, recusal.

It asks the same few questions however much waits. `prospect` says what would count if everything that waits
before it were approved first, and then this: so two like ones under one cap do not both promise points.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, and_, func, select

from kiosk.scoring import deciding, history, remarks, rulebooks
from kiosk.scoring.actors import Actor
from kiosk.scoring.awards import Award, Claim, awards
from kiosk.scoring.deeds import Deed
from kiosk.scoring.periods import quarter_of
from kiosk.scoring.posting import Subject, cap_of, effective_of_waiting, subject_of
from kiosk.scoring.problems import Problem
from kiosk.scoring.remarks import Remark, State
from kiosk.scoring.tables import entry, event, rulebook, waiting

_AFTER_ALL = 2**62  # approved later than whatever has been approved
_LATELY = 6


@dataclass(frozen=True)
class Past:
    """A deed of the household in the quarter of the waiting one; `counted` is null if nothing came of it."""

    event_id: int
    day: date
    item: str
    title: str
    title_en: str
    claimed: Decimal
    counted: Decimal | None


@dataclass(frozen=True)
class Awaiting:
    """`barred` says why this person must leave it to others; `same` are the household's counted deeds of the
    same item in that quarter, `lately` its newest of any, of `many` in all."""

    deed: Deed
    state: State
    remarks: Sequence[Remark]
    barred: Sequence[Problem]
    prospect: Award
    same: Sequence[Past]
    lately: Sequence[Past]
    many: int


def awaiting(connection: Connection, village_id: int, by: Actor, now: datetime) -> list[Awaiting]:
    """Everything in the village that awaits a decision, oldest first, as this person sees it."""
    deeds = history.awaiting(connection, village_id)
    if not deeds:
        return []
    said = remarks.of_events(connection, [deed.event_id for deed in deeds])
    barred = deciding.barred(connection, village_id, deeds, by)
    prospects = _prospects(connection, village_id, now.date())
    pasts = _pasts(connection, village_id, deeds, now.date())
    return [
        _made(deed, said[deed.event_id], barred.get(deed.event_id, ()), prospects, pasts, now.date())
        for deed in deeds
    ]


def _made(
    deed: Deed,
    said: Sequence[Remark],
    barred: Sequence[Problem],
    prospects: Mapping[int, Award],
    pasts: Mapping[int, Sequence[Past]],
    today: date,
) -> Awaiting:
    quarter = quarter_of(_counts_on(deed, today))
    lately = [one for one in pasts.get(deed.household_id, ()) if one.day in quarter]
    same = [one for one in lately if one.item == deed.item and one.counted is not None]
    return Awaiting(
        deed=deed,
        state=remarks.state_of(said),
        remarks=said,
        barred=barred,
        prospect=prospects[deed.event_id],
        same=same,
        lately=lately[:_LATELY],
        many=len(lately),
    )


def _prospects(connection: Connection, village_id: int, today: date) -> dict[int, Award]:
    rows = connection.execute(
        select(event, rulebook.c.digest)
        .join(waiting, waiting.c.event_id == event.c.id)
        .join(rulebook, rulebook.c.id == event.c.rulebook_id)
        .where(waiting.c.village_id == village_id)
        .order_by(event.c.recorded_at, event.c.id)
    ).all()
    days = [_counts_on(row, today) for row in rows]
    claims = defaultdict(list, effective_of_waiting(connection, village_id, _years(days)))
    found = {}
    for number, (row, day) in enumerate(zip(rows, days, strict=True)):
        of_year: tuple[Subject, int] = subject_of(row), day.year
        claim = Claim(row.id, day, _AFTER_ALL + number, row.points, cap_of(connection, row))
        claims[of_year].append(claim)
        found[row.id] = awards(claims[of_year])[row.id]
    return found


def _pasts(
    connection: Connection, village_id: int, deeds: Sequence[Deed], today: date
) -> dict[int, list[Past]]:
    """The decided deeds of the households for which something waits, newest first, by household."""
    days = [_counts_on(deed, today) for deed in deeds]
    homes = {deed.household_id for deed in deeds}
    here = and_(event.c.village_id == village_id, event.c.household_id.in_(homes))
    when = event.c.occurred_on.between(quarter_of(min(days)).first, quarter_of(max(days)).last)
    counted = select(func.sum(entry.c.points)).where(entry.c.event_id == event.c.id).scalar_subquery()
    rows = connection.execute(
        select(event, rulebook.c.digest, counted.label("counted"))
        .join(rulebook, rulebook.c.id == event.c.rulebook_id)
        .join(waiting, waiting.c.event_id == event.c.id, isouter=True)
        .where(here, when, waiting.c.event_id.is_(None))
        .order_by(event.c.occurred_on.desc(), event.c.id.desc())
    )
    found: dict[int, list[Past]] = defaultdict(list)
    for row in rows:
        found[row.household_id].append(_past(connection, row))
    return found


def _past(connection: Connection, row: Any) -> Past:
    item = rulebooks.book_of(connection, row.rulebook_id, row.digest).item(row.item)
    title, title_en = (item.title, item.title_en) if item else (row.item, row.item)
    return Past(row.id, row.occurred_on, row.item, title, title_en, row.points, row.counted)


def _counts_on(deed: Any, today: date) -> date:
    """A late entry counts on the day of its approval."""
    return today if deed.late else deed.occurred_on


def _years(days: Iterable[date]) -> tuple[int, int]:
    known = sorted(days)
    return known[0].year, known[-1].year
