"""Ten events of a published quarter, drawn for the supervising group so that nobody can steer which.

Which public number it will be, the publication says: the first result, drawn on the day after it or later, of
a source that the notice names. So nobody chooses the number once it can be known. The seed is made of the digest
that the notice before printed, the quarter, and the digits of that number. Drawn from are the events that counted
when the notice went up: the digest on it fixes them. They are put in the order of SHA-256(seed | event id); the
first ten are the sample.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, insert, select

from kiosk.fairness.tables import draw as draws
from kiosk.fairness.tables import drawn
from kiosk.office import activity
from kiosk.scoring import chain, proof, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.settlement import QuarterState
from kiosk.scoring.tables import entry
from kiosk.scoring.villages import changed

SIZE = 10
FEWEST_DIGITS = 4
MOST_DIGITS = 100
_BETWEEN = re.compile(r"[\s,，、.。;；:：/|+\-–—_]+")
_ONLY_DIGITS = N_("Write digits alone; blanks and commas between them do not matter")
_TOO_FEW = N_("Write the whole number, at least %(least)s digits: with fewer, all draws could be tried out")
_TOO_MANY = N_("A public number has at most %(most)s digits")
_PROMISE = N_("%(source)s; the first result drawn on %(day)s or later")
_SAME_DAY = N_("The number must not be known when the notice goes up: draw from %(day)s on")
_DRAWN = N_("The sample of %(quarter)s has been drawn already; it is drawn once")
_OPEN = N_("%(quarter)s has not been published yet; the sample is drawn afterwards")


@dataclass(frozen=True)
class Draw:
    """`previous` is the digest on the notice before; `events` are in the order in which they came up."""

    quarter: Period
    public_number: str  # its digits
    previous: str
    seed: str
    drawn_by: str
    drawn_at: datetime
    events: tuple[int, ...]


def seed_of(previous: str, quarter: Period, public_number: str) -> str:
    """SHA-256 of `digest|2026Q3|digits`."""
    return sha256(f"{previous}|{quarter}|{public_number}".encode()).hexdigest()


def sample(seed: str, events: Iterable[int]) -> list[int]:
    """The first ten events by SHA-256 of `seed|event id`; fewer where there are fewer."""
    return sorted(set(events), key=lambda event: sha256(f"{seed}|{event}".encode()).hexdigest())[:SIZE]


def counting(connection: Connection, village_id: int, quarter: Period, number: int) -> list[int]:
    """The events of the quarter that counted when the village's newest entry was this one."""
    till_then = (entry.c.village_id == village_id) & (entry.c.number <= number)
    undone = select(entry.c.event_id).where(till_then, entry.c.cause == "reversal")
    awarded = select(entry.c.event_id).where(
        till_then,
        entry.c.month.between(quarter.start, quarter.last_month),
        entry.c.cause == "award",
        entry.c.event_id.not_in(undone),
    )
    return list(connection.scalars(awarded.order_by(entry.c.event_id)))


def digest_before(connection: Connection, village_id: int, quarter: Period) -> str:
    """The digest on the notice before this quarter's, as this one prints it, too."""
    before = proof.previous_publication(connection, village_id, quarter)
    return before.digest if before else chain.START


def promise(state: QuarterState) -> Problem | None:
    """Which public number draws a published quarter's sample, in a sentence; nothing while it is open."""
    return promised(state.draw_source, state.published_at) if state.published_at else None


def promised(draw_source: str, published: datetime) -> Problem:
    """The same of a publication; its moment is in the village's zone."""
    source = draw_source or Problem("", settlement.USUAL_SOURCE)
    return Problem("", _PROMISE, {"source": source, "day": drawn_from(published)})


def drawn_from(published: datetime) -> date:
    """The first day whose results nobody knew when the notice went up."""
    return published.date() + timedelta(days=1)


def draw(
    connection: Connection, village_id: int, quarter: Period, public_number: str, by: Actor, now: datetime
) -> Draw:
    """Draw a published quarter's sample, once. The same number again is a second click. Raises Refused."""
    typed = cleaned(public_number)
    before = draw_of(connection, village_id, quarter)
    if before and before.public_number == typed:
        return before
    state = settlement.state(connection, village_id, quarter, now)
    problems = [_once(quarter)] if before else _problems(state, typed, now)
    if problems:
        raise Refused(*problems)
    previous = digest_before(connection, village_id, quarter)
    seed = seed_of(previous, quarter, typed)
    place = {"village_id": village_id, "start": quarter.start}
    row = {"public_number": typed, "previous": previous, "seed": seed}
    who = {"account_id": by.account_id, "drawn_by": by.name, "drawn_at": now}
    connection.execute(insert(draws).values(place | row | who))
    counted = counting(connection, village_id, quarter, state.number)
    for nth, event_id in enumerate(sample(seed, counted), start=1):
        connection.execute(insert(drawn).values(**place, place=nth, event_id=event_id))
    sentence = N_("Drew the sample of %(quarter)s with the number %(number)s")
    activity.note(connection, village_id, by, now, "fairness", sentence, quarter=quarter, number=typed)
    changed(connection, village_id)
    return draw_made(connection, village_id, quarter)


def draw_of(connection: Connection, village_id: int, quarter: Period) -> Draw | None:
    """A quarter's draw, if it has been made."""
    here = (draws.c.village_id == village_id) & (draws.c.start == quarter.start)
    row = connection.execute(select(draws).where(here)).one_or_none()
    return _draw(connection, row) if row else None


def draw_made(connection: Connection, village_id: int, quarter: Period) -> Draw:
    """A quarter's draw. Raises Refused if there is none."""
    found = draw_of(connection, village_id, quarter)
    if found is None:
        sentence = N_("The sample of %(quarter)s has not been drawn yet")
        raise Refused(Problem("", sentence, {"quarter": quarter}))
    return found


def latest(connection: Connection, village_id: int) -> Draw | None:
    """The draw of the newest quarter that has one."""
    mine = select(draws).where(draws.c.village_id == village_id).order_by(draws.c.start.desc()).limit(1)
    row = connection.execute(mine).one_or_none()
    return _draw(connection, row) if row else None


def all_of(connection: Connection, village_id: int) -> dict[Period, Draw]:
    """Every draw of a village by its quarter."""
    mine = select(draws).where(draws.c.village_id == village_id).order_by(draws.c.start)
    events = defaultdict[int, list[int]](list)
    every = select(drawn).where(drawn.c.village_id == village_id).order_by(drawn.c.place)
    for one in connection.execute(every):
        events[one.start].append(one.event_id)
    return {Period(row.start, "quarter"): _made(row, events[row.start]) for row in connection.execute(mine)}


def cleaned(number: str) -> str:
    """As it is stored and hashed: its digits alone, so that how it was typed changes nothing."""
    return _BETWEEN.sub("", unicodedata.normalize("NFKC", number))


def tidy(words: str) -> str:
    """One line, without spare blanks."""
    return " ".join(words.split())


def _problems(state: QuarterState, number: str, now: datetime) -> list[Problem]:
    if state.published_at is None:
        return [Problem("", _OPEN, {"quarter": state.quarter})]
    problems = []
    day = drawn_from(state.published_at)
    if now.date() < day:
        problems.append(Problem("", _SAME_DAY, {"day": day}))
    if not re.fullmatch("[0-9]*", number):
        problems.append(Problem("public_number", _ONLY_DIGITS))
    elif len(number) < FEWEST_DIGITS:
        problems.append(Problem("public_number", _TOO_FEW, {"least": FEWEST_DIGITS}))
    elif len(number) > MOST_DIGITS:
        problems.append(Problem("public_number", _TOO_MANY, {"most": MOST_DIGITS}))
    return problems


def _once(quarter: Period) -> Problem:
    return Problem("", _DRAWN, {"quarter": quarter})


def _draw(connection: Connection, row: Any) -> Draw:
    here = (drawn.c.village_id == row.village_id) & (drawn.c.start == row.start)
    return _made(row, connection.scalars(select(drawn.c.event_id).where(here).order_by(drawn.c.place)))


def _made(row: Any, events: Iterable[int]) -> Draw:
    return Draw(
        quarter=Period(row.start, "quarter"),
        public_number=row.public_number,
        previous=row.previous,
        seed=row.seed,
        drawn_by=row.drawn_by,
        drawn_at=row.drawn_at,
        events=tuple(events),
    )
