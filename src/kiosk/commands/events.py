"""`kiosk import events` and `kiosk export events`."""

from pathlib import Path

import click
from sqlalchemy import Connection

from kiosk.commands.opened import PeriodType, local_now, opened, village_id
from kiosk.commands.progress import progress
from kiosk.commands.reading import reading
from kiosk.commands.voice import voice
from kiosk.commands.writing import output
from kiosk.office import arrivals
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Refused
from kiosk.sheets import events
from kiosk.sheets.register import BroughtIn, bring_in
from kiosk.sheets.writing import FORMATS, Format, write_table


@click.command("events")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--village", required=True, metavar="CODE")
@click.option("--pending", is_flag=True, help="Let everything wait for a reviewer here.")
@click.option("--dry-run", is_flag=True, help="Only show what would change.")
def import_events(file: Path, village: str, pending: bool, dry_run: bool) -> None:
    """Bring in a paper register from FILE (.xlsx, .xls or .csv), approved in the order of its rows.

    Either every row comes in or none. The same file twice changes nothing the second time.
    """
    with voice() as speaking, opened(speaking) as database, reading(file):
        now = local_now(speaking)
        rows = events.read_register(file.read_bytes())
        with progress(len(rows)) as done:

            def work(connection: Connection) -> BroughtIn:
                here, by = village_id(connection, village), arrivals.by_command("import events")
                told = bring_in(connection, here, rows, now, not pending, done)
                if told.problems:
                    raise Refused(*told.problems)
                arrivals.note_register(connection, here, told.new, told.known, by, now)
                return told

            told = (database.rehearse if dry_run else database.write)(work)
        speaking.say(N_("%(new)s new, %(known)s already there."), new=told.new, known=told.known)
        if dry_run:
            speaking.say(N_("Nothing was changed: this was a dry run."))


@click.command("events")
@click.option("--village", required=True, metavar="CODE")
@click.option("--period", type=PeriodType(), metavar="P", help="2026-08, 2026Q3 or 2026; all if left out.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("-o", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def export_events(village: str, period: Period | None, form: Format, target: Path | None) -> None:
    """Write the register of events and what became of each."""
    with voice() as speaking, opened(speaking) as database:
        with database.long_read() as connection:
            village_here = village_id(connection, village)
            rows = list(events.rows(connection, village_here, period, speaking.catalogue.gettext))
        output(speaking, write_table([*events.COLUMNS, *events.OUTCOME], rows, form), target, len(rows))
