"""Everybody beside all others: how often the one, how often the others (goals.md, R22).

Compared is within the same item, and within the same group where both have enough events of the item there.
All items together give one exact test for each person and measure (see fisher.py): a test an item would have
too few events, and chance would find somebody in one of so many.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from kiosk.fairness.cases import Case, Person
from kiosk.fairness.fisher import Table, power, two_sided, within
from kiosk.fairness.measures import Measure
from kiosk.scoring.problems import Problem

LEVEL = 0.002
SHARED_LEVEL = 0.01
FEWEST = 20  # events that can be compared; below that nothing is said
AREA_LEAST = 10  # events of an item in a group, of the one and of the others, to compare within the group


@dataclass(frozen=True)
class Comparison:
    """One person beside all others; `tables` are those of the items (and groups) that both have.

    `level` is what p must fall below to raise a question.
    """

    measure: Measure
    person: Person
    tables: Sequence[Table]
    alone: int  # events of items that nobody else has
    level: float

    @cached_property
    def events(self) -> int:
        return sum(table.events for table in self.tables)

    @cached_property
    def yes(self) -> int:
        return sum(table.yes for table in self.tables)

    @property
    def others(self) -> int:
        return sum(table.others for table in self.tables)

    @property
    def others_yes(self) -> int:
        return sum(table.others_yes for table in self.tables)

    @property
    def expected(self) -> float:
        return sum(table.expected for table in self.tables)

    @property
    def enough(self) -> bool:
        return self.events >= FEWEST

    @cached_property
    def p(self) -> float:
        return two_sided(self.tables)

    @property
    def asks(self) -> bool:
        return self.enough and self.p < self.level

    @cached_property
    def usual(self) -> tuple[int, int]:
        """The fewest and the most yeses that raise no question."""
        return within(self.tables, self.level)

    @cached_property
    def power(self) -> float:
        """How often somebody would be found who does in half of the cases what others do in a fifth."""
        return power(self.tables, self.level)

    @property
    def question(self) -> Problem:
        said = {"name": self.person.name, "yes": self.yes, "events": self.events}
        return Problem(
            "", self.measure.question, said | {"others_yes": self.others_yes, "others": self.others}
        )


def compare(cases: Sequence[Case], people: Sequence[Person], measure: Measure) -> list[Comparison]:
    """Everybody who has such cases beside all others, in the order of `people`.

    The level is 0.002, or less where more than five are compared: so that chance asks about somebody honest in
    at most one of a hundred quarters.
    """
    doing = Counter(measure.does(case) for case in cases)
    found = [_beside_others(cases, person, measure) for person in people if doing[person.id]]
    level = level_for(sum(sum(table.events for table in tables) >= FEWEST for _, tables, _ in found))
    made = (Comparison(measure, person, tables, alone, level) for person, tables, alone in found)
    return [one for one in made if one.events or one.alone]


def level_for(people: int) -> float:
    return min(LEVEL, SHARED_LEVEL / people) if people else LEVEL


def _beside_others(
    cases: Sequence[Case], person: Person, measure: Measure
) -> tuple[Person, Sequence[Table], int]:
    asked = [case for case in cases if measure.does(case) is not None and measure.applies(case, person)]
    mine = [case for case in asked if measure.does(case) == person.id]
    theirs = [case for case in asked if measure.does(case) != person.id]
    strata = _strata(mine, theirs, measure.by_group)
    tables = _tables(mine, theirs, strata, lambda case: measure.yes(case, person))
    both = [table for table in tables if table.others]
    return person, both, sum(table.events for table in tables) - sum(table.events for table in both)


def stratum(case: Case) -> tuple[Hashable, ...]:
    """What makes two cases alike: the item, as long as the rulebook offers the same points for it."""
    return (case.item.code, case.item.minimum, case.item.maximum, case.item.evidence)


def _strata(mine: Sequence[Case], theirs: Sequence[Case], by_group: bool) -> Callable[[Case], Hashable]:
    """Which cases are compared with each other. It looks at numbers alone, never at a yes or no."""
    if not by_group:
        return stratum
    here = Counter((stratum(case), case.group) for case in mine)
    there = Counter((stratum(case), case.group) for case in theirs)
    apart = {key for key, count in here.items() if key[1] and min(count, there[key]) >= AREA_LEAST}

    def of(case: Case) -> Hashable:
        key = (stratum(case), case.group)
        return key if key in apart else key[0]

    return of


def _tables(
    mine: Iterable[Case],
    theirs: Iterable[Case],
    strata: Callable[[Case], Hashable],
    yes: Callable[[Case], bool],
) -> list[Table]:
    events, hits = _counted(mine, strata, yes)
    others, others_hits = _counted(theirs, strata, yes)
    return [Table(count, hits[key], others[key], others_hits[key]) for key, count in events.items()]


def _counted(
    cases: Iterable[Case], strata: Callable[[Case], Hashable], yes: Callable[[Case], bool]
) -> tuple[Counter[Hashable], Mapping[Hashable, int]]:
    events: Counter[Hashable] = Counter()
    hits: Counter[Hashable] = Counter()
    for case in cases:
        key = strata(case)
        events[key] += 1
        hits[key] += yes(case)
    return events, hits
