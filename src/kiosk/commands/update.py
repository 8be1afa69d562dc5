"""`kiosk update`."""

import sys
from datetime import datetime
from pathlib import Path

import click

from kiosk import update_trial, update_turn, updating
from kiosk.bundles import bundle_in
from kiosk.commands.voice import Voice, voice
from kiosk.scoring.problems import N_
from kiosk.updating import Place


@click.command("update")
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option(
    "--service",
    metavar="NAME",
    help="Let this service of systemd run the new version, and go back if it is not well.",
)
@click.option("--take-back", is_flag=True, help="Only take back an update that was cut short, if one was.")
def update_command(folder: Path | None, service: str | None, take_back: bool) -> None:
    """Install a new version from a folder that ./run bundle made. Run it as root.

    FOLDER is that folder, or a USB stick; without it all USB sticks are looked through. The new version is tried on a
    copy of the data first, while the old one goes on serving. Whatever fails, the old one stays, or comes back.
    """
    with voice() as speaking:
        place = updating.place_of(Path(sys.prefix))
        if update_turn.is_under_way(place):
            _go_back(speaking, place, service)
        update_trial.sweep(speaking.settings)
        if take_back:
            return
        with bundle_in(folder) as bundle:
            release = _installed(speaking, place, bundle)
        if release is not None:
            _put_to_use(speaking, place, release, service)


def _installed(speaking: Voice, place: Place, bundle: Path) -> Path | None:
    """The new release, beside the old one; None if it is in use already."""
    version = updating.made_of(bundle).get("version", "?")
    speaking.say(N_("Comparing the sums of version %(version)s …"), version=version)
    name = updating.check(bundle)
    if place.releases / name == place.in_use:
        speaking.say(N_("This version is in use already: %(name)s."), name=name)
        return None
    speaking.say(N_("Installing %(name)s beside the old version …"), name=name)
    return updating.install(bundle, place, name)


def _put_to_use(speaking: Voice, place: Place, release: Path, service: str | None) -> None:
    settings, old = speaking.settings, place.in_use
    update_trial.insist_on_room(settings)
    speaking.say(N_("Making a backup …"))
    update_trial.rehearse(release, settings, _now(speaking), speaking.say)
    if service is None:
        updating.switch(place, release)
        speaking.say(N_("The new version takes over when the server is restarted."))
        return
    speaking.say(N_("The server stops for a moment, and the new version takes over …"))
    try:
        update_turn.take_over(place, release, service, settings)
    except BaseException:
        if update_turn.is_under_way(place):
            _go_back(speaking, place, service)
        raise
    speaking.say(N_("The new version serves."))
    if gone := updating.prune(place, old):
        speaking.say(N_("Old versions were deleted: %(names)s."), names="、".join(path.name for path in gone))


def _go_back(speaking: Voice, place: Place, service: str | None) -> None:
    speaking.say(N_("The old version is put back, with the data as they were …"))
    old = update_turn.take_back(place, service, speaking.settings, _now(speaking))
    speaking.say(N_("In use is %(name)s."), name=old.name)


def _now(speaking: Voice) -> datetime:
    return datetime.now(speaking.settings.zone)
