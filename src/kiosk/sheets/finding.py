"""Finding what a clerk means: a household by its code, a member by name, an item by code or title."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cached_property

from sqlalchemy import Connection, select

from kiosk.scoring import rulebooks
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.rulebook import Item, Rulebook
from kiosk.scoring.tables import household, member


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

    def member(self, household_id: int, name: str) -> int | Problem | None:
        """By name, or by relation where only one member has it; None for the household as a whole."""
        if not name:
            return None
        members = self._members[household_id]
        named = [key for key, known, _ in members if known == name]
        found = named or [key for key, _, relation in members if relation == name]
        if len(found) == 1:
            return found[0]
        if found:
            sentence = N_("There are several %(name)s in this household; write whom you mean")
        else:
            sentence = N_("There is no %(name)s in this household; its members are: %(names)s")
        names = "、".join(known for _, known, _ in members)
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
    def _members(self) -> Mapping[int, Sequence[tuple[int, str, str]]]:
        """By household: (id, name, relation)."""
        columns = select(member.c.household_id, member.c.id, member.c.name, member.c.relation)
        found: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
        for row in self._connection.execute(columns.where(member.c.village_id == self._village_id)):
            found[row.household_id].append((row.id, row.name, row.relation))
        return found
