"""`kiosk stick`."""

import sys
from datetime import datetime
from pathlib import Path

import click

from kiosk import stick
from kiosk.commands.voice import voice
from kiosk.scoring.problems import N_

_NOT_DUE = 3


@click.command("stick")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--due", is_flag=True, help="Only tell whether there is anything new: exit code 0, else 3.")
def stick_command(folder: Path | None, due: bool) -> None:
    """Bring the sealed copy on a USB stick up to date; FOLDER is where the stick is. First kiosk backup-key.

    Old copies there go by themselves, and what failed is on the page about the box.
    """
    with voice() as speaking:
        now = datetime.now(speaking.settings.zone)
        if due:
            sys.exit(0 if stick.is_due(speaking.settings, now) else _NOT_DUE)
        if folder is None:
            raise click.MissingParameter(param_hint="FOLDER", param_type="argument")
        file = stick.copy(speaking.settings, folder, now)
        speaking.say(N_("Sealed copy written and checked: %(file)s."), file=file)
