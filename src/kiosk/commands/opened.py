"""What most commands begin with: the database of these settings, up to date, and the village meant."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from gettext import gettext
from typing import NoReturn

import click
from sqlalchemy import Connection, select

from kiosk.commands.voice import Voice
from kiosk.database import Database, migrate, open_database
from kiosk.scoring.periods import Period, parse_period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import village


@contextmanager
def opened(speaking: Voice) -> Iterator[Database]:
    """The database, migrated first. Closed at the end."""
    migrate(speaking.settings, local_now(speaking))
    database = open_database(speaking.settings)
    try:
        yield database
    finally:
        database.close()


def local_now(speaking: Voice) -> datetime:
    """This moment, in the village's zone."""
    return datetime.now(speaking.settings.zone)


def village_id(connection: Connection, code: str) -> int:
    """Raises Refused naming the villages there are."""
    found = connection.scalar(select(village.c.id).where(village.c.code == code))
    if found is not None:
        return int(found)
    known = "、".join(connection.scalars(select(village.c.code).order_by(village.c.code))) or "—"
    sentence = N_("There is no village %(code)s; the villages here are: %(known)s")
    raise Refused(Problem("village", sentence, {"code": code, "known": known}))


class PeriodType(click.ParamType[Period]):
    """`2026-08`, `2026Q3` or `2026`; with `quarters`, quarters only."""

    name = "period"

    def __init__(self, quarters: bool = False) -> None:
        self._quarters = quarters

    def convert(
        self, value: str | Period, param: click.Parameter | None, ctx: click.Context | None
    ) -> Period:
        if isinstance(value, Period):
            return value
        try:
            period = parse_period(value)
        except ValueError:
            self._refuse(N_("“%(value)s” is no period; write 2026-08, 2026Q3 or 2026"), value, param, ctx)
        if self._quarters and period.kind != "quarter":
            self._refuse(N_("“%(value)s” is no quarter; write it like 2026Q3"), value, param, ctx)
        return period

    def _refuse(
        self, sentence: str, value: str, param: click.Parameter | None, ctx: click.Context | None
    ) -> NoReturn:
        self.fail(gettext(sentence) % {"value": value}, param, ctx)
