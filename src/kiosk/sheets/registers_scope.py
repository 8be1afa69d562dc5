"""What every register is made with: the village, the period and the reader's words; and the words they share."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import Connection, select

from kiosk.scoring.actors import Actor
from kiosk.scoring.deeds import Deed
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_
from kiosk.scoring.roll import on_roll
from kiosk.scoring.tables import household, member
from kiosk.sheets.paper import Column

ERASED = N_("erased")


@dataclass(frozen=True)
class Scope:
    """`now` is in the village's zone. `translate` gives a sentence in the reader's language, `lang`; `named`
    a period's name in it. `reader` is who takes the register home, if somebody of the village does."""

    village_id: int
    period: Period
    now: datetime
    lang: str
    translate: Callable[[str], str]
    named: Callable[[Period], str] = str
    reader: Actor | None = None

    def months(self) -> list[Period]:
        """The period month by month, as far as it has come: what is read at once stays small."""
        month, found = Period(self.period.start, "month"), []
        while month.start <= self.period.last_month and month.first <= self.now.date():
            found.append(month)
            month = month.after()
        return found

    def between(self, period: Period) -> tuple[datetime, datetime]:
        """The moments at which a period begins and ends; the end is exclusive."""
        zone = self.now.tzinfo
        return datetime.combine(period.first, time(), zone), datetime.combine(period.end, time(), zone)

    def here(self, moment: datetime | None) -> datetime | None:
        """A stored moment in the village's zone."""
        return moment.astimezone(self.now.tzinfo) if moment else None

    def say(self, sentence: str, **values: object) -> str:
        return self.translate(sentence) % values if values else self.translate(sentence)

    def joined(self, parts: Sequence[str]) -> str:
        """Several remarks in one cell."""
        return ("; " if self.lang == "en" else "；").join(part for part in parts if part)

    def what(self, deed: Deed) -> str:
        """An item's title with its code, as the columns of the paper have it."""
        title = deed.title_en if self.lang == "en" and deed.title_en else deed.title
        return f"{title} ({deed.item})" if self.lang == "en" else f"{title}（{deed.item}）"

    def who(self, deed: Deed) -> str:
        return deed.member_name or self.say(N_("the whole household"))


@dataclass(frozen=True)
class Register:
    """`title`, `by`, `about`, `empty` and the columns' titles are sentences to translate. `by` says what puts a
    row into a period; `lowest` is a row's least height in points, where people sign in it."""

    name: str
    title: str
    by: str
    about: str
    columns: Sequence[Column]
    rows: Callable[[Connection, Scope], Iterator[Sequence[object]]]
    empty: str
    lowest: float = 0


def heads(connection: Connection, scope: Scope) -> dict[int, str]:
    """The full name of every household's head, on the period's last day or, of those who left, the last one."""
    return heads_on(connection, scope.village_id, min(scope.period.last, scope.now.date()))


def heads_on(connection: Connection, village_id: int, day: date) -> dict[int, str]:
    """The same on some day."""
    is_head = member.c.head == True  # noqa: E712  it is SQL
    ever = select(member.c.household_id, member.c.name, member.c.left)
    known = connection.execute(ever.where(member.c.village_id == village_id, is_head)).all()
    found = {row.household_id: row.name for row in sorted(known, key=lambda row: row.left or date.max)}
    return found | {house.id: house.head for house in on_roll(connection, village_id, day) if house.head}


def codes(connection: Connection, scope: Scope) -> dict[int, str]:
    """Every household's code by its id."""
    here = select(household.c.id, household.c.code).where(household.c.village_id == scope.village_id)
    return {row.id: row.code for row in connection.execute(here)}
