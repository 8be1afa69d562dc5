"""What the forms for an objection share: the household's own, the public one, and the office's."""

import re
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from litestar import Request
from sqlalchemy import Connection

from kiosk.pages.fields import Fields
from kiosk.roster import households
from kiosk.roster.households import Household
from kiosk.scoring.objecting import Complaint
from kiosk.scoring.objections import Source
from kiosk.scoring.periods import Period, parse_period, quarter_of
from kiosk.scoring.problems import N_, Problem, Refused

_QUARTERS = 5  # to choose from: as far back as anybody remembers
_NUMBER = re.compile(r"\d{1,9}")
_NO_HOUSEHOLD = N_("No household has the number %(code)s; look at it again, or leave it out")
_NO_NUMBER = N_("Write the number that stands after “Receipt no.”, or leave it out")


ENOUGH = N_(
    "So many objections have come from here today that no more are taken until tomorrow. "
    "Use the code at your own door, or come to the village office: there they enter it for you."
)
"""Told to whoever sends too many from one place."""


def client_address(request: Request[Any, Any, Any]) -> str:
    return request.client.host if request.client else ""


def refusal_status(problems: Sequence[Problem]) -> int:
    """The status of a form that is shown again, or of one that is empty."""
    return 429 if any(one.sentence == ENOUGH for one in problems) else 422 if problems else 200


def key_of(fields: Fields, problems: Sequence[Problem] = ()) -> str:
    """The key of a form that is shown: its own, or a new one where the old cannot be used any more."""
    spent = any(problem.field == "submission_key" for problem in problems)
    return secrets.token_hex(16) if spent or not fields["submission_key"] else fields["submission_key"]


def quarters_to_choose(today: date, asked: str = "") -> list[Period]:
    """The running quarter and those before it, newest first; and the one that the address names."""
    quarters = [quarter_of(today)]
    while len(quarters) < _QUARTERS:
        quarters.append(quarters[-1].before())
    named = quarter_named(asked, today)
    return quarters if named in quarters else [*quarters, named]


def quarter_named(asked: str, today: date) -> Period:
    """The quarter of an address; the running one for whatever has not begun or is none."""
    running = quarter_of(today)
    try:
        quarter = parse_period(asked)
    except ValueError:
        return running
    return quarter if quarter.kind == "quarter" and quarter <= running else running


def complaint_of(
    connection: Connection, village_id: int, fields: Fields, source: Source, today: date
) -> Complaint:
    """The objection as it was typed. Raises Refused with every field that cannot be read."""
    problems: list[Problem] = []
    home = _named(connection, village_id, fields, "household", problems)
    raiser = _named(connection, village_id, fields, "raiser", problems) if source == "office" else None
    number = _NUMBER.search(fields["event"])
    if fields["event"] and not number:
        problems.append(Problem("event", _NO_NUMBER))
    if problems:
        raise Refused(*problems)
    return Complaint(
        submission_key=fields["submission_key"],
        kind=fields["kind"],
        source=source,
        about=quarter_named(fields["quarter"], today),
        words=fields["words"],
        household_id=home.id if home else None,
        event_id=int(number[0]) if number else None,
        name=fields["name"],
        contact=fields["contact"],
        raiser_id=raiser.id if raiser else None,
    )


def _named(
    connection: Connection, village_id: int, fields: Fields, name: str, problems: list[Problem]
) -> Household | None:
    """The household whose code was typed, if any; adds a problem for one that there is not."""
    home = households.by_code(connection, village_id, fields[name]) if fields[name] else None
    if fields[name] and home is None:
        problems.append(Problem(name, _NO_HOUSEHOLD, {"code": fields[name][:20]}))
    return home
