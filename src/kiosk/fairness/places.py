"""Places to look at: who writes down much for one household, and what came before a kin relation was known."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Select, select, union

from kiosk.fairness.cases import Case, Person
from kiosk.fairness.fisher import poisson_tail
from kiosk.scoring.tables import account, decision, event, household, kin

MOST = 3


@dataclass(frozen=True)
class Pair:
    """A recorder and a household. `expected` events would be the household's if the recorder's events in the
    group were spread over all of its households alike; `tail` is the probability of so many or more."""

    person: Person
    household_id: int
    group: str
    events: int
    in_group: int
    expected: float
    tail: float


@dataclass(frozen=True)
class Undeclared:
    """Events for a household that is somebody's own or kin's today: they were written down or decided before
    anybody registered that, for since then the program refuses them."""

    person: Person
    household_id: int
    household: str
    events: Sequence[int]


def pairs(cases: Sequence[Case], people: Sequence[Person], homes: Mapping[str, int]) -> list[Pair]:
    """The three that chance explains least, without any threshold. `homes` counts the households of a group."""
    known = {person.id: person for person in people}
    of_pair = Counter((case.recorder_id, case.household_id, case.group) for case in cases)
    of_group = Counter((case.recorder_id, case.group) for case in cases)
    found = []
    for (recorder, home, group), events in of_pair.items():
        all_of = of_group[recorder, group]
        expected = all_of / max(homes.get(group, 1), 1)
        if recorder in known and events > expected and events > 1:
            tail = poisson_tail(events, expected)
            found.append(Pair(known[recorder], home, group, events, all_of, expected, tail))
    return sorted(found, key=lambda pair: (pair.tail, pair.household_id, pair.person.id))[:MOST]


def undeclared(connection: Connection, village_id: int, people: Sequence[Person]) -> list[Undeclared]:
    """Every such pair of the village, whenever it was, in the order of `people`."""
    found: dict[int, dict[tuple[int, str], set[int]]] = defaultdict(lambda: defaultdict(set))
    for row in connection.execute(union(*_by_recorder(village_id), *_by_decider(village_id))):
        found[row.account_id][row.household_id, row.code].add(row.event_id)
    return [
        Undeclared(person, home, code, sorted(events))
        for person in people
        for (home, code), events in sorted(found[person.id].items())
    ]


def _by_recorder(village_id: int) -> list[Select[tuple[int, int, str, int]]]:
    return [_of(village_id, home).where(event.c.recorder_id == account.c.id) for home in (kin.c, account.c)]


def _by_decider(village_id: int) -> list[Select[tuple[int, int, str, int]]]:
    mine = (decision.c.event_id == event.c.id) & (decision.c.account_id == account.c.id)
    return [_of(village_id, home).join(decision, mine) for home in (kin.c, account.c)]


def _of(village_id: int, home: object) -> Select[tuple[int, int, str, int]]:
    """Events of the households that are somebody's kin, or their own home."""
    columns = (
        account.c.id.label("account_id"),
        household.c.id.label("household_id"),
        household.c.code,
        event.c.id.label("event_id"),
    )
    found = select(*columns).select_from(account)
    if home is kin.c:
        found = found.join(kin, kin.c.account_id == account.c.id)
        found = found.join(household, household.c.id == kin.c.household_id)
    else:
        found = found.join(household, household.c.id == account.c.household_id)
    here = (event.c.village_id == village_id) & (event.c.household_id == household.c.id)
    return found.join(event, here).where(account.c.village_id == village_id)
