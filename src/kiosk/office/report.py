"""The report of a quarter or a year for the township: the analysis without its lists of names, and its proof."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import Connection

from kiosk.office.analysis import Analysis, analysis
from kiosk.office.figures import Figures
from kiosk.office.honours import Honoured, granted_of
from kiosk.scoring import chain, objections, settlement
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_
from kiosk.scoring.settlement import QuarterState


@dataclass(frozen=True)
class Indicator:
    """A figure with the one of the period before; `percent` are percentages. `words` are a sentence to translate."""

    words: str
    now: Decimal | int
    before: Decimal | int | None
    percent: bool = False

    @property
    def difference(self) -> Decimal | int | None:
        return None if self.before is None else self.now - self.before


@dataclass(frozen=True)
class Report:
    """`state` is a quarter's, none for a year. The entries up to `number` lead to `digest`: those that the
    quarter's notice prints, else the newest."""

    seen: Analysis
    state: QuarterState | None
    number: int
    digest: str
    honours: Sequence[Honoured]
    indicators: Sequence[Indicator]

    @property
    def period(self) -> Period:
        return self.seen.period


def report(connection: Connection, village_id: int, period: Period, now: datetime) -> Report:
    """The report of a period that has begun."""
    seen = analysis(connection, village_id, period, now)
    state = settlement.state(connection, village_id, period, now) if period.kind == "quarter" else None
    number, digest = chain.head(connection, village_id)
    if state and state.state != "open":
        number, digest = state.number, state.digest
    before = objections.figures(connection, village_id, period.before()) if seen.before else None
    return Report(
        seen=seen,
        state=state,
        number=number,
        digest=digest,
        honours=granted_of(connection, village_id, period.year) if period.kind == "year" else [],
        indicators=[
            *indicators(seen.now, seen.before),
            _objected(seen.objections, before),
        ],
    )


def indicators(now: Figures, before: Figures | None) -> list[Indicator]:
    """The main figures, one beside the other."""
    measured = (
        (N_("Households on the roll"), lambda one: one.households.whole, False),
        (N_("Households with a good deed"), lambda one: one.households.part, False),
        (N_("Share of the households"), lambda one: one.households.percent, True),
        (N_("People on the roll"), lambda one: one.members.whole, False),
        (N_("People with a good deed"), lambda one: one.members.part, False),
        (N_("Share of the people"), lambda one: one.members.percent, True),
        (N_("Households without a counted deed"), lambda one: len(one.silent), False),
        (N_("Deeds noted"), lambda one: one.course.noted, False),
        (N_("of them waiting for a decision"), lambda one: one.course.waiting, False),
        (N_("of them rejected"), lambda one: one.course.rejected, False),
        (N_("of them taken back"), lambda one: one.course.reversed, False),
        (N_("Deeds that count"), lambda one: one.deeds, False),
        (N_("Points gained"), lambda one: one.gained, False),
        (N_("Points deducted"), lambda one: one.deducted, False),
        (N_("Mean points of a household"), lambda one: one.mean, False),
    )
    return [
        Indicator(words, figure(now), figure(before) if before else None, percent)
        for words, figure, percent in measured
    ]


def _objected(now: objections.Figures, before: objections.Figures | None) -> Indicator:
    return Indicator(N_("Objections raised"), now.raised, before.raised if before else None)
