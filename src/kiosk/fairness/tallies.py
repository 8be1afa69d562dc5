"""Plain counts beside the questions: what each recorder wrote down, what each reviewer decided, mean points."""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from statistics import median

from kiosk.fairness.cases import Case, Person
from kiosk.fairness.comparing import stratum
from kiosk.scoring.rulebook import Item


@dataclass(frozen=True)
class Recorded:
    """What one person wrote down. `slips` they took back themselves, `undone` somebody else did; `late` are
    late entries into a settled quarter. Groups are those of their home and of their kin's homes."""

    person: Person
    events: int
    slips: int
    undone: int
    late: int
    rejected: int
    own_group: int
    kin_groups: int


@dataclass(frozen=True)
class Reviewed:
    """What one person decided; `took` is the median time from the recording to the decision."""

    person: Person
    decided: int
    approved: int
    rejected: int
    took: timedelta
    own_group: int
    kin_groups: int


@dataclass(frozen=True)
class Mean:
    """One person's mean points for an item with a range, beside the mean of all others."""

    item: Item
    person: Person
    events: int
    mean: Decimal
    others: int
    others_mean: Decimal


def recorded(cases: Sequence[Case], people: Sequence[Person]) -> list[Recorded]:
    """Everybody who wrote something down, in the order of `people`."""
    of: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        of[case.recorder_id].append(case)
    return [_recorded(person, of[person.id]) for person in people if of[person.id]]


def reviewed(cases: Sequence[Case], people: Sequence[Person]) -> list[Reviewed]:
    """Everybody who approved or rejected something, in the order of `people`."""
    of: dict[int, list[Case]] = defaultdict(list)
    for case in cases:
        if case.decider_id is not None:
            of[case.decider_id].append(case)
    return [_reviewed(person, of[person.id]) for person in people if of[person.id]]


def means(cases: Sequence[Case], people: Sequence[Person]) -> list[Mean]:
    """For every item with a range that two people gave points for, by item and then in the order of `people`."""
    of: dict[Hashable, list[Case]] = defaultdict(list)
    for case in cases:
        if not case.item.fixed:
            of[stratum(case)].append(case)
    found = []
    for key in sorted(of, key=str):
        for person in people:
            mine = [case.points for case in of[key] if case.recorder_id == person.id]
            theirs = [case.points for case in of[key] if case.recorder_id != person.id]
            if mine and theirs:
                figures = (len(mine), _mean(mine), len(theirs), _mean(theirs))
                found.append(Mean(of[key][0].item, person, *figures))
    return found


def _recorded(person: Person, cases: Sequence[Case]) -> Recorded:
    return Recorded(
        person=person,
        events=len(cases),
        slips=sum(case.undone_by == person.id for case in cases),
        undone=sum(case.undone_by not in (None, person.id) for case in cases),
        late=sum(case.late for case in cases),
        rejected=sum(case.verdict == "rejected" for case in cases),
        own_group=_within(cases, {person.group}),
        kin_groups=_within(cases, person.kin_groups),
    )


def _reviewed(person: Person, cases: Sequence[Case]) -> Reviewed:
    took = [(case.decided_at - case.recorded_at).total_seconds() for case in cases if case.decided_at]
    return Reviewed(
        person=person,
        decided=len(cases),
        approved=sum(case.verdict == "approved" for case in cases),
        rejected=sum(case.verdict == "rejected" for case in cases),
        took=timedelta(seconds=median(took)),
        own_group=_within(cases, {person.group}),
        kin_groups=_within(cases, person.kin_groups),
    )


def _within(cases: Sequence[Case], groups: set[str] | frozenset[str]) -> int:
    return sum(bool(case.group) and case.group in groups for case in cases)


def _mean(points: Sequence[Decimal]) -> Decimal:
    return (sum(points, Decimal()) / len(points)).quantize(Decimal("0.1"), ROUND_HALF_UP)
