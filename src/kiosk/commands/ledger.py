"""`kiosk export ledger`."""

from pathlib import Path

import click

from kiosk.commands.opened import PeriodType, opened, village_id
from kiosk.commands.voice import voice
from kiosk.commands.writing import output
from kiosk.scoring.periods import Period
from kiosk.sheets import ledger
from kiosk.sheets.writing import FORMATS, Format, write_table


@click.command("ledger")
@click.option("--village", required=True, metavar="CODE")
@click.option("--period", type=PeriodType(), metavar="P", help="2026-08, 2026Q3 or 2026; all if left out.")
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("-o", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def export_ledger(village: str, period: Period | None, form: Format, target: Path | None) -> None:
    """Write the entries of the ledger with their digests. There are no names in it."""
    with voice() as speaking, opened(speaking) as database:
        with database.long_read() as connection:
            rows = list(ledger.rows(connection, village_id(connection, village), period))
        output(speaking, write_table(ledger.COLUMNS, rows, form), target, len(rows))
