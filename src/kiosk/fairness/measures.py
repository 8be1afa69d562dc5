"""What can be asked of every recorder and every reviewer alike: each a yes or no about one event."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from kiosk.fairness.cases import Case, Person
from kiosk.scoring.problems import N_

Who = Literal["recorder", "reviewer"]
Test = Callable[[Case, Person], bool]


@dataclass(frozen=True)
class Measure:
    """A yes or no about each case. `applies` leaves out what it cannot be asked of; `title` names the yes.

    `question` has name, yes, events, others_yes, others; it asks and does not accuse.
    """

    name: str
    who: Who
    title: str
    question: str
    applies: Test
    yes: Test
    by_group: bool = True

    def does(self, case: Case) -> int | None:
        """Whose case it is."""
        return case.recorder_id if self.who == "recorder" else case.decider_id


def _furthest(case: Case) -> bool:
    return case.points == (case.item.minimum if case.item.deduction else case.item.maximum)


MEASURES = (
    Measure(
        name="highest",
        who="recorder",
        title=N_("Given as many points as the item allows"),
        question=N_(
            "%(name)s gave the most that the item allows in %(yes)s of %(events)s cases; the others, for the same "
            "items, in %(others_yes)s of %(others)s. What is the reason?"
        ),
        applies=lambda case, _: not case.item.fixed,
        yes=lambda case, _: _furthest(case),
    ),
    Measure(
        name="unevidenced",
        who="recorder",
        title=N_("Without a photo or a document"),
        question=N_(
            "%(name)s had neither a photo nor a document in %(yes)s of %(events)s cases; the others, for the same "
            "items, in %(others_yes)s of %(others)s. What is the reason?"
        ),
        applies=lambda case, _: case.evidenced is not None,
        yes=lambda case, _: case.evidenced is False,
    ),
    Measure(
        name="slow",
        who="recorder",
        title=N_("Entered more than 48 hours after the day"),
        question=N_(
            "%(name)s entered %(yes)s of %(events)s events more than 48 hours after the day; the others, for the "
            "same items, %(others_yes)s of %(others)s. What is the reason?"
        ),
        applies=lambda case, _: not case.late,
        yes=lambda case, _: case.slow,
    ),
    Measure(
        name="undone",
        who="recorder",
        title=N_("Later taken back by somebody else"),
        question=N_(
            "Of %(events)s events that %(name)s entered, somebody else took back %(yes)s; of those of the others, "
            "for the same items, %(others_yes)s of %(others)s. What is the reason?"
        ),
        applies=lambda *_: True,
        yes=lambda case, _: case.undone_by is not None and case.undone_by != case.recorder_id,
    ),
    Measure(
        name="own_group",
        who="recorder",
        title=N_("For households of the recorder's own group"),
        question=N_(
            "%(yes)s of %(events)s events that %(name)s entered are for households of their own group; of those of "
            "the others, for the same items, %(others_yes)s of %(others)s are for that group. What is the reason?"
        ),
        applies=lambda case, person: bool(person.group and case.group),
        yes=lambda case, person: case.group == person.group,
        by_group=False,
    ),
    Measure(
        name="rejected",
        who="reviewer",
        title=N_("Rejected"),
        question=N_(
            "%(name)s rejected %(yes)s of %(events)s events; the others, for the same items, %(others_yes)s of "
            "%(others)s. What is the reason?"
        ),
        applies=lambda case, _: case.verdict in ("approved", "rejected") and case.decider_id is not None,
        yes=lambda case, _: case.verdict == "rejected",
    ),
)
