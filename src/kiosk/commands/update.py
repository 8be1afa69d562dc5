"""`kiosk update`."""

import sys
from datetime import datetime
from pathlib import Path

import click

from kiosk import updating
from kiosk.commands.voice import Voice, voice
from kiosk.scoring.problems import N_, Problem, Refused


@click.command("update")
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--service", metavar="NAME", help="Restart this service of systemd and go back if it is not well."
)
def update_command(folder: Path, service: str | None) -> None:
    """Install a new version from a folder that ./run bundle made, on a USB stick say. Run it as root.

    It is tried on a copy of the data first, while the old one goes on serving. Whatever fails, the old one stays.
    """
    with voice() as speaking:
        place = updating.place_of(Path(sys.prefix))
        old, now = place.link.resolve(), datetime.now(speaking.settings.zone)
        speaking.say(N_("Comparing the sums …"))
        name = updating.check(folder)
        if place.releases / name == old:
            speaking.say(N_("This version is in use already: %(name)s."), name=name)
            return
        speaking.say(N_("Installing %(name)s beside the old version …"), name=name)
        release = updating.install(folder, place, name)
        updating.rehearse(release, speaking.settings, now, speaking.say)
        updating.switch(place, release)
        if service is None:
            speaking.say(N_("The new version takes over when the server is restarted."))
            return
        _take_over(speaking, place, old, service)


def _take_over(speaking: Voice, place: updating.Place, old: Path, service: str) -> None:
    """Raises Refused after going back."""
    settings = speaking.settings
    speaking.say(N_("Restarting the server …"))
    try:
        well = updating.restart(service, settings)
    except Refused:
        well = False
    if not well:
        updating.go_back(place, old, service, settings, datetime.now(settings.zone))
        raise Refused(Problem("", N_("The new version did not start well. The old one is back in use.")))
    speaking.say(N_("The new version serves."))
