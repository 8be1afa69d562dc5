"""Whether events are noted as they happen (随手记): by week, and by recorder, without a judgement."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.office.counting import Happened
from kiosk.office.figures import Figures, Share

_SOON = 2  # days


@dataclass(frozen=True)
class Week:
    """How many events were noted in the week that begins on this Monday."""

    monday: date
    noted: int


@dataclass(frozen=True)
class Recorder:
    """`soon` is how many of the events were noted within two days of happening."""

    name: str
    soon: Share
    last: date


@dataclass(frozen=True)
class Noting:
    """Of the events that happened in the period; those from paper have no day of noting and stand apart."""

    soon: Share
    paper: int
    weeks: Sequence[Week]
    quiet: int  # weeks gone by in which nobody noted anything
    recorders: Sequence[Recorder]


def noting(figures: Figures, today: date) -> Noting:
    live = [one for one in figures.happened if one.days is not None]
    weeks = _weeks(live, figures.period.first, min(figures.period.last, today))
    return Noting(
        soon=_soon(live),
        paper=len(figures.happened) - len(live),
        weeks=weeks,
        quiet=sum(not week.noted and week.monday + timedelta(days=7) <= today for week in weeks),
        recorders=_recorders(live),
    )


def _soon(events: Sequence[Happened]) -> Share:
    return Share(sum(one.days is not None and one.days <= _SOON for one in events), len(events))


def _weeks(events: Sequence[Happened], first: date, last: date) -> list[Week]:
    """Every week that touches the period up to its last day; what was noted after that stands in none."""
    noted = Counter(_monday(one.noted_on) for one in events)
    monday, weeks = _monday(first), []
    while monday <= last:
        weeks.append(Week(monday, noted[monday]))
        monday += timedelta(days=7)
    return weeks


def _recorders(events: Sequence[Happened]) -> list[Recorder]:
    """Most events first."""
    of: dict[tuple[int | None, str], list[Happened]] = defaultdict(list)
    for one in events:
        of[one.recorder_id, one.recorder].append(one)
    made = [
        Recorder(name, _soon(all_of), max(one.noted_on for one in all_of)) for (_, name), all_of in of.items()
    ]
    return sorted(made, key=lambda one: (-one.soon.whole, one.name))


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
