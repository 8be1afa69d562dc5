"""`kiosk plates`."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from markupsafe import Markup

from kiosk.commands.opened import local_now, opened, village_id
from kiosk.commands.progress import progress
from kiosk.commands.voice import Voice, voice
from kiosk.office import arrivals
from kiosk.pages.answers import render
from kiosk.pages.styles import bundle
from kiosk.roster import plates
from kiosk.roster.households import Household
from kiosk.roster.villages import Village, village_by_id
from kiosk.scoring.problems import N_, Problem, Refused

_BROWSERS = ("chromium", "chromium-browser", "google-chrome", "chrome")
_PRINTING = ("--headless", "--disable-gpu", "--no-pdf-header-footer", "--disable-background-networking")
_LONGEST = 300  # seconds


@click.command("plates")
@click.option("--village", required=True, metavar="CODE")
@click.option("--group", default="", metavar="G", help=N_("Only the households of this group."))
@click.option(
    "-o",
    "target",
    required=True,
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help=N_("A name that ends in .html, or in .pdf where Chromium is installed."),
)
def plates_command(village: str, group: str, target: Path) -> None:
    """Print the plates for the doors, eight to a sheet of A4, each with the QR code of its household's page."""
    with voice() as speaking, opened(speaking) as database:
        browser = _browser(target)
        with database.read() as connection:
            found = village_by_id(connection, village_id(connection, village))
            homes = plates.homes_to_label(connection, found.id, group, local_now(speaking).date())
        _warn(speaking)
        text = _draw(speaking, found, homes)
        if browser:
            print_pdf(browser, text, target)
        else:
            target.write_text(text, "utf-8")
        target.chmod(0o600)  # whoever has a plate's address can read that household's page
        now, by = local_now(speaking), arrivals.by_command("plates")
        database.write(lambda connection: arrivals.note_plates(connection, found.id, len(homes), by, now))
        speaking.say(N_("Wrote %(count)s plates to %(file)s."), count=len(homes), file=target)


def _browser(target: Path) -> str:
    """The Chromium that prints a .pdf; empty for .html. Raises Refused."""
    if target.suffix.lower() in (".html", ".htm"):
        return ""
    if target.suffix.lower() != ".pdf":
        raise Refused(Problem("file", N_("The file's name must end in .html or .pdf")))
    found = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if found is None:
        sentence = N_("A .pdf needs Chromium, which is not installed here; write a .html and print that")
        raise Refused(Problem("file", sentence))
    return found


def _warn(speaking: Voice) -> None:
    if not speaking.settings.base_url:
        speaking.say(
            N_("KIOSK_BASE_URL is not set: the codes lead to %(url)s, which no telephone can reach."),
            url=speaking.settings.url,
        )


def _draw(speaking: Voice, village: Village, homes: Sequence[Household]) -> str:
    settings, made = speaking.settings, []
    with progress(len(homes)) as done:
        for home in homes:
            made.append(plates.plate(home, settings.url))
            done()
    return render(
        settings.lang,
        "plates_file.html",
        village=village,
        sheets=plates.on_sheets(made),
        styles=Markup(f"<style>{bundle('plates')}</style>"),  # noqa: S704  our own; the file stands alone
        url=settings.url,
        unset=not settings.base_url,
    )


def print_pdf(browser: str, text: str, target: Path) -> None:
    """Raises ClickException with what the browser said."""
    with TemporaryDirectory() as folder:
        page = Path(folder) / "plates.html"
        page.write_text(text, "utf-8")
        alone = ["--no-sandbox"] if os.geteuid() == 0 else []
        options = [*_PRINTING, *alone, f"--user-data-dir={folder}/profile"]
        command = [browser, *options, f"--print-to-pdf={target.absolute()}", page.as_uri()]
        target.unlink(missing_ok=True)
        try:
            told = subprocess.run(  # noqa: S603
                command, capture_output=True, text=True, timeout=_LONGEST, check=False
            )
        except subprocess.TimeoutExpired as error:
            raise click.ClickException(f"{browser}: > {_LONGEST} s") from error
        if told.returncode or not target.exists():
            raise click.ClickException(f"{browser}: {told.stderr.strip()[-500:]}")
