"""`kiosk village add`."""

import click
from sqlalchemy import Connection

from kiosk.commands.opened import local_now, opened
from kiosk.commands.voice import voice
from kiosk.office import arrivals
from kiosk.roster.villages import PUBLIC_NAMES, Village, set_screen_hours
from kiosk.roster.villages import add_village as add
from kiosk.scoring.problems import N_


@click.command("add")
@click.argument("code")
@click.argument("name")
@click.option(
    "--public-names", type=click.Choice(PUBLIC_NAMES), help=N_("How public pages name heads of household.")
)
@click.option("--screen-on", default="", help=N_("From when the screen in the square is on, like 06:30."))
@click.option("--screen-off", default="", help=N_("From when it is dark, like 21:30; without both, never."))
def add_village(code: str, name: str, public_names: str | None, screen_on: str, screen_off: str) -> None:
    """Add a village. CODE becomes part of its address, like qingshan; NAME is what people read."""
    with voice() as speaking, opened(speaking) as database:
        now = local_now(speaking)

        def work(connection: Connection) -> Village:
            made = add(connection, code, name, public_names)
            if screen_on or screen_off:
                set_screen_hours(connection, made.id, screen_on, screen_off)
            by = arrivals.by_command("village add")
            arrivals.note_village(connection, made.id, made.name, by, now)
            return made

        village = database.write(work)
        speaking.say(
            N_("Added %(name)s: %(address)s"),
            name=village.name,
            address=f"{speaking.settings.url}/v/{village.code}",
        )
        if village.public_names is None:
            speaking.say(N_("Public pages show household codes only until somebody chooses --public-names."))
