"""`kiosk quarter publish` and `kiosk quarter settle`."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import click
from sqlalchemy import Connection

from kiosk.commands.opened import PeriodType, local_now, opened, village_id
from kiosk.commands.voice import voice
from kiosk.fairness import draws
from kiosk.office import arrivals, closing
from kiosk.scoring import proof
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.settlement import USUAL_SOURCE, QuarterState

_BY = arrivals.by_command("quarter")


@click.command("publish")
@click.argument("quarter", type=PeriodType(quarters=True))
@click.option("--village", required=True, metavar="CODE")
@click.option("--draw-source", default="", metavar="TEXT", help="The public number that draws the sample.")
def quarter_publish_command(quarter: Period, village: str, draw_source: str) -> None:
    """Put an ended QUARTER (like 2026Q3) on notice: villagers look at it and may object."""
    with voice() as speaking, opened(speaking) as database:
        now = local_now(speaking)
        source = draw_source or speaking.text(Problem("", USUAL_SOURCE))
        act = partial(_act, closing.publish, village, quarter, now, source)
        state = database.write(act)
        speaking.say(
            N_("%(quarter)s is on notice until %(day)s, up to entry no. %(number)s, digest %(digest)s."),
            quarter=quarter,
            day=state.notice_until,
            number=state.number,
            digest=state.digest,
        )
        speaking.say(N_("On paper the digest reads %(groups)s."), groups=proof.grouped(state.digest))
        promise = draws.promise(state)
        speaking.say(
            N_("The sample for checking is drawn with this public number: %(number)s."), number=promise
        )


@click.command("settle")
@click.argument("quarter", type=PeriodType(quarters=True))
@click.option("--village", required=True, metavar="CODE")
@click.option("--reason", default="", metavar="TEXT", help="Why, before the days of notice are over.")
def quarter_settle_command(quarter: Period, village: str, reason: str) -> None:
    """Freeze the standings of a QUARTER that was on notice. They never change afterwards."""
    with voice() as speaking, opened(speaking) as database:
        now = local_now(speaking)
        act = partial(_act, closing.settle, village, quarter, now, reason)
        state = closing.for_good(database, speaking.settings.data, act, now)
        if state.settled_early:
            speaking.say(N_("Mind: the notice was to hang until %(day)s."), day=state.notice_until)
        speaking.say(N_("%(quarter)s is settled; its standings do not change any more."), quarter=quarter)


def _act(
    verb: Callable[..., QuarterState],
    village: str,
    quarter: Period,
    now: datetime,
    words: str,
    connection: Connection,
) -> QuarterState:
    return verb(connection, village_id(connection, village), quarter, _BY, now, words)
