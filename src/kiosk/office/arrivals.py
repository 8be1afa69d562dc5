"""What comes in by a page or by a command, as the activity log says it: people, rosters, registers, rulebooks,
villages, and the plates that go out."""

from datetime import date, datetime

from sqlalchemy import Connection

from kiosk.accounts.accounts import Account
from kiosk.office import activity
from kiosk.roster.comparing import Plan
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_
from kiosk.scoring.rulebook import Rulebook

_PERSON = N_("Added %(name)s, who may sign in now")
_ROSTER = N_(
    "Brought in a roster: %(homes)s new households, %(people)s new people, %(changes)s changed, %(left)s left"
)
_EVENTS = N_("Brought in a paper register: %(new)s new events, %(known)s already there")
_RULEBOOK = N_("Brought in the rulebook “%(title)s”, which applies from %(day)s on")
_VILLAGE = N_("Added the village %(name)s")
_PLATES = N_("Made plates for the doors: %(count)s")


def by_command(name: str) -> Actor:
    """Whoever sits at the machine: the log says which command it was, since it cannot say who."""
    return Actor(None, f"kiosk {name}", "admin")


def note_person(connection: Connection, person: Account, by: Actor, now: datetime) -> None:
    activity.note(connection, person.village_id, by, now, "people", _PERSON, name=person.name)


def note_roster(
    connection: Connection, village_id: int, made: Plan, leaving: bool, by: Actor, now: datetime
) -> None:
    activity.note(connection, village_id, by, now, "roster", _ROSTER, **counts(made, leaving))


def note_register(
    connection: Connection, village_id: int, new: int, known: int, by: Actor, now: datetime
) -> None:
    if new:
        activity.note(connection, village_id, by, now, "review", _EVENTS, new=new, known=known)


def note_rulebook(connection: Connection, book: Rulebook, day: date, by: Actor, now: datetime) -> None:
    activity.note(connection, None, by, now, "rulebook", _RULEBOOK, title=book.title, day=day)


def note_village(connection: Connection, village_id: int, name: str, by: Actor, now: datetime) -> None:
    activity.note(connection, village_id, by, now, "screen", _VILLAGE, name=name)


def note_plates(connection: Connection, village_id: int, count: int, by: Actor, now: datetime) -> None:
    activity.note(connection, village_id, by, now, "plates", _PLATES, count=count)


def counts(made: Plan, leaving: bool) -> dict[str, int]:
    """What a roster changed, in numbers; `leaving` says whether the missing left."""
    people = len(made.new_people) + sum(len(home.people) for home in made.new_homes)
    changed = {(change.code, change.person) for change in made.changes}
    left = len(made.missing) if leaving else 0
    return {"homes": len(made.new_homes), "people": people, "changes": len(changed), "left": left}
