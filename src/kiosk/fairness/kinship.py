"""Who is whose kin: registered and struck off with a trace, and the register of the whole village.

The table of relations has no dates; the activity log says since when.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from kiosk.accounts.accounts import Account, accounts_of, add_kin, kin_of, remove_kin
from kiosk.office import activity
from kiosk.roster.households import Household
from kiosk.roster.readings import keys_of
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_
from kiosk.scoring.roll import on_roll
from kiosk.scoring.tables import household as households
from kiosk.scoring.villages import changed

_REGISTERED = N_("%(name)s has kin in household %(code)s")
_STRUCK = N_("%(name)s has no kin in household %(code)s")
_MOST_NOTES = 10_000


@dataclass(frozen=True)
class Relation:
    """`since` is none where the log does not reach back; `head` is empty when nobody lives there any more."""

    code: str
    group: str
    head: str
    since: datetime | None


@dataclass(frozen=True)
class Relatives:
    """Somebody with an account: the household they live in, if it is here, and their kin's."""

    person: Account
    home: Relation | None
    kin: Sequence[Relation]


def register_kin(connection: Connection, person: Account, home: Household, by: Actor, now: datetime) -> None:
    """A household of somebody's relatives; registering it twice is registering it once."""
    if home.id not in kin_of(connection, person.id):
        add_kin(connection, person, home.id)
        _note(connection, _REGISTERED, person, home, by, now)


def strike_kin(connection: Connection, person: Account, home: Household, by: Actor, now: datetime) -> None:
    """They are no relatives any more, or never were."""
    if home.id in kin_of(connection, person.id):
        remove_kin(connection, person, home.id)
        _note(connection, _STRUCK, person, home, by, now)


def kin_register(connection: Connection, village_id: int, now: datetime) -> list[Relatives]:
    """Everybody who may sign in for the village, in alphabetical order."""
    heads = {home.id: home.head for home in on_roll(connection, village_id, now.date())}
    homes = {row.id: row for row in connection.execute(households.select().filter_by(village_id=village_id))}
    since = _since(connection, village_id)

    def relation(household_id: int | None, whose_kin: str = "") -> Relation | None:
        row = homes.get(household_id or 0)
        if row is None:
            return None
        return Relation(row.code, row.group_name, heads.get(row.id, ""), since.get((whose_kin, row.code)))

    made = [
        Relatives(
            person=person,
            home=relation(person.household_id),
            kin=sorted(
                filter(None, (relation(one, person.name) for one in kin_of(connection, person.id))),
                key=lambda one: one.code,
            ),
        )
        for person in accounts_of(connection, village_id)
        if person.active
    ]
    return sorted(made, key=lambda one: (keys_of(one.person.name).partition(" ")[0], one.person.name))


def _since(connection: Connection, village_id: int) -> dict[tuple[str, str], datetime]:
    """When each relation that still stands was last registered, as the log knows it."""
    known: dict[tuple[str, str], datetime] = {}
    for one in activity.activities(connection, village_id, topic="people", limit=_MOST_NOTES):
        if one.said.sentence == _REGISTERED:
            key = (str(one.said.values["name"]), str(one.said.values["code"]))
            known.setdefault(key, one.done_at)  # the newest comes first
    return known


def _note(
    connection: Connection, sentence: str, person: Account, home: Household, by: Actor, now: datetime
) -> None:
    said = {"name": person.name, "code": home.code}
    activity.note(connection, home.village_id, by, now, "people", sentence, **said)
    changed(connection, home.village_id)
