"""`kiosk demo`."""

from dataclasses import replace
from pathlib import Path

import click
from sqlalchemy import select

from kiosk.commands.opened import local_now, opened
from kiosk.commands.progress import progress
from kiosk.commands.user import ROLE_WORDS
from kiosk.commands.voice import Voice, voice
from kiosk.database import serving_lock
from kiosk.demo import folder
from kiosk.demo.making import Recipe, make
from kiosk.demo.names import VILLAGE
from kiosk.demo.staff import PASSWORD, POSTS
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import household
from kiosk.settings import stay_apart


@click.command("demo")
@click.option("--households", type=click.IntRange(8, 20_000), help="How many; 320 if it is left out.")
@click.option(
    "--events", type=click.IntRange(1, 5_000_000), help="How many in two years; 4000 if it is left out."
)
@click.option("--seed", type=int, help="Another number makes another village.")
@click.pass_context
def demo_command(ctx: click.Context, households: int | None, events: int | None, seed: int | None) -> None:
    """Make a believable village in a folder of its own (./demo-data, or KIOSK_DATA) and serve it.

    What was made before is used again, unless another number is asked for.
    """
    stay_apart("demo-data")
    given = {"households": households, "events": events, "seed": seed}
    wanted = {name: value for name, value in given.items() if value is not None}
    with voice() as speaking:
        _prepare(speaking, wanted)
        _show_around(speaking)
    from kiosk.commands.serve import serve_command

    ctx.invoke(serve_command)


def _prepare(speaking: Voice, wanted: dict[str, int]) -> None:
    """Have a finished demo of the wanted numbers in the folder."""
    data = speaking.settings.data
    if speaking.settings.database_url:
        raise Refused(Problem("", N_("The demo has a database of its own; unset KIOSK_DATABASE_URL first")))
    found = folder.look(data)
    recipe = replace(found.recipe if found else Recipe(), **wanted)
    if found and found.finished and found.recipe == recipe:
        sentence = N_("Using the demo village of %(day)s in %(folder)s; remove the folder for a newer one.")
        speaking.say(sentence, day=found.made_on, folder=data)
        return
    with serving_lock(data):
        if found:
            speaking.say(N_("Making the demo village anew: what is in %(folder)s goes away."), folder=data)
        _make(speaking, data, recipe)


def _make(speaking: Voice, data: Path, recipe: Recipe) -> None:
    now = local_now(speaking)
    folder.clear(data)
    folder.note(data, recipe, now.date(), finished=False)
    speaking.say(
        N_("Making %(name)s: %(households)s households, %(events)s events …"),
        name=VILLAGE[1],
        households=recipe.households,
        events=recipe.events,
    )
    with opened(speaking) as database, progress(recipe.events) as done:
        make(database, recipe, now, done)
    folder.note(data, recipe, now.date(), finished=True)


def _show_around(speaking: Voice) -> None:
    with opened(speaking) as database, database.read() as connection:
        first = select(household.c.token).order_by(household.c.code).limit(1)
        token = connection.scalars(first).one()
    code = VILLAGE[0]
    for sentence, address in (
        (N_("The village's page"), f"/v/{code}"),
        (N_("The screen in the square"), f"/v/{code}/square"),
        (N_("The page behind one household's QR plate"), f"/h/{token}"),
        (N_("The recorder's form"), "/record"),
        (N_("The reviewer's list"), "/review"),
    ):
        click.echo(f"{speaking.settings.url}{address}  {speaking.text(Problem('', sentence))}")
    sentence = N_("Sign in at %(address)s as one of these; the password is always %(password)s")
    values = {"address": f"{speaking.settings.url}/login", "password": PASSWORD}
    click.echo(speaking.text(Problem("", sentence, values)))
    for post in POSTS:
        click.echo(f"  {post.name}  ({speaking.text(Problem('', ROLE_WORDS[post.role]))})")
