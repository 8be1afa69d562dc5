"""What the village's committee decided about the honours of a year (荣誉). Decisions only grow; the newest counts.

A decision is about one household and one honour; `barred` (一票否决) stands under no honour and holds for all of
the year's. A withdrawn decision is as if there were none, but stays in the history. Barring touches no points.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, select

from kiosk.office.tables import honour_decision
from kiosk.roster import households
from kiosk.scoring.honours import of_year
from kiosk.scoring.periods import Period
from kiosk.scoring.roll import on_roll
from kiosk.scoring.standings import Household

Word = Literal["recommended", "granted", "declined", "withdrawn", "barred"]
ALL = ""
"""The honour of a decision that holds for all of the year's."""


@dataclass(frozen=True)
class Decision:
    """`honour` is its name in the rulebook, or ALL."""

    id: int
    year: int
    honour: str
    household_id: int
    decision: Word
    reason: str
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True)
class Honoured:
    """What holds for a household: its newest decision, and who it is by the roll of the year's last day.

    `name_en` is the honour's English name, if the rulebook of that year has one.
    """

    household: Household
    decision: Decision
    name_en: str = ""

    @property
    def granted(self) -> bool:
        return self.decision.decision == "granted"


def decisions(connection: Connection, village_id: int, year: int) -> list[Decision]:
    """Everything that was decided about a year, oldest first."""
    return _read(connection, village_id, honour_decision.c.year == year)


def decisions_about(connection: Connection, village_id: int, household_id: int) -> list[Decision]:
    """Everything that was ever decided about a household, oldest first."""
    return _read(connection, village_id, honour_decision.c.household_id == household_id)


def decision_by_id(connection: Connection, village_id: int, decision_id: int) -> Decision | None:
    found = _read(connection, village_id, honour_decision.c.id == decision_id)
    return found[0] if found else None


def in_force(all_of: Iterable[Decision]) -> list[Decision]:
    """Of decisions in their order the newest about each year, honour and household, unless it was withdrawn."""
    newest = {(one.year, one.honour, one.household_id): one for one in all_of}
    return [one for one in newest.values() if one.decision != "withdrawn"]


def effective(all_of: Iterable[Decision]) -> list[Decision]:
    """Those in force; what was recommended or granted to a household that is barred that year holds no longer."""
    holding = in_force(all_of)
    barred = {(one.year, one.household_id) for one in holding if one.decision == "barred"}
    return [
        one
        for one in holding
        if one.decision in ("barred", "declined") or (one.year, one.household_id) not in barred
    ]


def honours_of(connection: Connection, village_id: int, year: int) -> list[Honoured]:
    """What holds for a year, in the order of the rulebook's honours and by household; the barred stand first."""
    holding = effective(decisions(connection, village_id, year))
    known = who(connection, village_id, year, [one.household_id for one in holding])
    english = english_names(connection, year) if holding else {}
    found = [Honoured(known[one.household_id], one, english.get(one.honour, "")) for one in holding]
    place = {name: number for number, name in enumerate([ALL, *english])}
    return sorted(
        found,
        key=lambda one: (place.get(one.decision.honour, len(place)), one.decision.honour, one.household.code),
    )


def granted_of(connection: Connection, village_id: int, year: int) -> list[Honoured]:
    """The honours of a year that were granted: they may be shown to everybody, under the public name."""
    return [one for one in honours_of(connection, village_id, year) if one.granted]


def newest_granted(connection: Connection, village_id: int) -> list[Honoured]:
    """The honours of the newest year that has any."""
    of_village = (honour_decision.c.village_id == village_id) & (honour_decision.c.decision == "granted")
    years = select(honour_decision.c.year).where(of_village).distinct()
    for year in sorted(connection.scalars(years), reverse=True):
        if found := granted_of(connection, village_id, year):
            return found
    return []


def english_names(connection: Connection, year: int) -> dict[str, str]:
    """The English names of a year's honours, by name."""
    period = Period(year * 100 + 1, "year")
    return {honour.name: honour.name_en for honour in of_year(connection, period, period.last)}


def who(connection: Connection, village_id: int, year: int, ids: Sequence[int]) -> dict[int, Household]:
    """The households with these ids as the year's last day knows them; without a head if they had left."""
    if not ids:
        return {}
    known = {home.id: home for home in on_roll(connection, village_id, Period(year * 100 + 1, "year").last)}
    for one in set(ids) - known.keys():
        home = households.by_id(connection, village_id, one)
        if home:
            known[one] = Household(home.id, home.code, "", False, home.group)
    return known


def _read(connection: Connection, village_id: int, which: ColumnElement[bool]) -> list[Decision]:
    here = select(honour_decision).where(honour_decision.c.village_id == village_id, which)
    return [_decision(row) for row in connection.execute(here.order_by(honour_decision.c.id))]


def _decision(row: Any) -> Decision:
    return Decision(**{name: getattr(row, name) for name in Decision.__dataclass_fields__})
