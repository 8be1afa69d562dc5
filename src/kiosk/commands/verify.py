"""`kiosk verify`."""

import sys

import click
from sqlalchemy import Connection, select
from sqlalchemy.exc import OperationalError

from kiosk.commands.opened import opened, village_id
from kiosk.commands.voice import Voice, voice
from kiosk.scoring import chain
from kiosk.scoring.differences import Difference
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.tables import village as villages
from kiosk.scoring.verification import verify


@click.command("verify")
@click.option("--village", metavar="CODE", help="Only this village; all of them if it is left out.")
def verify_command(village: str | None) -> None:
    """Recompute chain, caps, totals and settled quarters. Lists every difference and then exits with 1."""
    with voice() as speaking, opened(speaking) as database, database.long_read() as connection:
        every = select(villages.c.id, villages.c.code, villages.c.name).order_by(villages.c.code)
        one = every.where(villages.c.id == village_id(connection, village)) if village else every
        rows = connection.execute(one).all()
        found = [_verified(speaking, connection, *row) for row in rows]
        sys.exit(any(found))


def _verified(speaking: Voice, connection: Connection, id: int, code: str, name: str) -> bool:  # noqa: A002
    """Check one village and tell; whether there was any difference."""
    number, digest = chain.head(connection, id)
    speaking.say(
        N_("Checking %(name)s (%(code)s), %(number)s entries …"), name=name, code=code, number=number
    )
    try:
        differences = verify(connection, id)
    except OperationalError as error:
        # text that is no text any more: the database will not even hand it out
        speaking.say(N_("The tables hold something that cannot be read: %(fault)s"), fault=error.orig)
        return True
    for difference in differences:
        click.echo(_line(speaking, difference))
    if differences:
        speaking.say(N_("%(count)s differences in %(code)s."), count=len(differences), code=code)
    else:
        speaking.say(N_("%(code)s: everything agrees. Newest digest: %(digest)s"), code=code, digest=digest)
    return bool(differences)


def _line(speaking: Voice, difference: Difference) -> str:
    household, number = difference.household_code, difference.entry_number
    where = []
    if household:
        where.append(Problem("", N_("household %(code)s"), {"code": household}))
    if number is not None:
        where.append(Problem("", N_("entry no. %(number)s"), {"number": number}))
    return ", ".join(map(speaking.text, where)) + ": " + speaking.text(difference.problem)
