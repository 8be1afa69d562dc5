"""What a change of the roster by hand would break, and what people should know about it.

The change is made first and looked at afterwards, in the same transaction: whoever raises Refused undoes it.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select

from kiosk.roster.comparing import at_one_time
from kiosk.roster.households import Household, Member, members
from kiosk.scoring import deeds
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import account, decision, event, kin, member, settlement

_MOST_DEEDS = 5
_DEED = N_(
    "%(name)s has an event on %(day)s (%(title)s, no. %(number)s) and would not be on the roll on that day; choose "
    "another day, or have the event taken back first"
)
_DEED_OF_ALL = N_(
    "Household %(code)s has an event on %(day)s (%(title)s, no. %(number)s), and nobody would be on the roll on that "
    "day; choose another day, or have the event taken back first"
)
_MORE_DEEDS = N_("… and %(more)s more events")
_TWICE = N_("%(name)s stands twice in household %(code)s; add something to tell the two apart")
_NO_HEAD = N_("Household %(code)s would have no head; write 户主 for one of its people")
_TWO_HEADS = N_("Household %(code)s would have two heads, %(names)s; leave 户主 to one of them")
_SETTLED = N_("%(quarter)s is settled: its ranking stays as it was printed")


@dataclass(frozen=True)
class Outcome:
    """What a change does: in sentences for a preview (`said`), with what to keep in mind (`warnings`), and as
    `done` for the log. `code` is the household to look at then; `staff` (id, name) live in a household that
    changed, or have kin there."""

    code: str
    done: Problem
    said: Sequence[Problem] = ()
    warnings: Sequence[Problem] = ()
    staff: Sequence[tuple[int, str]] = ()


@contextmanager
def keeping_deeds(connection: Connection, village_id: int) -> Iterator[None]:
    """For a change of many households: raises Refused if an event that counts or may count loses its people."""
    everywhere = event.c.village_id == village_id
    before = _lost(connection, everywhere)
    yield
    if problems := list(_lost_deeds(connection, village_id, _lost(connection, everywhere) - before)):
        raise Refused(*problems)


class Watch:
    """Looks at some households before a change, and again after it."""

    def __init__(self, connection: Connection, village_id: int, *homes: Household) -> None:
        self._connection = connection
        self._village_id = village_id
        self._homes = homes
        self._lost_before = self._lost()

    def check(self) -> None:
        """Raises Refused if the change contradicts the ledger or leaves a household as none can be."""
        lost = _lost_deeds(self._connection, self._village_id, self._lost() - self._lost_before)
        problems = [*lost, *(one for home in self._homes for one in self._of_people(home))]
        if problems:
            raise Refused(*problems)

    def warnings(self, since: date | None) -> list[Problem]:
        """What is settled and does not follow, for a change that holds since that day (none: always)."""
        starts = select(func.max(settlement.c.start)).where(settlement.c.village_id == self._village_id)
        start = self._connection.scalar(starts)
        quarter = Period(start, "quarter") if start else None
        if quarter is None or (since and since > quarter.last):
            return []
        return [Problem("", _SETTLED, {"quarter": quarter})]

    def staff(self) -> list[tuple[int, str]]:
        """Who may sign in and lives in one of the households, or has kin there."""
        ids = [home.id for home in self._homes]
        relatives = select(kin.c.account_id).where(kin.c.household_id.in_(ids))
        concerned = or_(account.c.household_id.in_(ids), account.c.id.in_(relatives))
        found = select(account.c.id, account.c.name).where(concerned, account.c.active == 1)
        return [(row.id, row.name) for row in self._connection.execute(found.order_by(account.c.name))]

    def _lost(self) -> set[int]:
        return _lost(self._connection, event.c.household_id.in_([home.id for home in self._homes]))

    def _of_people(self, home: Household) -> Iterator[Problem]:
        people = members(self._connection, home.id)
        for name in dict.fromkeys(_doubled(people)):
            yield Problem("name", _TWICE, {"name": name, "code": home.code})
        staying = [one for one in people if one.left is None]
        heads = [one.name for one in staying if one.head]
        if staying and not heads:
            yield Problem("relation", _NO_HEAD, {"code": home.code})
        if len(heads) > 1:
            yield Problem("relation", _TWO_HEADS, {"code": home.code, "names": "、".join(heads)})


def _lost(connection: Connection, where: ColumnElement[bool]) -> set[int]:
    """The events that count or may count, on days on which nobody whom they concern is on the roll."""
    undone = select(decision.c.id).where(
        decision.c.event_id == event.c.id, decision.c.verdict.in_(("rejected", "reversed"))
    )
    there = select(member.c.id).where(
        member.c.household_id == event.c.household_id,
        or_(event.c.member_id.is_(None), member.c.id == event.c.member_id),
        or_(member.c.joined.is_(None), member.c.joined <= event.c.occurred_on),
        or_(member.c.left.is_(None), member.c.left >= event.c.occurred_on),
    )
    lost = and_(where, ~undone.exists(), ~there.exists())
    return set(connection.scalars(select(event.c.id).where(lost)))


def _lost_deeds(connection: Connection, village_id: int, lost: set[int]) -> Iterator[Problem]:
    if not lost:
        return
    first = sorted(lost)[:_MOST_DEEDS]
    for deed in deeds.deeds(connection, village_id, event.c.id.in_(first)):
        values = {"day": deed.occurred_on, "title": deed.title, "number": deed.event_id}
        if deed.member_id:
            yield Problem("day", _DEED, values | {"name": deed.member_name})
        else:
            yield Problem("day", _DEED_OF_ALL, values | {"code": deed.household_code})
    if len(lost) > _MOST_DEEDS:
        yield Problem("day", _MORE_DEEDS, {"more": len(lost) - _MOST_DEEDS})


def _doubled(people: Sequence[Member]) -> Iterable[str]:
    """The names that two people of a household bear at one time."""
    for place, one in enumerate(people):
        for other in people[place + 1 :]:
            if one.name == other.name and at_one_time(one, other):
                yield one.name
