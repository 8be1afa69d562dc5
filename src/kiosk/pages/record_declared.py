"""The recorder's form for what a family has declared: filled in beforehand, linked when it is recorded."""

from datetime import datetime

from sqlalchemy import Connection

from kiosk.office import activity
from kiosk.pages.fields import whole_number
from kiosk.pages.record_form import Filled, member_values
from kiosk.pages.record_offer import blank
from kiosk.roster import households
from kiosk.scoring import declarations, declaring
from kiosk.scoring.actors import Actor
from kiosk.scoring.ledger import Receipt
from kiosk.scoring.problems import N_, Problem, Refused

BASIS = "自主申报"
_TAKEN_UP = N_("Took up declaration no. %(declaration)s as no. %(number)s")


def filled_from(connection: Connection, actor: Actor, number: int, now: datetime) -> Filled:
    """A form with what the family said. Raises Refused if it waits no longer."""
    found = declarations.by_number(connection, actor.village_id or 0, number)
    if found is None or found.state != "waiting":
        raise Refused(Problem("declaration", N_("This declaration has been answered meanwhile")))
    said = found.said
    names = member_values(households.members(connection, said.household_id))
    return Filled(
        submission_key=blank(now).submission_key,
        household=found.household_code,
        member=names.get(said.member_id or 0, ""),
        item=said.item,
        occurred_on=said.occurred_on.isoformat(),
        place=said.place,
        reason=said.reason,
        basis=BASIS,
        photo=said.photo,
        declaration=str(found.id),
    )


def link(
    connection: Connection, village_id: int, filled: Filled, receipt: Receipt, by: Actor, now: datetime
) -> None:
    """Tie the event to the declaration it was made of, in the transaction that recorded it. Raises Refused."""
    number, made = whole_number(filled.declaration), receipt.event_id
    if declaring.take_up(connection, village_id, number, made, receipt.household_id, by, now):
        values = {"declaration": number, "number": made}
        activity.note(connection, village_id, by, now, "review", _TAKEN_UP, **values)
