"""What the pages of the roster share: forms read as typed, and changes that are shown before they are made."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from litestar import Request
from litestar.exceptions import NotFoundException
from sqlalchemy import Connection

from kiosk.office import activity
from kiosk.pages.fields import Fields
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.roster.comparing import Person
from kiosk.roster.editing import made_person
from kiosk.roster.households import Household
from kiosk.roster.watching import Outcome
from kiosk.scoring.problems import N_, Problem, Refused

AnyRequest = Request[Any, Any, Any]
_NO_DAY = N_("“%(text)s” is no day; write it like 2026-09-01")


@dataclass(frozen=True)
class Attempt:
    """What became of a posted change: made (`done`), only shown, or refused."""

    outcome: Outcome | None = None
    done: bool = False
    problems: Sequence[Problem] = ()

    @property
    def status(self) -> int:
        return 422 if self.problems else 200


def carry_out(
    request: AnyRequest,
    site: Site,
    fields: Fields,
    change: Callable[[Connection], Outcome],
    always_shown: bool = False,
) -> Attempt:
    """Make the change and note who did it. What needs a second look is only rehearsed until `sure` comes along."""
    now = site.clock()

    def work(connection: Connection) -> Outcome:
        outcome = change(connection)
        done, by = outcome.done, request.user
        activity.note(connection, by.village_id, by.actor, now, "roster", done.sentence, **done.values)
        return outcome

    try:
        if not fields["sure"]:
            shown = site.database.rehearse(work)
            if always_shown or shown.warnings:
                return Attempt(shown)
        return Attempt(site.database.write(work), done=True)
    except Refused as refusal:
        return Attempt(problems=refusal.problems)


def home_of(request: AnyRequest, connection: Connection, code: str) -> Household:
    """The household of this village with exactly this code. Raises NotFoundException."""
    home = households.by_code(connection, request.user.village_id, code)
    if home is None or home.code != code:
        raise NotFoundException
    return home


def typed_person(fields: Fields) -> Person:
    """Raises Refused if a day is none."""
    problems: list[Problem] = []
    born, joined, left = (typed_day(fields, name, problems) for name in ("born", "joined", "left"))
    if problems:
        raise Refused(*problems)
    return made_person(fields["name"], fields["relation"], born, joined, left)


def typed_day(fields: Fields, name: str, problems: list[Problem]) -> date | None:
    """The day in a field, none if it is empty; what is no day is added to the problems."""
    text = fields[name]
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        problems.append(Problem(name, _NO_DAY, {"text": text[:20]}))
        return None


def typed_about(fields: Fields) -> dict[str, str]:
    return {name: fields[name] for name in ("group", "address", "residency")}
