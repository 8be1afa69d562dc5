"""`kiosk import rulebook` and `kiosk export rulebook`."""

import json
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
from kiosk.scoring import rulebooks
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_
from kiosk.scoring.rulebook import Rulebook, to_data
from kiosk.sheets.rulebook import COLUMNS, read_rulebook, rows
from kiosk.sheets.rulebook_file import read_rulebook_file
from kiosk.sheets.writing import FORMATS, Format, write_table


@click.command("rulebook")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--applies-from",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DATE",
    help="The first day of its force; the file's own, else today.",
)
def import_rulebook(file: Path, applies_from: datetime | None) -> None:
    """Bring in a rulebook for all villages from FILE (.toml, .xlsx, .xls or .csv).

    A sheet holds only the items; title and settings stay as they are. What was recorded before keeps the rulebook
    it was recorded under.
    """
    with voice() as speaking, opened(speaking) as database:
        now = local_now(speaking)
        with database.read() as connection:
            before = rulebooks.newest(connection)
        with reading(file):
            book = _read(file, before.book if before else rulebooks.default_rulebook())
        begins = applies_from.date() if applies_from else book.applies_from or now.date()
        added = database.write(partial(_add, book, begins, now))
        with database.read() as connection:
            today = rulebooks.in_force(connection, now.date())
        if before and before.id == added:
            speaking.say(N_("This is the newest rulebook already; nothing was changed."))
        else:
            sentence = N_("Added the rulebook %(title)s: %(items)s items, from %(day)s on.")
            speaking.say(sentence, title=book.title, items=len(book.items), day=begins)
            if before:
                _say_honours(speaking, before.book, book)
            if begins <= now.date() and today.id != added:
                sentence = N_("%(title)s, in force since %(day)s, stays in force today.")
                speaking.say(sentence, title=today.book.title, day=today.applies_from)


@click.command("rulebook")
@click.option("--village", metavar="CODE", help="Left aside: there is one rulebook for all villages.")
@click.option(
    "--period",
    type=PeriodType(),
    metavar="P",
    help="The rulebook in force on the last day of 2026-08, 2026Q3 or 2026; today's if left out.",
)
@click.option("--format", "form", type=click.Choice(FORMATS), default="csv", show_default=True)
@click.option("-o", "target", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE")
def export_rulebook(village: str | None, period: Period | None, form: Format, target: Path | None) -> None:
    """Write the rulebook in force: its items as a sheet, or everything as JSON."""
    with voice() as speaking, opened(speaking) as database:
        with database.read() as connection:
            if village is not None:
                village_id(connection, village)
            day = period.last if period else local_now(speaking).date()
            version = rulebooks.in_force(connection, day)
        book = version.book
        if form == "json":
            whole = to_data(book) | {"applies_from": version.applies_from.isoformat()}
            content = json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"
        else:
            content = write_table(list(COLUMNS), rows(book), form)
        output(speaking, content, target, len(book.items))


def _add(book: Rulebook, begins: date, now: datetime, connection: Connection) -> int:
    newest, by = rulebooks.newest(connection), arrivals.by_command("import rulebook")
    added = rulebooks.add(connection, book, begins, by.name, now)
    if newest is None or newest.id != added:
        arrivals.note_rulebook(connection, book, begins, by, now)
    return added


def _say_honours(speaking: Voice, before: Rulebook, book: Rulebook) -> None:
    gone = [honour.name for honour in before.honours if book.honour(honour.name) is None]
    if gone:
        sentence = N_("No longer among the honours of the year: %(names)s")
        speaking.say(sentence, names="、".join(gone))


def _read(file: Path, base: Rulebook) -> Rulebook:
    reader = read_rulebook if file.suffix.lower() == ".csv" else read_rulebook_file
    return reader(file.read_bytes(), base)
