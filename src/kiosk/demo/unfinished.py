"""What still lies on the desks of the demo village: a question to a recorder, families' own declarations."""

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection

from kiosk.demo.deeds import habits
from kiosk.demo.living import Village
from kiosk.scoring import declaring, history, remarks, rulebooks
from kiosk.scoring.declarations import Declared
from kiosk.scoring.problems import Refused

_FAMILIES = (0.15, 0.45, 0.7)  # shares of the list of families
_QUESTION = "请补充当时的照片，或写明由哪个单位反馈的。"


def leave_open(connection: Connection, village: Village, random: Random, now: datetime) -> None:
    """A village without deeds waiting, or with nobody at home, has less on its desks."""
    _ask(connection, village, random, now)
    book = rulebooks.in_force(connection, now.date()).book
    items = {item.code for item in declaring.claimable(book) if item.subject == "household" and item.fixed}
    known = [habit for habit in habits() if habit.item in items]
    for number, share in enumerate(_FAMILIES):
        habit = random.choice(known)
        said = Declared(
            submission_key=f"demo:declared:{number}",
            household_id=village.households[int(share * len(village.households))],
            member_id=None,
            item=habit.item,
            occurred_on=now.date(),
            place=random.choice(habit.places) if habit.places else "",
            reason=random.choice(habit.reasons),
        )
        with suppress(Refused):
            declaring.declare(connection, village.id, said, now - timedelta(minutes=50 - 15 * number))


def _ask(connection: Connection, village: Village, random: Random, now: datetime) -> None:
    """About the newest that waits, by somebody who may decide about it."""
    for deed in history.awaiting(connection, village.id)[-1:]:
        family = village.households.index(deed.household_id)
        reviewer = village.helper(random, family, deciding=True)
        with suppress(Refused):
            remarks.ask(connection, village.id, deed.event_id, reviewer, _QUESTION, now)
