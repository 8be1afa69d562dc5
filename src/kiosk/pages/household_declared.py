"""What became of a household's own declarations, told to the household itself."""

from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import Connection

from kiosk.roster.households import Household
from kiosk.roster.names import is_minor
from kiosk.scoring import declarations, history
from kiosk.scoring.declarations import Declaration
from kiosk.scoring.history import Deed
from kiosk.scoring.periods import quarter_of


@dataclass(frozen=True)
class Told:
    """`deed` is what a recorder made of it; `who` is empty for a minor and for the whole household."""

    one: Declaration
    who: str
    deed: Deed | None


def told(connection: Connection, home: Household, now: datetime) -> list[Told]:
    """What waits, and what was declared this quarter, newest first."""
    begun = datetime.combine(quarter_of(now.date()).first, time(), now.tzinfo)
    mine = [
        one
        for one in declarations.of_household(connection, home.village_id, home.id)
        if one.state == "waiting" or one.declared_at >= begun
    ]
    numbers = [one.event_id for one in mine if one.event_id is not None]
    made = (
        {deed.event_id: deed for deed in history.of_numbers(connection, home.village_id, numbers)}
        if numbers
        else {}
    )
    return [Told(one, _who(one, now), made.get(one.event_id or 0)) for one in mine]


def _who(one: Declaration, now: datetime) -> str:
    minor = one.said.member_id is not None and is_minor(one.member_born, one.member_relation, now.date())
    return "" if minor else one.member_name
