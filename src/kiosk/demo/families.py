"""The families of the demo village. Everything is drawn from the given `Random`, nothing from a clock."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from kiosk.demo.names import GROUPS, LONG, RARE, given_name, surname

_KINDS = ("three generations", "parents", "old couple", "alone")


@dataclass(frozen=True)
class Person:
    """`joined` and `left` are None for people who were always there and still are."""

    name: str
    relation: str
    woman: bool
    born: date
    joined: date | None = None
    left: date | None = None

    def here(self, day: date) -> bool:
        return (self.joined or day) <= day <= (self.left or day)


@dataclass(frozen=True)
class Family:
    code: str
    group: str
    address: str
    residency: str
    people: tuple[Person, ...]

    @property
    def head(self) -> Person:
        return self.people[0]


def families(random: Random, count: int, today: date) -> list[Family]:
    """`count` families spread over the groups, with the unusual ones that every real roster has."""
    made = [_family(random, number, count, today) for number in range(count)]
    for number, change in enumerate((_rare, _rare_too, _long, _orphans, _moved_in, _moved_out)):
        at = 7 + 13 * number
        if at < count:
            made[at] = change(made[at], today)
    return made


def _family(random: Random, number: int, count: int, today: date) -> Family:
    group, serial = (
        number * len(GROUPS) // count,
        number - _first_of(number * len(GROUPS) // count, count) + 1,
    )
    elsewhere = random.random() < 0.08
    kind = "parents" if elsewhere else random.choices(_KINDS, weights=(40, 32, 18, 10))[0]
    drawn = _people(random, kind, surname(random, 99 if elsewhere else group), today)
    people = tuple({person.name: person for person in drawn}.values())  # no two of one name under one roof
    if elsewhere:
        since = today - timedelta(days=random.randint(900, 3000))
        people = tuple(replace(one, joined=max(since, one.born)) for one in people)
    return Family(
        code=f"{group + 1:02}{serial:03}",
        group=GROUPS[group],
        address=f"{GROUPS[group].removesuffix('组')}{serial}号",
        residency="resident" if elsewhere else "local",
        people=people,
    )


def _first_of(group: int, count: int) -> int:
    """The number of the first family of a group."""
    return -(-group * count // len(GROUPS))


def _people(random: Random, kind: str, name: str, today: date) -> Iterator[Person]:
    ages = {"three generations": (50, 70), "parents": (29, 48), "old couple": (64, 84), "alone": (68, 90)}
    age = random.randint(*ages[kind])
    woman = random.random() < (0.6 if kind == "alone" else 0.12)
    head = _person(random, name, "户主", woman, age, today)
    yield head
    if kind != "alone":
        yield _partner(random, head, age, today)
    if kind == "three generations":
        yield from _young_family(random, name, age, today)
    if kind == "parents":
        yield from _children(random, name, "子女", age, today)
        if random.random() < 0.2:
            yield _person(random, name, "父亲", False, age + random.randint(22, 30), today)


def _partner(random: Random, head: Person, age: int, today: date) -> Person:
    relation = "丈夫" if head.woman else "妻子"
    return _person(random, surname(random, 99), relation, not head.woman, age + random.randint(-4, 3), today)


def _young_family(random: Random, name: str, age: int, today: date) -> Iterator[Person]:
    years = age - random.randint(22, 27)
    yield _person(random, name, "长子", False, years, today)
    if random.random() < 0.75:
        wife = _person(random, surname(random, 99), "儿媳", True, years - random.randint(0, 3), today)
        newly = random.random() < 0.1
        yield replace(wife, joined=today - timedelta(days=random.randint(60, 600))) if newly else wife
        yield from _children(random, name, "孙", years, today)
    if random.random() < 0.2:
        yield _person(random, name, "母亲", True, age + random.randint(20, 26), today)


def _children(random: Random, name: str, line: str, age: int, today: date) -> Iterator[Person]:
    words = {"孙": ("孙子", "孙女"), "子女": ("儿子", "女儿")}[line]
    for _ in range(random.choice((0, 1, 1, 2, 2, 3) if age > 27 else (0, 1))):
        years = age - random.randint(23, 30)
        if years >= 0:
            girl = random.random() < 0.48
            child = _person(random, name, words[girl], girl, years, today)
            yield replace(child, joined=child.born if years < 2 else None)


def _person(random: Random, name: str, relation: str, woman: bool, age: int, today: date) -> Person:
    born = today - timedelta(days=age * 365 + random.randint(10, 360))
    return Person(name + given_name(random, woman, born), relation, woman, born)


def _rare(family: Family, _today: date) -> Family:
    return _with_head(family, replace(family.head, name=family.head.name[0] + RARE[0]))


def _rare_too(family: Family, _today: date) -> Family:
    return _with_head(family, replace(family.head, name=family.head.name[0] + "子" + RARE[1]))


def _long(family: Family, today: date) -> Family:
    since = today - timedelta(days=1500)
    people = [replace(one, name=name, joined=since) for one, name in zip(family.people, LONG, strict=False)]
    return replace(family, residency="resident", people=tuple(people))


def _orphans(family: Family, today: date) -> Family:
    """A household whose head is under age, so that no public page may name him."""
    name = family.head.name[0]
    brother = Person(name + "思源", "户主", False, today - timedelta(days=16 * 365 + 40))
    sister = Person(name + "语嫣", "妹妹", True, today - timedelta(days=12 * 365 + 200))
    return replace(family, people=(brother, sister))


def _moved_in(family: Family, today: date) -> Family:
    since = today - timedelta(days=200)
    return replace(family, people=tuple(replace(one, joined=max(since, one.born)) for one in family.people))


def _moved_out(family: Family, today: date) -> Family:
    until = today - timedelta(days=150)
    stayed = [one for one in family.people if one.born < until]
    return replace(family, people=tuple(replace(one, joined=None, left=until) for one in stayed))


def _with_head(family: Family, head: Person) -> Family:
    return replace(family, people=(head, *family.people[1:]))
