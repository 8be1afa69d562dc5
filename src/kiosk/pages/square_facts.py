"""Reads what the screen in the square shows."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from kiosk.office.honours import Honoured, newest_granted
from kiosk.office.messages import words_on
from kiosk.pages.square_rows import earners
from kiosk.pages.square_slides import Facts
from kiosk.roster.villages import Village
from kiosk.scoring import boards, history, settlement
from kiosk.scoring.periods import Period, period_of, quarter_of

_WEEK = timedelta(days=6)  # with today, seven days
_MANY_DEEDS = 999


def read_facts(connection: Connection, village: Village, now: datetime) -> Facts:
    """Everything for the slides; `now` is in the village's zone."""
    today = now.date()
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    quarter = quarter_of(today)
    places = boards.standings(connection, village.id, quarter, today)
    last_quarter = (
        [] if earners(places) else boards.standings(connection, village.id, quarter.before(), today)
    )
    last_year = period_of(today, "year").before()
    last = settlement.state(connection, village.id, quarter.before(), now)
    return Facts(
        today,
        quarter=places,
        month=boards.standings(connection, village.id, period_of(today, "month"), today),
        last_quarter=last_quarter,
        last_year=boards.annual(connection, village.id, last_year, today)
        if boards.has_entries(connection, village.id, last_year)
        else [],
        honoured=_honoured(connection, village, last_year),
        moved=boards.moved_since(connection, village.id, quarter, midnight, today),
        deeds=history.good_since(connection, village.id, midnight - _WEEK, _MANY_DEEDS),
        message=village.screen_message,
        messages=words_on(connection, village.id, today),
        on_notice=last.notice_until if last.state == "on notice" else None,
    )


def _honoured(connection: Connection, village: Village, last_year: Period) -> Sequence[Honoured]:
    """The newest granted honours; older ones than last year's make room for last year's leaders."""
    found = newest_granted(connection, village.id)
    return found if found and found[0].decision.year >= last_year.year else []
