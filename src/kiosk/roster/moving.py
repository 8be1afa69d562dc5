"""People who go: to another household, into one of their own, or away; some of a household, or all of it.

From the chosen day on they belong to where they went. The day before was their last one here, so that an event
counts for the household that the person belonged to on its date (scoring.md, 4).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from sqlalchemy import Connection, update

from kiosk.roster.comparing import FORMER_HEAD, Person
from kiosk.roster.editing import add_household, add_row, code_problems, text_problems
from kiosk.roster.households import Household, Member, by_code, members
from kiosk.roster.names import is_head
from kiosk.roster.watching import Outcome, Watch
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import member
from kiosk.scoring.villages import changed

Where = Literal["household", "new", "away"]
WHERE: tuple[Where, ...] = ("household", "new", "away")
_DAY = timedelta(days=1)

_NOBODY = N_("Tick who goes")
_NO_DAY = N_("Choose the day from which it holds")
_LATER = N_("Choose tomorrow at the latest: note it when it happens")
_JOINED = N_("%(name)s joined on %(joined)s; choose a later day")
_NO_CODE = N_("Write the code of the household they go to")
_NO_SUCH = N_("There is no household %(code)s in this village; look the code up in the roster")
_SAME = N_("They live in household %(code)s already; write the code of another one")
_RELATION = N_("Write what %(name)s is there: 户主, 妻, 长子 …")
_NEW_HEAD = N_("The head goes and others stay: choose who is the head then")

_SAID = {
    "household": N_("From %(day)s on %(names)s count for household %(other)s."),
    "new": N_("From %(day)s on %(names)s are household %(other)s, which is new."),
    "away": N_("From %(day)s on %(names)s are no longer on the roll."),
}
_POINTS = N_("Points earned until then stay with household %(code)s.")
_EMPTY = N_(
    "Nobody is left in household %(code)s: it stays in the books and is off the roll from %(day)s on."
)
_HEAD = N_("%(name)s is the head of household %(code)s then. Look at what the others are to the new head.")
_DONE = {
    "household": N_("%(names)s: from household %(code)s to %(other)s from %(day)s on"),
    "new": N_("%(names)s: from household %(code)s to the new household %(other)s from %(day)s on"),
    "away": N_("%(names)s: left household %(code)s from %(day)s on"),
}


@dataclass(frozen=True)
class Going:
    """Who goes where. `relations` says by member id what each is there; empty keeps what they are.

    `code` is the household they go to, or the new one's; `about` its `group`, `address` and `residency`.
    `head` is who of those who stay becomes the head, if the head goes.
    """

    where: Where
    members: frozenset[int]
    day: date | None
    relations: Mapping[int, str] = field(default_factory=dict)
    code: str = ""
    about: Mapping[str, str] = field(default_factory=dict)
    head: int | None = None


def go(connection: Connection, home: Household, going: Going, today: date) -> Outcome:
    """Let them go. Raises Refused with every problem."""
    staying = [one for one in members(connection, home.id) if one.left is None]
    movers = [one for one in staying if one.id in going.members]
    rest = [one for one in staying if one.id not in going.members]
    problems = [
        *_day_problems(going, movers, today),
        *_place_problems(connection, home, going),
        *_relation_problems(going, movers),
        *_head_problems(going, movers, rest),
    ]
    if problems or going.day is None:
        raise Refused(*problems)
    there = _there(connection, home, going)
    watch = Watch(connection, home.village_id, home, *([there] if there else []))
    for one in movers:
        _leave(connection, one, going.day)
        if there:
            add_row(connection, there, _arriving(one, going))
    head = _new_head(connection, going, movers, rest)
    watch.check()
    changed(connection, home.village_id)
    return _outcome(home, there, going, movers, head, bool(rest), watch)


def _day_problems(going: Going, movers: list[Member], today: date) -> Iterator[Problem]:
    if not movers:
        yield Problem("members", _NOBODY)
    if going.day is None:
        yield Problem("day", _NO_DAY)
        return
    if going.day > today + _DAY:
        yield Problem("day", _LATER)
    for one in movers:
        if one.joined and one.joined >= going.day:
            yield Problem("day", _JOINED, {"name": one.name, "joined": one.joined})


def _place_problems(connection: Connection, home: Household, going: Going) -> Iterator[Problem]:
    if going.where == "new":
        yield from code_problems(connection, home.village_id, going.code)
        yield from text_problems("group", going.about.get("group", ""), required=False)
        yield from text_problems("address", going.about.get("address", ""), required=False)
    elif going.where == "household":
        other = by_code(connection, home.village_id, going.code) if going.code else None
        if not going.code:
            yield Problem("code", _NO_CODE)
        elif other is None:
            yield Problem("code", _NO_SUCH, {"code": going.code})
        elif other.id == home.id:
            yield Problem("code", _SAME, {"code": home.code})


def _relation_problems(going: Going, movers: list[Member]) -> Iterator[Problem]:
    """A head is none any more in a household that has one, so a new word is needed."""
    for one in movers if going.where == "household" else []:
        if one.head and not going.relations.get(one.id):
            yield Problem("relation", _RELATION, {"name": one.name})
    for text in going.relations.values():
        yield from text_problems("relation", text, required=False)


def _head_problems(going: Going, movers: list[Member], rest: list[Member]) -> Iterator[Problem]:
    leaderless = any(one.head for one in movers) and rest
    if leaderless and going.head not in {one.id for one in rest}:
        yield Problem("head", _NEW_HEAD)


def _there(connection: Connection, home: Household, going: Going) -> Household | None:
    if going.where == "away":
        return None
    if going.where == "new":
        about = {"group": home.group, "address": "", **going.about, "residency": home.residency}
        return add_household(connection, home.village_id, going.code, about)
    return by_code(connection, home.village_id, going.code)


def _leave(connection: Connection, one: Member, day: date) -> None:
    connection.execute(update(member).where(member.c.id == one.id).values(left=day - _DAY))


def _arriving(one: Member, going: Going) -> Person:
    relation = going.relations.get(one.id) or one.relation
    return Person(one.name, relation, is_head(relation), one.born, going.day, None)


def _new_head(
    connection: Connection, going: Going, movers: list[Member], rest: list[Member]
) -> Member | None:
    """Whoever stays takes over the head's word; who was it is called the former head, as an import would."""
    old = next((one for one in movers if one.head), None)
    new = next((one for one in rest if one.id == going.head), None)
    if old is None or new is None:
        return None
    former = update(member).where(member.c.id == old.id).values(head=False, relation=FORMER_HEAD)
    connection.execute(former)
    following = update(member).where(member.c.id == new.id).values(head=True, relation=old.relation)
    connection.execute(following)
    return new


def _outcome(
    home: Household,
    there: Household | None,
    going: Going,
    movers: list[Member],
    head: Member | None,
    some_stay: bool,
    watch: Watch,
) -> Outcome:
    values: dict[str, object] = {
        "names": "、".join(one.name for one in movers),
        "code": home.code,
        "other": there.code if there else "",
        "day": going.day,
    }
    said = [Problem("", _SAID[going.where], values), Problem("", _POINTS, values)]
    if head:
        said.append(Problem("", _HEAD, {"name": head.name, "code": home.code}))
    if not some_stay:
        said.append(Problem("", _EMPTY, values))
    done = Problem("", _DONE[going.where], values)
    return Outcome(home.code, done, said, watch.warnings(going.day), watch.staff())
