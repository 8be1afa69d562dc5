"""`kiosk backup`, `kiosk backup-key` and `kiosk restore`."""

import sys
from datetime import datetime
from gettext import gettext
from pathlib import Path

import click

from kiosk import keeping, sealing, stick
from kiosk.backups import back_up
from kiosk.commands.voice import Voice, voice
from kiosk.restoring import Restored, restore
from kiosk.scoring.problems import N_, Problem, Refused


@click.command("backup")
@click.argument("destination", metavar="[DEST]", required=False, type=click.Path(path_type=Path))
@click.option(
    "--copy-to",
    metavar="FOLDER",
    type=click.Path(path_type=Path),
    help="Also write a sealed copy there, a USB stick say; first kiosk backup-key.",
)
def backup_command(destination: Path | None, copy_to: Path | None) -> None:
    """Write a backup: database, photos and secret in one .tar file. Works while the server runs.

    DEST is a folder (a USB stick, say) or the name of a new file; by default the folder `backups` inside the
    data folder, where those of the last 14 days stay and one a month for a year. Keep a copy away from this box:
    a sealed one, or where nobody else can read it.
    """
    with voice() as speaking:
        now = datetime.now(speaking.settings.zone)
        key = keeping.key_for_copies(speaking.settings, copy_to) if copy_to else b""
        if destination is None and (gone := keeping.make_room(speaking.settings, now)):
            speaking.say(N_("The disk is nearly full: old backups were deleted, %(count)s."), count=len(gone))
        speaking.say(N_("Copying and checking …"))
        file = back_up(speaking.settings, now, destination)
        size = f"{file.stat().st_size / 1_000_000:.1f}"
        speaking.say(N_("Backup written and checked: %(file)s (%(size)s MB)."), file=file, size=size)
        if destination is None and (gone := keeping.tidy(speaking.settings, now)):
            speaking.say(
                N_("Older backups that are not needed any more were deleted: %(count)s."), count=len(gone)
            )
        if copy_to:
            copy = keeping.copy_sealed(file, copy_to, key, now)
            speaking.say(N_("Sealed copy written and checked: %(file)s."), file=copy)


@click.command("backup-key")
@click.option(
    "--replace", is_flag=True, help="Make another phrase; copies made before still need the old one."
)
def backup_key_command(replace: bool) -> None:
    """Make the recovery phrase for sealed copies and print it once, to be written on paper.

    The phrase alone opens them. The box keeps what it seals with, but nobody can make the phrase of that.
    """
    with voice() as speaking:
        if sealing.kept_key(speaking.settings.data) and not replace:
            sentence = N_("There is a recovery phrase already. Add --replace to make another one.")
            raise Refused(Problem("", sentence))
        phrase = sealing.new_phrase()
        sealing.keep_key(speaking.settings.data, sealing.key_of(phrase))
        click.echo(phrase)
        speaking.say(
            N_("Write it on paper and keep it away from the box: without it no sealed copy can be opened.")
        )


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Replace the data that are there; they are kept beside.")
@click.option("--phrase-stdin", is_flag=True, help="Read the recovery phrase from standard input.")
def restore_command(file: Path, replace: bool, phrase_stdin: bool) -> None:
    """Put a backup back. Stop the server first. For a sealed copy it asks for the recovery phrase.

    FILE may be a USB stick, or the folder of copies on it: then the newest is taken.
    """
    with voice() as speaking:
        settings = speaking.settings
        if file.is_dir():
            file = stick.newest(file)
            speaking.say(N_("The newest copy there is %(file)s."), file=file.name)
        key = sealing.key_of(_phrase(phrase_stdin)) if sealing.is_sealed(file) else None
        speaking.say(N_("Checking the backup …"))
        done = restore(settings, file, datetime.now(settings.zone), replace, key)
        _tell(speaking, done)


def _phrase(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline()
    phrase: str = click.prompt(gettext("Recovery phrase"), err=True)
    return phrase


def _tell(speaking: Voice, done: Restored) -> None:
    speaking.say(N_("Restored and checked: %(entries)s entries in the ledger."), entries=done.entries)
    if done.missing:
        speaking.say(
            N_("This backup is older than what it replaced: %(missing)s entries are missing."),
            missing=done.missing,
        )
    if done.photos:
        speaking.say(N_("Photos that are not on the stick: %(count)s."), count=done.photos)
    if done.aside:
        speaking.say(N_("What was there before is kept in %(folder)s."), folder=done.aside)
    speaking.say(N_("Now run kiosk verify."))
