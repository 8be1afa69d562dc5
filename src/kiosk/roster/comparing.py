"""What a newer roster would change, as data.

Households are known by their code, members by their name within the household. Whoever is missing from the
newer roster is listed, and leaves only if somebody says on which day.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import household, member

_NOT_YET = N_("%(name)s of household %(code)s joined on %(joined)s only; choose a later day of leaving")
FORMER_HEAD = "原户主"
OF_HOME = ("group", "address", "residency")
OF_PERSON = ("relation", "head", "born", "joined", "left")


@dataclass(frozen=True)
class Person:
    """As the sheet has it; what it leaves empty is None, and keeps what was known."""

    name: str
    relation: str
    head: bool
    born: date | None = None
    joined: date | None = None
    left: date | None = None


@dataclass(frozen=True)
class Home:
    """A household of the sheet; None for what it does not say."""

    code: str
    people: Sequence[Person]
    group: str | None = None
    address: str | None = None
    residency: str | None = None


@dataclass(frozen=True)
class Change:
    """`person` is empty for the household's own fields; `fields` maps each to (old, new)."""

    code: str
    person: str
    key: int
    fields: Mapping[str, tuple[Any, Any]]


@dataclass
class Plan:
    """What a roster would change. `missing` are the members it does not list: (code, name, member id)."""

    new_homes: list[Home] = field(default_factory=list)
    new_people: list[tuple[str, int, Person]] = field(default_factory=list)  # code, household id, who
    changes: list[Change] = field(default_factory=list)
    missing: list[tuple[str, str, int]] = field(default_factory=list)
    same: int = 0

    @property
    def is_empty(self) -> bool:
        return not (self.new_homes or self.new_people or self.changes)


def at_one_time(one: Any, other: Any) -> bool:
    """Whether the stays of two people meet, who were on the roll from `joined` to `left`."""
    before = one.left and other.joined and one.left < other.joined
    after = other.left and one.joined and other.left < one.joined
    return not (before or after)


def plan(
    connection: Connection, village_id: int, homes: Iterable[Home], mark_left: date | None = None
) -> Plan:
    """Compare a newer roster with the one that is here. With `mark_left`, the missing will leave that day.

    Raises Refused if one of them joined after it.
    """
    known, people = _known(connection, village_id)
    made = Plan()
    listed: set[int] = set()
    headed: set[int] = set()  # households whose head the sheet names
    for home in _with_known_codes(list(homes), known):
        row = known.get(home.code)
        if row is None:
            made.new_homes.append(home)
            continue
        here = {"group": row.group_name, **_fields(row, OF_HOME[1:])}
        if fields := _differences(here, home, OF_HOME):
            made.changes.append(Change(home.code, "", row.id, fields))
        for person in home.people:
            listed |= _place(made, row.id, home.code, person, people.get((row.id, person.name), []))
        headed |= {row.id for person in home.people if person.head and person.left is None}
    codes = {row.id: code for code, row in known.items()}
    gone = [one for rows in people.values() for one in rows if one.left is None and one.id not in listed]
    made.missing = sorted((codes[one.household_id], one.name, one.id) for one in gone)
    if mark_left:
        _check_days(gone, mark_left, codes)
    else:
        made.changes += [
            _deposed(one, codes[one.household_id]) for one in gone if one.head and one.household_id in headed
        ]
    return made


def _known(
    connection: Connection, village_id: int
) -> tuple[dict[str, Any], dict[tuple[int, str], list[Any]]]:
    here = connection.execute(select(household).where(household.c.village_id == village_id))
    people: dict[tuple[int, str], list[Any]] = {}
    for row in connection.execute(select(member).where(member.c.village_id == village_id)):
        people.setdefault((row.household_id, row.name), []).append(row)
    return {row.code: row for row in here}, people


def _with_known_codes(homes: Sequence[Home], known: Mapping[str, Any]) -> Iterator[Home]:
    """Excel eats the zeros in front: where it is clear which household is meant, 1 is 001."""
    short = Counter(code.lstrip("0") for code in (*known, *(home.code for home in homes)))
    whole = {code.lstrip("0"): code for code in known}
    for home in homes:
        bare = home.code.lstrip("0")
        is_clear = home.code not in known and short[bare] == 2
        yield replace(home, code=whole[bare]) if is_clear and bare in whole else home


def _check_days(leaving: Iterable[Any], day: date, codes: Mapping[int, str]) -> None:
    late = [one for one in leaving if one.joined and one.joined > day]
    if late:
        raise Refused(*(Problem("left", _NOT_YET, _whom(one, codes)) for one in late))


def _whom(row: Any, codes: Mapping[int, str]) -> dict[str, Any]:
    return {"name": row.name, "code": codes[row.household_id], "joined": row.joined}


def _deposed(row: Any, code: str) -> Change:
    """Somebody else is the head now; who was it stays on the roll, but a household has one head."""
    return Change(code, row.name, row.id, {"head": (True, False), "relation": (row.relation, FORMER_HEAD)})


def _place(made: Plan, home_id: int, code: str, person: Person, rows: Sequence[Any]) -> set[int]:
    """Find the person among those of that name, or add them; returns the ids that the sheet accounts for."""
    if not rows:
        made.new_people.append((code, home_id, person))
        return set()
    stays = [row for row in rows if (row.joined, row.left) == (person.joined, person.left)]
    row = next((row for row in (*stays, *rows) if row in stays or row.left is None), rows[-1])
    fields = _differences(_fields(row, OF_PERSON), person, OF_PERSON)
    if row.left and person.left is None:
        fields["left"] = (row.left, None)  # back again: the day of leaving goes
    if fields:
        made.changes.append(Change(code, person.name, row.id, fields))
    else:
        made.same += 1
    return {row.id}


def _differences(old: Mapping[str, Any], new: Any, names: Sequence[str]) -> dict[str, tuple[Any, Any]]:
    return {
        name: (old[name], getattr(new, name))
        for name in names
        if getattr(new, name) is not None and getattr(new, name) != old[name]
    }


def _fields(row: Any, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(row, name) for name in names}
