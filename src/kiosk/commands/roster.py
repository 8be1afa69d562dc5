"""`kiosk import roster` and `kiosk export roster`."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from functools import partial
from pathlib import Path

import click
from sqlalchemy import Connection

from kiosk.commands.opened import PeriodType, local_now, opened, village_id
from kiosk.commands.reading import reading
from kiosk.commands.voice import Voice, voice
from kiosk.commands.writing import output
from kiosk.office import arrivals
from kiosk.roster.comparing import Change, Home, Plan, plan
from kiosk.roster.updating import bring_in
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_
from kiosk.sheets import roster
from kiosk.sheets.writing import FORMATS, Format, write_table

_MOST_LINES = 200
_LEAVES, _STAYS = N_("is not in the file; leaves"), N_("is not in the file; stays on the roll")
_SUMMARY = N_(
    "%(homes)s new households, %(people)s new people, %(changes)s changed, %(same)s as before, %(missing)s missing."
)


@click.command("roster")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--village", required=True, metavar="CODE")
@click.option("--dry-run", is_flag=True, help=N_("Only show what would change."))
@click.option(
    "--mark-left",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help=N_("Let everybody whom the file does not list leave on this day."),
)
def import_roster(file: Path, village: str, dry_run: bool, mark_left: datetime | None) -> None:
    """Bring in a roster of households and people from FILE (.xlsx, .xls or .csv).

    New ones join, changed ones change, and whoever is missing is listed but stays.
    """
    left_on = mark_left.date() if mark_left else None
    with voice() as speaking, opened(speaking) as database:
        with database.read() as connection:
            village_id(connection, village)
        with reading(file):
            homes = roster.read_roster(file.read_bytes(), local_now(speaking).date())
        people = sum(len(home.people) for home in homes)
        speaking.say(N_("Read %(people)s people in %(homes)s households."), people=people, homes=len(homes))
        if dry_run:
            with database.read() as connection:
                made = plan(connection, village_id(connection, village), homes, left_on)
        else:
            made = database.write(partial(_bring_in, village, homes, left_on, local_now(speaking)))
        _tell(speaking, made, bool(left_on))
        speaking.say(N_("Nothing was changed: this was a dry run.") if dry_run else N_("Done."))


@click.command("roster")
@click.option("--village", required=True, metavar="CODE")
@click.option(
    "--period",
    type=PeriodType(),
    metavar="P",
    help=N_(
        "Who was on the roll on the last day of 2026-08, 2026Q3 or 2026; everybody who ever was if left out."
    ),
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("-o", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def export_roster(village: str, period: Period | None, form: Format, target: Path | None) -> None:
    """Write the roster, one row a person, as it can be imported again."""
    with voice() as speaking, opened(speaking) as database:
        with database.read() as connection:
            here, day = village_id(connection, village), period.last if period else None
            rows = list(roster.rows(connection, here, day))
        output(speaking, write_table(roster.EXPORTED, rows, form), target, len(rows))


def _bring_in(
    village: str, homes: Sequence[Home], left_on: date | None, now: datetime, connection: Connection
) -> Plan:
    here = village_id(connection, village)
    made = bring_in(connection, here, homes, left_on)
    by = arrivals.by_command("import roster")
    arrivals.note_roster(connection, here, made, bool(left_on), by, now)
    return made


def _tell(speaking: Voice, made: Plan, leaving: bool) -> None:
    lines = list(_lines(speaking, made, leaving))
    for line in lines[:_MOST_LINES]:
        click.echo(line, err=True)
    if len(lines) > _MOST_LINES:
        speaking.say(N_("… and %(more)s more"), more=len(lines) - _MOST_LINES)
    counts = arrivals.counts(made, leaving)
    speaking.say(_SUMMARY, **counts, same=made.same, missing=len(made.missing))


def _lines(speaking: Voice, made: Plan, leaving: bool) -> Iterator[str]:
    gettext = speaking.catalogue.gettext
    for home in made.new_homes:
        yield f"+ {home.code}: {'、'.join(person.name for person in home.people)}"
    for code, _home, person in made.new_people:
        yield f"+ {code} {person.name} ({person.relation})"
    for change in made.changes:
        yield f"~ {change.code} {change.person} {_fields(change)}"
    missing = gettext(_LEAVES if leaving else _STAYS)
    for code, name, _key in made.missing:
        yield f"? {code} {name} {missing}"


def _fields(change: Change) -> str:
    return ", ".join(f"{name}: {_shown(old)} → {_shown(new)}" for name, (old, new) in change.fields.items())


def _shown(value: object) -> str:
    return "—" if value in (None, "") else str(value)
