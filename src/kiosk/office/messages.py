"""What the screen says on certain days, beside its standing line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, select

from kiosk.office.tables import message
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.villages import changed

LONGEST = 120
MOST_A_DAY = 3  # or the screen's round would take longer than two minutes
_EMPTY = N_("Write what the screen shall say")
_LONG = N_("Too long; write at most %(limit)s characters")
_NO_DAY = N_("Choose the first and the last day")
_TURNED = N_("The last day lies before the first one")
_OVER = N_("That day is over; choose today or a later one")
_FULL = N_("There are %(most)s messages on %(day)s already; take one off or choose other days")


@dataclass(frozen=True)
class Message:
    """Shown from the first day up to and including the last."""

    id: int
    words: str
    first: date
    last: date


def messages(connection: Connection, village_id: int, today: date) -> list[Message]:
    """Those of today and of days to come, in the order of their days."""
    found = select(message).where(message.c.village_id == village_id, message.c.last_day >= today)
    rows = connection.execute(found.order_by(message.c.first_day, message.c.id))
    return [Message(row.id, row.words, row.first_day, row.last_day) for row in rows]


def words_on(connection: Connection, village_id: int, day: date) -> list[str]:
    """What the screen says on a day; no more than it has room for."""
    known = messages(connection, village_id, day)
    return [one.words for one in known if one.first <= day][:MOST_A_DAY]


def add(
    connection: Connection, village_id: int, words: str, first: date | None, last: date | None, today: date
) -> None:
    """Let the screen say something on these days. Raises Refused with every problem."""
    problems = [*_problems(words, first, last, today)]
    if not problems and first and last:
        known = messages(connection, village_id, today)
        if (words, first, last) in [(one.words, one.first, one.last) for one in known]:
            return  # a second click
        problems += _crowded(known, first, last)
    if problems or first is None or last is None:
        raise Refused(*problems)
    row = {"village_id": village_id, "words": words, "first_day": first, "last_day": last}
    connection.execute(insert(message).values(row))
    changed(connection, village_id)


def remove(connection: Connection, village_id: int, message_id: int) -> str | None:
    """Take a message off; returns its words, none if it is gone already."""
    mine = (message.c.village_id == village_id) & (message.c.id == message_id)
    words: str | None = connection.scalar(select(message.c.words).where(mine))
    connection.execute(delete(message).where(mine))
    changed(connection, village_id)
    return words


def _problems(words: str, first: date | None, last: date | None, today: date) -> Iterator[Problem]:
    if not words.strip():
        yield Problem("words", _EMPTY)
    if len(words) > LONGEST:
        yield Problem("words", _LONG, {"limit": LONGEST})
    if first is None or last is None:
        yield Problem("last_day", _NO_DAY)
    elif last < first:
        yield Problem("last_day", _TURNED)
    elif last < today:
        yield Problem("last_day", _OVER)


def _crowded(known: list[Message], first: date, last: date) -> Iterator[Problem]:
    """A day is as full as at the beginning of one of the messages on it."""
    for day in sorted({first, *(one.first for one in known if first <= one.first <= last)}):
        if sum(one.first <= day <= one.last for one in known) >= MOST_A_DAY:
            yield Problem("first_day", _FULL, {"most": MOST_A_DAY, "day": day})
            return
