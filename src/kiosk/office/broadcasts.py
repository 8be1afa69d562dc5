"""The loudspeaker's texts as the office polished and saved them, one a quarter."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from kiosk.office import activity
from kiosk.office.tables import broadcast
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem, Refused

LONGEST = 2_000
"""Characters: some eight minutes."""


@dataclass(frozen=True)
class Saved:
    words: str
    saved_by: str
    saved_at: datetime

    @property
    def version(self) -> str:
        """Tells one saved text of a quarter from another."""
        return self.saved_at.isoformat()


def saved(connection: Connection, village_id: int, quarter: Period) -> Saved | None:
    here = broadcast.c.village_id == village_id, broadcast.c.start == quarter.start
    row = connection.execute(select(broadcast).where(*here)).one_or_none()
    return Saved(row.words, row.saved_by, row.saved_at) if row else None


def save(
    connection: Connection,
    village_id: int,
    quarter: Period,
    words: str,
    begun_from: str,
    by: Actor,
    now: datetime,
) -> None:
    """Keep the text. `begun_from` is the version that its writer saw, empty for none: what somebody else saved
    meanwhile is not overwritten unseen. The same text again changes nothing. Raises Refused."""
    before = saved(connection, village_id, quarter)
    if before and before.words == words:
        return
    problems = _problems(words)
    if before and before.version != begun_from:
        sentence = N_("%(name)s saved another text meanwhile. Read it below; saving again replaces it")
        problems.append(Problem("words", sentence, {"name": before.saved_by}))
    if problems:
        raise Refused(*problems)
    key = {"village_id": village_id, "start": quarter.start}
    row = {"words": words, "saved_by": by.name, "saved_at": now}
    if before:
        here = broadcast.c.village_id == village_id, broadcast.c.start == quarter.start
        connection.execute(update(broadcast).where(*here).values(**row))
    else:
        connection.execute(insert(broadcast).values(**key, **row))
    sentence = N_("Saved the text for the loudspeaker, %(quarter)s")
    activity.note(connection, village_id, by, now, "quarters", sentence, quarter=quarter)


def _problems(words: str) -> list[Problem]:
    if not words.strip():
        return [Problem("words", N_("Write what is to be read aloud"))]
    if len(words) > LONGEST:
        return [Problem("words", N_("Too long; write at most %(limit)s characters"), {"limit": LONGEST})]
    return []
