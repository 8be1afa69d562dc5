"""A household and its people, put right by hand.

Who is the head follows from the relation (户主), as in the roster's sheet. Functions raise Refused with every
problem; each is one change, to be made in one transaction.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from kiosk.roster.comparing import Person
from kiosk.roster.households import Household, Member, by_code, members, new_token
from kiosk.roster.names import is_head
from kiosk.roster.numbers import new_numbers
from kiosk.roster.readings import keys_of
from kiosk.roster.watching import Outcome, Watch
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import event, member
from kiosk.scoring.tables import household as table
from kiosk.scoring.villages import changed
from kiosk.scoring.voices import declaration

LONGEST = {"code": 20, "group": 20, "address": 60, "name": 40, "relation": 20}
RESIDENCIES = ("local", "resident")
_CODE = re.compile(r"[^\W_][\w.-]*")
_EMPTY = {
    "code": N_("Write the code of the household"),
    "name": N_("Write the person's name"),
    "relation": N_("Write what they are to the head: 户主, 妻, 长子 …"),
}
_LONG = N_("Too long; write at most %(limit)s characters")
_UNREADABLE = N_("There are characters in it that cannot be read; type it again")
_ODD_CODE = N_("Write the code with letters, digits and hyphens, like 061 or A-12")
_TAKEN = N_("There is a household %(code)s already; choose another code")
_RESIDENCY = N_("Choose where the household is registered")
_LEFT_FIRST = N_("They cannot leave on %(left)s, before joining on %(joined)s")
_NOT_BORN = N_("%(day)s is still to come")
_HAS_DEEDS = N_("%(name)s has events, and cannot be taken out; write a day of leaving instead")
_DECLARED = N_(
    "The family has declared a deed of %(name)s, who cannot be taken out; write a day of leaving instead"
)
_WHEN_ADDED = N_("%(name)s counts for household %(code)s from %(day)s on")
_ALWAYS = N_("%(name)s counts for household %(code)s, for all days past too")


def made_person(
    name: str, relation: str, born: date | None, joined: date | None, left: date | None
) -> Person:
    """One person, however the brackets of the name were typed: 张三（大） is 张三(大)."""
    tidy = " ".join(unicodedata.normalize("NFKC", name).split())
    return Person(tidy, relation.strip(), is_head(relation.strip()), born, joined, left)


def person_problems(person: Person, today: date) -> Iterator[Problem]:
    """What is wrong with a person by itself, whatever the household."""
    yield from text_problems("name", person.name)
    yield from text_problems("relation", person.relation)
    if person.born and person.born > today:
        yield Problem("born", _NOT_BORN, {"day": person.born})
    if person.joined and person.left and person.left < person.joined:
        yield Problem("left", _LEFT_FIRST, {"left": person.left, "joined": person.joined})


def text_problems(field: str, text: str, required: bool = True) -> Iterator[Problem]:
    if not text and required:
        yield Problem(field, _EMPTY[field])
    if len(text) > LONGEST[field]:
        yield Problem(field, _LONG, {"limit": LONGEST[field]})
    if not text.isprintable():
        yield Problem(field, _UNREADABLE)


def found_household(
    connection: Connection, village_id: int, code: str, about: dict[str, str], person: Person, today: date
) -> Outcome:
    """A household that is new here, with its head; `about` holds `group`, `address` and `residency`."""
    problems = [
        *code_problems(connection, village_id, code),
        *_about_problems(about),
        *person_problems(person, today),
    ]
    if problems:
        raise Refused(*problems)
    home = add_household(connection, village_id, code, about)
    watch = Watch(connection, village_id, home)
    add_row(connection, home, person)
    watch.check()
    changed(connection, village_id)
    done = Problem("", N_("Added household %(code)s with %(name)s"), {"code": home.code, "name": person.name})
    return Outcome(home.code, done, [_said(home, person)], watch.warnings(person.joined))


def change_household(connection: Connection, home: Household, about: dict[str, str]) -> Outcome:
    """Group, address and residency."""
    problems = list(_about_problems(about))
    if problems:
        raise Refused(*problems)
    values = {"group_name": about["group"], "address": about["address"], "residency": about["residency"]}
    connection.execute(update(table).where(table.c.id == home.id).values(**values))
    changed(connection, home.village_id)
    done = Problem("", N_("Changed group, address or residency of household %(code)s"), {"code": home.code})
    return Outcome(home.code, done)


def add_person(connection: Connection, home: Household, person: Person, today: date) -> Outcome:
    """Somebody new in the household, or back in it."""
    _refuse_if(person_problems(person, today))
    watch = Watch(connection, home.village_id, home)
    add_row(connection, home, person)
    watch.check()
    changed(connection, home.village_id)
    done = Problem("", N_("Added %(name)s to household %(code)s"), {"name": person.name, "code": home.code})
    return Outcome(home.code, done, [_said(home, person)], watch.warnings(person.joined), watch.staff())


def change_person(
    connection: Connection, home: Household, before: Member, person: Person, today: date
) -> Outcome:
    """Everything about one person, as it should have been all along."""
    _refuse_if(person_problems(person, today))
    watch = Watch(connection, home.village_id, home)
    values = _values(person) | {"search": keys_of(person.name)}
    connection.execute(update(member).where(member.c.id == before.id).values(**values))
    watch.check()
    changed(connection, home.village_id)
    fields = {"name": person.name, "code": home.code}
    done = Problem("", N_("Changed %(name)s of household %(code)s"), fields)
    if (before.joined, before.left) == (person.joined, person.left):
        return Outcome(home.code, done)
    return Outcome(
        home.code, done, list(_stay(home, person)), watch.warnings(_earliest(before, person)), watch.staff()
    )


def remove_person(connection: Connection, home: Household, who: Member) -> Outcome:
    """Take out somebody who was written down by mistake and has neither an event nor a declaration."""
    if connection.scalar(select(event.c.id).where(event.c.member_id == who.id).limit(1)) is not None:
        raise Refused(Problem("", _HAS_DEEDS, {"name": who.name}))
    declared = select(declaration.c.id).where(declaration.c.member_id == who.id)
    if connection.scalar(declared.limit(1)) is not None:
        raise Refused(Problem("", _DECLARED, {"name": who.name}))
    watch = Watch(connection, home.village_id, home)
    connection.execute(delete(member).where(member.c.id == who.id))
    watch.check()
    changed(connection, home.village_id)
    fields = {"name": who.name, "code": home.code}
    said = Problem("", N_("%(name)s was never of household %(code)s"), fields)
    done = Problem("", N_("Took %(name)s out of household %(code)s"), fields)
    return Outcome(home.code, done, [said], watch.warnings(who.joined), watch.staff())


def person_of(connection: Connection, home: Household, member_id: int) -> Member | None:
    return next((one for one in members(connection, home.id) if one.id == member_id), None)


def code_problems(connection: Connection, village_id: int, code: str) -> Iterator[Problem]:
    """Why no household can get this code."""
    yield from text_problems("code", code)
    if code and not _CODE.fullmatch(code):
        yield Problem("code", _ODD_CODE)
    elif taken := by_code(connection, village_id, code):
        yield Problem("code", _TAKEN, {"code": taken.code})


def add_household(connection: Connection, village_id: int, code: str, about: dict[str, str]) -> Household:
    fields = {"group_name": about["group"], "address": about["address"], "residency": about["residency"]}
    number = new_numbers(connection, table, 1)[0]
    row = {"id": number, "village_id": village_id, "code": code, "token": new_token(), **fields}
    connection.execute(insert(table).values(row))
    home = by_code(connection, village_id, code)
    if home is None:
        raise LookupError(code)
    return home


def add_row(connection: Connection, home: Household, person: Person) -> None:
    number = new_numbers(connection, member, 1)[0]
    row = {"id": number, "village_id": home.village_id, "household_id": home.id}
    connection.execute(insert(member).values(**row, search=keys_of(person.name), **_values(person)))


def _about_problems(about: dict[str, str]) -> Iterator[Problem]:
    yield from text_problems("group", about["group"], required=False)
    yield from text_problems("address", about["address"], required=False)
    if about["residency"] not in RESIDENCIES:
        yield Problem("residency", _RESIDENCY)


def _values(person: Person) -> dict[str, Any]:
    return {name: getattr(person, name) for name in ("name", "relation", "head", "born", "joined", "left")}


def _refuse_if(problems: Iterator[Problem]) -> None:
    if found := list(problems):
        raise Refused(*found)


def _said(home: Household, person: Person) -> Problem:
    values = {"name": person.name, "code": home.code, "day": person.joined}
    return Problem("", _WHEN_ADDED if person.joined else _ALWAYS, values)


def _stay(home: Household, person: Person) -> Iterator[Problem]:
    yield _said(home, person)
    if person.left:
        sentence = N_("%(left)s is the last day on which %(name)s counts for household %(code)s")
        yield Problem("", sentence, {"name": person.name, "code": home.code, "left": person.left})


def _earliest(before: Member, person: Person) -> date | None:
    """The first day whose roll may change; none if days long past may."""
    days = {before.joined, person.joined} if before.joined != person.joined else set()
    days |= {before.left, person.left} if before.left != person.left else set()
    if before.joined != person.joined and None in days:
        return None
    return min(day for day in days if day is not None)
