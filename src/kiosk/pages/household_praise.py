"""What the committees decided about a household: honours, rewards, and why it was left out or barred."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from kiosk.office.honours import Decision, decisions_about, english_names
from kiosk.office.rewards import Reward, rewards_for
from kiosk.roster.households import Household


@dataclass(frozen=True)
class Honour:
    """The newest word on one honour of a year; `name_en` is empty where the rulebook has none."""

    decision: Decision
    name_en: str


@dataclass(frozen=True)
class Praise:
    """Newest year first. `granted` hold; `others` are recommended, declined, withdrawn or barred."""

    granted: Sequence[Honour]
    others: Sequence[Honour]
    rewards: Sequence[Reward]


def read_praise(connection: Connection, home: Household) -> Praise:
    newest = {(one.year, one.honour): one for one in decisions_about(connection, home.village_id, home.id)}
    barred = {one.year for one in newest.values() if one.decision == "barred"}
    told = [
        one
        for one in newest.values()
        if one.year not in barred or one.decision not in ("recommended", "granted")
    ]
    english = {year: english_names(connection, year) for year in {one.year for one in told}}
    found = [Honour(one, english[one.year].get(one.honour, "")) for one in reversed(told)]
    found.sort(key=lambda one: -one.decision.year)
    granted = [one for one in found if one.decision.decision == "granted"]
    others = [one for one in found if one.decision.decision != "granted"]
    return Praise(granted, others, rewards_for(connection, home.village_id, home.id))
