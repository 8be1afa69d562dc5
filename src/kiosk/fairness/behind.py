"""The events behind a figure: whoever asks a question must be able to look at them."""

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.fairness.cases import Person
from kiosk.fairness.measures import MEASURES
from kiosk.fairness.report import Gathered
from kiosk.scoring.problems import N_, Problem

_RECORDED = N_("What %(name)s wrote down")
_DECIDED = N_("What %(name)s decided")
_FOR_ONE = N_("What %(name)s wrote down for this household")
_BEFORE = N_(
    "What %(name)s wrote down or decided before this household was registered as their own or their kin's"
)
_OF_MEASURE = N_("%(name)s: %(measure)s")


@dataclass(frozen=True)
class Behind:
    """`marked` are those of the `events` that the figure counts as a yes; `marks` says whether it does."""

    title: Problem
    events: Sequence[int]
    marked: frozenset[int] = frozenset()
    marks: bool = False


def behind(facts: Gathered, person_id: int, what: str, household_id: int | None = None) -> Behind | None:
    """`what` is a measure's name, `recorded`, `decided`, or `before`; none for what there is not."""
    person = next((one for one in facts.people if one.id == person_id), None)
    if person is None:
        return None
    if what == "before":
        return _before(facts, person, household_id)
    if what in ("recorded", "decided"):
        return _all_of(facts, person, what, household_id)
    return _of_measure(facts, person, what)


def _before(facts: Gathered, person: Person, household_id: int | None) -> Behind | None:
    for one in facts.undeclared:
        if (one.person.id, one.household_id) == (person.id, household_id):
            return Behind(_said(_BEFORE, person), one.events)
    return None


def _all_of(facts: Gathered, person: Person, what: str, household_id: int | None) -> Behind:
    events = [
        case.event_id
        for case in facts.quarter.cases
        if (case.recorder_id if what == "recorded" else case.decider_id) == person.id
        and household_id in (None, case.household_id)
    ]
    if household_id is not None:
        return Behind(_said(_FOR_ONE, person), events)
    return Behind(_said(_RECORDED if what == "recorded" else _DECIDED, person), events)


def _of_measure(facts: Gathered, person: Person, name: str) -> Behind | None:
    measure = next((one for one in MEASURES if one.name == name), None)
    if measure is None:
        return None
    mine = [
        case
        for case in facts.quarter.cases
        if measure.does(case) == person.id and measure.applies(case, person)
    ]
    marked = frozenset(case.event_id for case in mine if measure.yes(case, person))
    title = Problem("", _OF_MEASURE, {"name": person.name, "measure": Problem("", measure.title)})
    return Behind(title, [case.event_id for case in mine], marked, marks=True)


def _said(sentence: str, person: Person) -> Problem:
    return Problem("", sentence, {"name": person.name})
