"""`kiosk backup` and `kiosk restore`."""

from datetime import datetime
from pathlib import Path

import click

from kiosk.backups import back_up
from kiosk.commands.voice import Voice, voice
from kiosk.keeping import tidy
from kiosk.restoring import Restored, restore
from kiosk.scoring.problems import N_


@click.command("backup")
@click.argument("destination", metavar="[DEST]", required=False, type=click.Path(path_type=Path))
def backup_command(destination: Path | None) -> None:
    """Write a backup: database, photos and secret in one .tar file. Works while the server runs.

    DEST is a folder (a USB stick, say) or the name of a new file; by default the folder `backups` inside the
    data folder, where those of the last 14 days stay and one a month for a year. Keep a copy away from this box,
    where nobody else can read it.
    """
    with voice() as speaking:
        now = datetime.now(speaking.settings.zone)
        speaking.say(N_("Copying and checking …"))
        file = back_up(speaking.settings, now, destination)
        size = f"{file.stat().st_size / 1_000_000:.1f}"
        speaking.say(N_("Backup written and checked: %(file)s (%(size)s MB)."), file=file, size=size)
        if destination is None and (gone := tidy(speaking.settings, now)):
            speaking.say(
                N_("Older backups that are not needed any more were deleted: %(count)s."), count=len(gone)
            )


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace the data that are there; they are kept beside.")
def restore_command(file: Path, replace: bool) -> None:
    """Put a backup back. Stop the server first."""
    with voice() as speaking:
        speaking.say(N_("Checking the backup …"))
        done = restore(speaking.settings, file, datetime.now(speaking.settings.zone), replace)
        _tell(speaking, done)


def _tell(speaking: Voice, done: Restored) -> None:
    speaking.say(N_("Restored and checked: %(entries)s entries in the ledger."), entries=done.entries)
    if done.missing:
        speaking.say(
            N_("This backup is older than what it replaced: %(missing)s entries are missing."),
            missing=done.missing,
        )
    if done.aside:
        speaking.say(N_("What was there before is kept in %(folder)s."), folder=done.aside)
    speaking.say(N_("Now run kiosk verify."))
