"""Who was recommended for the honours of a year, as a workbook for the township: of one village or of several."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from kiosk.office.proposals import year_sheet
from kiosk.roster.villages import Village
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column, Sheet

_COLUMNS: tuple[tuple[str, int, Literal["text", "wrap", "number", "day"]], ...] = (
    (N_("No."), 6, "number"),
    (N_("Village"), 14, "wrap"),
    (N_("Honour"), 14, "wrap"),
    (N_("Household code"), 11, "text"),
    (N_("Head of household"), 14, "wrap"),
    (N_("Group"), 12, "wrap"),
    (N_("Rank"), 7, "number"),
    (N_("Points"), 10, "number"),
    (N_("Quarters counted"), 8, "number"),
    (N_("What was decided"), 10, "text"),
    (N_("Reason given"), 30, "wrap"),
    (N_("Decided by"), 12, "wrap"),
    (N_("Decided on"), 12, "day"),
)
_WORDS = {"recommended": N_("recommended"), "granted": N_("granted")}


Say = Callable[[str], str]


def sheet(
    connection: Connection, villages: Sequence[Village], year: Period, now: datetime, say: Say
) -> Sheet:
    """One line a household and honour, recommended or granted; figures as they are now."""
    rows = [row for here in villages for row in _rows(connection, here, year, now, say)]
    name = villages[0].name if len(villages) == 1 else say(N_("All villages"))
    title = say(N_("%(village)s: recommended for the honours of %(year)s"))
    running = year.end > now.date()
    return Sheet(
        name=str(year),
        title=title % {"village": name, "year": year.year},
        columns=[Column(say(title), width, kind) for title, width, kind in _COLUMNS],
        rows=[(number, *row) for number, row in enumerate(rows, start=1)],
        lines=[say(N_("The year is still running: figures to date."))] if running else (),
        closing=[say(N_("Village committees (seal)")), say(N_("Township (seal)")), say(N_("Date"))],
        empty=say(N_("Nobody is recommended yet.")),
    )


def _rows(
    connection: Connection, here: Village, year: Period, now: datetime, say: Say
) -> Iterator[tuple[object, ...]]:
    for proposal in year_sheet(connection, here.id, year, now).proposals:
        for one in proposal.candidates:
            word, home = one.decision, one.place.household
            if word is None or word.decision not in _WORDS or one.bar:
                continue
            day = word.decided_at.astimezone(now.tzinfo).date()
            place = (one.place.rank, one.place.figure, one.place.quarters)
            said = (say(_WORDS[word.decision]), word.reason, word.decided_by, day)
            yield here.name, proposal.honour.name, home.code, home.head, home.group, *place, *said
