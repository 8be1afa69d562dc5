"""`kiosk user add`."""

import sys
from gettext import gettext

import click
from sqlalchemy import Connection

from kiosk.accounts.accounts import ROLES, Account, add_account
from kiosk.commands.opened import local_now, opened, village_id
from kiosk.commands.voice import voice
from kiosk.office import arrivals
from kiosk.roster import households
from kiosk.scoring.problems import N_, Problem, Refused

ROLE_WORDS = {
    "recorder": N_("recorder"),
    "reviewer": N_("reviewer"),
    "admin": N_("the village's admin"),
    "township": N_("the township"),
}


@click.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--village", metavar="CODE", help="Where they work; left out for the township.")
@click.option("--household", metavar="CODE", help="Where they live: they score nothing for that household.")
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
def add_user(name: str, role: str, village: str | None, household: str | None, password_stdin: bool) -> None:
    """Add a person who signs in as NAME. Asks for the password, unless it comes by standard input."""
    with voice() as speaking, opened(speaking) as database:
        with database.read() as connection:
            _places(connection, role, village, household)
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else _asked()

        def work(connection: Connection) -> Account:
            village_at, household_at = _places(connection, role, village, household)
            added = add_account(connection, name, role, password, village_at, household_at)
            arrivals.note_person(connection, added, arrivals.by_command("user add"), local_now(speaking))
            return added

        person = database.write(work)
        speaking.say(
            N_("Added %(name)s (%(role)s). They sign in at %(address)s"),
            name=person.name,
            role=Problem("", ROLE_WORDS[role]),
            address=f"{speaking.settings.url}/login",
        )


def _places(
    connection: Connection, role: str, village: str | None, household: str | None
) -> tuple[int | None, int | None]:
    """The ids of village and household. Raises Refused before anybody is asked for a password."""
    if role == "township":
        if village or household:
            raise Refused(
                Problem("village", N_("The township belongs to no single village; leave the village out"))
            )
        return None, None
    if not village:
        raise Refused(Problem("village", N_("Say which village this person works for: --village CODE")))
    works_at = village_id(connection, village)
    if not household:
        return works_at, None
    home = households.by_code(connection, works_at, household)
    if home is None:
        sentence = N_("There is no household %(code)s in this village; look the code up in the roster")
        raise Refused(Problem("household", sentence, {"code": household}))
    return works_at, home.id


def _asked() -> str:
    """Typed twice, unseen."""
    password: str = click.prompt(gettext("Password"), hide_input=True, confirmation_prompt=True, err=True)
    return password
