"""`kiosk quarter publish` and `kiosk quarter settle`."""

from collections.abc import Callable
from datetime import datetime

import click
from sqlalchemy import Connection

from kiosk.commands.opened import PeriodType, local_now, opened, village_id
from kiosk.commands.voice import voice
from kiosk.office import closing
from kiosk.scoring import proof
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_
from kiosk.scoring.settlement import QuarterState

_BY = Actor(None, "kiosk quarter", "admin")


@click.command("publish")
@click.argument("quarter", type=PeriodType(quarters=True))
@click.option("--village", required=True, metavar="CODE")
def quarter_publish_command(quarter: Period, village: str) -> None:
    """Put an ended QUARTER (like 2026Q3) on notice: villagers look at it and may object."""
    with voice() as speaking, opened(speaking) as database:
        now = local_now(speaking)
        state = database.write(lambda connection: _act(closing.publish, connection, village, quarter, now))
        speaking.say(
            N_("%(quarter)s is on notice until %(day)s, up to entry no. %(number)s, digest %(digest)s."),
            quarter=quarter,
            day=state.notice_until,
            number=state.number,
            digest=state.digest,
        )
        speaking.say(N_("On paper the digest reads %(groups)s."), groups=proof.grouped(state.digest))


@click.command("settle")
@click.argument("quarter", type=PeriodType(quarters=True))
@click.option("--village", required=True, metavar="CODE")
def quarter_settle_command(quarter: Period, village: str) -> None:
    """Freeze the standings of a QUARTER that was on notice. They never change afterwards."""
    with voice() as speaking, opened(speaking) as database:
        now = local_now(speaking)
        state = database.write(lambda connection: _act(closing.settle, connection, village, quarter, now))
        if state.notice_until and now.date() <= state.notice_until:
            speaking.say(N_("Mind: the notice was to hang until %(day)s."), day=state.notice_until)
        speaking.say(N_("%(quarter)s is settled; its standings do not change any more."), quarter=quarter)


def _act(
    verb: Callable[..., QuarterState], connection: Connection, village: str, quarter: Period, now: datetime
) -> QuarterState:
    return verb(connection, village_id(connection, village), quarter, _BY, now)
