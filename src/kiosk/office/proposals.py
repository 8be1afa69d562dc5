"""The lists from which the committee judges a year: who leads for each honour, and what was decided so far."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from kiosk.office.honours import ALL, Decision, decisions, in_force
from kiosk.scoring import boards, honours, settlement
from kiosk.scoring.periods import Period
from kiosk.scoring.rulebook_honours import Honour
from kiosk.scoring.standings import Annual


@dataclass(frozen=True)
class Candidate:
    """A household on an honour's list. `leading` is by the figures; `bar` is a 一票否决 that holds this year."""

    place: Annual
    leading: bool
    decision: Decision | None
    bar: Decision | None

    @property
    def household_id(self) -> int:
        return self.place.household.id

    @property
    def state(self) -> str:
        return self.decision.decision if self.decision else ""


@dataclass(frozen=True)
class Proposal:
    """An honour's list: the leading households, then others about whom something was decided."""

    honour: Honour
    candidates: Sequence[Candidate]
    ranked: Sequence[Annual]

    def of(self, household_id: int) -> Candidate | None:
        return next((one for one in self.candidates if one.household_id == household_id), None)

    def count(self, state: str) -> int:
        return sum(one.state == state and one.bar is None for one in self.candidates)

    @property
    def undecided(self) -> list[Candidate]:
        return [one for one in self.candidates if one.leading and not one.state and one.bar is None]

    @property
    def recommended(self) -> list[Candidate]:
        return [one for one in self.candidates if one.state == "recommended" and one.bar is None]


@dataclass(frozen=True)
class YearSheet:
    """Everything about the judging of a year. `unsettled` are the quarters that keep honours from being granted."""

    year: Period
    ended: int
    unsettled: Sequence[Period]
    proposals: Sequence[Proposal]
    barred: Sequence[Decision]
    history: Sequence[Decision]

    @property
    def to_date(self) -> bool:
        return self.ended < len(self.year.quarters())

    def proposal(self, honour: str) -> Proposal | None:
        return next((one for one in self.proposals if one.honour.name == honour), None)


def year_sheet(connection: Connection, village_id: int, year: Period, now: datetime) -> YearSheet:
    """The lists of a year that has begun; `now` is in the village's zone."""
    today = now.date()
    meant = honours.of_year(connection, year, today)
    ranked = honours.rankings(connection, village_id, year, meant, today)
    history = decisions(connection, village_id, year.year)
    return YearSheet(
        year=year,
        ended=sum(quarter.end <= today for quarter in year.quarters()),
        unsettled=unsettled(connection, village_id, year, now),
        proposals=[proposal(honour, ranked[honour.name], history) for honour in meant],
        barred=[one for one in in_force(history) if one.honour == ALL],
        history=history,
    )


def unsettled(connection: Connection, village_id: int, year: Period, now: datetime) -> list[Period]:
    """The year's quarters that are still to be settled; those before the village's first entry never are."""
    first = boards.first_period(connection, village_id, "quarter") or year.quarters()[0]
    return [
        quarter
        for quarter in year.quarters()
        if quarter >= first and settlement.state(connection, village_id, quarter, now).state != "settled"
    ]


def proposal(honour: Honour, ranked: Sequence[Annual], history: Sequence[Decision]) -> Proposal:
    """The list for an honour from its ranking and the year's decisions. Pure."""
    holding = in_force(history)
    bars = {one.household_id: one for one in holding if one.honour == ALL}
    decided = {one.household_id: one for one in holding if one.honour == honour.name}
    last = _last_rank(honour, ranked, bars)
    made = [
        Candidate(
            place,
            place.rank <= last and place.average > 0,
            decided.get(place.household.id),
            bars.get(place.household.id),
        )
        for place in ranked
    ]
    return Proposal(honour, [one for one in made if one.leading or one.decision], ranked)


def _last_rank(honour: Honour, ranked: Sequence[Annual], bars: dict[int, Decision]) -> int:
    """The rank of the last place; whoever is barred takes no place, so the next move up."""
    free = [place for place in ranked if place.household.id not in bars]
    return free[min(honour.places, len(free)) - 1].rank if free else 0
