"""Finding what a clerk means: a household by its code, a member by name, an item by code or title."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from sqlalchemy import Connection, select

from kiosk.scoring import rulebooks
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.rulebook import Item, Rulebook
from kiosk.scoring.tables import household, member


@dataclass(frozen=True)
class _Somebody:
    id: int
    name: str
    relation: str
    joined: date
    left: date


class Finding:
    """One village, read once. Each question is answered with what was found, or with a Problem."""

    def __init__(self, connection: Connection, village_id: int, today: date) -> None:
        self._connection = connection
        self._village_id = village_id
        self._today = today

    def household(self, code: str) -> int | Problem:
        """By its code; Excel may have eaten the zeros in front."""
        found = self._households.get(code) or self._without_zeros.get(code.lstrip("0"))
        sentence = N_("There is no household %(code)s in this village")
        return found or Problem("household", sentence, {"code": code})

    def member(self, household_id: int, name: str, day: date) -> int | Problem | None:
        """By name, or by relation where only one member has it; None for the household as a whole.

        Of several, the one who was on the roll that day: who left and came back stands there twice.
        """
        if not name:
            return None
        members = self._members[household_id]
        found = [one for one in members if one.name == name] or [
            one for one in members if one.relation == name
        ]
        there = [one for one in found if one.joined <= day <= one.left] if len(found) > 1 else found
        if len(there) == 1:
            return there[0].id
        if found:
            sentence = N_("There are several %(name)s in this household; write whom you mean")
        else:
            sentence = N_("There is no %(name)s in this household; its members are: %(names)s")
        names = "、".join(dict.fromkeys(one.name for one in members))
        return Problem("member", sentence, {"name": name, "names": names})

    def item(self, written: str) -> Item | Problem:
        """By code, by title, or by both, as in `H01 参加志愿服务`."""
        code = written.split()[0].upper() if written.split() else ""
        if coded := self._book.item(code):
            return coded
        titled = [item for item in self._book.items if item.title == written]
        if len(titled) == 1:
            return titled[0]
        sentence = N_("There is no item %(item)s in the rulebook; write its code, like A01")
        return Problem("item", sentence, {"item": written})

    @cached_property
    def _book(self) -> Rulebook:
        return rulebooks.in_force(self._connection, self._today).book

    @cached_property
    def _households(self) -> Mapping[str, int]:
        here = select(household.c.code, household.c.id).where(household.c.village_id == self._village_id)
        return {row.code: row.id for row in self._connection.execute(here)}

    @cached_property
    def _without_zeros(self) -> Mapping[str, int]:
        """Only where no two households become the same."""
        short = Counter(code.lstrip("0") for code in self._households)
        return {
            code.lstrip("0"): key for code, key in self._households.items() if short[code.lstrip("0")] == 1
        }

    @cached_property
    def _members(self) -> Mapping[int, Sequence[_Somebody]]:
        """By household."""
        here = select(member).where(member.c.village_id == self._village_id).order_by(member.c.id)
        found: dict[int, list[_Somebody]] = defaultdict(list)
        for row in self._connection.execute(here):
            stay = (row.joined or date.min, row.left or date.max)
            found[row.household_id].append(_Somebody(row.id, row.name, row.relation, *stay))
        return found
