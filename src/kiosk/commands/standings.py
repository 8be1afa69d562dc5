"""`kiosk export standings`."""

from pathlib import Path

import click

from kiosk.commands.opened import PeriodType, local_now, opened, village_id
from kiosk.commands.voice import voice
from kiosk.commands.writing import output
from kiosk.scoring.periods import Period, quarter_of
from kiosk.sheets import standings
from kiosk.sheets.writing import FORMATS, Format, write_table


@click.command("standings")
@click.option("--village", required=True, metavar="CODE")
@click.option(
    "--period",
    type=PeriodType(),
    metavar="P",
    help="2026-08, 2026Q3 or 2026; the running quarter if left out.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("-o", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def export_standings(village: str, period: Period | None, form: Format, target: Path | None) -> None:
    """Write a period's ranking, with full names: for the office, not for the wall."""
    with voice() as speaking, opened(speaking) as database:
        today = local_now(speaking).date()
        wanted = period or quarter_of(today)
        with database.long_read() as connection:
            rows = list(standings.rows(connection, village_id(connection, village), wanted, today))
        output(speaking, write_table(standings.columns(wanted), rows, form), target, len(rows))
