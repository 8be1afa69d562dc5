"""Everything the leading group asks about a period (问题导向), read once for page, report and workbook."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from kiosk.office.changes import Moves, moves
from kiosk.office.figures import Figures, Group, figures, figures_before
from kiosk.office.items import Use, uses
from kiosk.office.noting import Noting, noting
from kiosk.office.places import living_here_since
from kiosk.office.trends import Silent, Trend, last_periods, silent_for, trend
from kiosk.scoring import objections, rulebooks
from kiosk.scoring.periods import Period, period_of
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.rulebook import Rulebook


@dataclass(frozen=True)
class Analysis:
    """`before` is the period before, none if the village had not begun; `book` the rulebook in force."""

    now: Figures
    before: Figures | None
    trend: Trend
    silent: Sequence[Silent]
    moves: Moves | None
    uses: Sequence[Use]
    noting: Noting
    objections: objections.Figures
    book: Rulebook | None

    @property
    def period(self) -> Period:
        return self.now.period

    @property
    def quietest(self) -> Group | None:
        """The group with the largest share of households without a counted deed, if there is any."""
        quiet = [group for group in self.now.groups if group.silent]
        return max(quiet, key=lambda group: (group.silent / group.active.whole, group.silent), default=None)

    @property
    def unused(self) -> list[Use]:
        """Good deeds of the rulebook that nobody noted, in the order of their codes."""
        return [use for use in self.uses if not use.noted and not use.item.deduction]

    def forgotten(self, use: Use) -> bool:
        """Whether an unused item counted in none of several periods either."""
        return len(self.trend.periods) > 1 and use.item.code not in self.trend.items

    @property
    def needless(self) -> list[Use]:
        """Deductions that nobody had to make: no reason to strike them."""
        return [use for use in self.uses if not use.noted and use.item.deduction]

    @property
    def capped(self) -> list[Use]:
        """Items whose cap left nothing of some deeds, most of them first."""
        hit = [use for use in self.uses if use.capped.part]
        return sorted(hit, key=lambda use: (-use.capped.part, use.item.code))

    @property
    def empty_categories(self) -> list[str]:
        """The categories of the rulebook of which nothing counts, in its order."""
        counting = {one.name for one in self.now.categories if one.deeds}
        return [one.name for one in self.book.categories if one.name not in counting] if self.book else []

    def category_title(self, name: str, lang: str) -> str | Problem:
        """What a category is called in the reader's language, where the rulebook in force knows it."""
        if not name:
            return Problem("", N_("no longer in the rulebook"))
        known = {one.name: one.name_en for one in self.book.categories} if self.book else {}
        return known.get(name) or name if lang == "en" else name


def analysis(connection: Connection, village_id: int, period: Period, now: datetime) -> Analysis:
    """The answers for a period that has begun."""
    current = figures(connection, village_id, period, now)
    before = figures_before(connection, village_id, period, now)
    seen = trend(connection, village_id, last_periods(connection, village_id, period))
    book = _book(connection, period, now)
    return Analysis(
        now=current,
        before=before,
        trend=seen,
        silent=silent_for(current.silent, seen, living_here_since(connection, village_id)),
        moves=moves(current, before),
        uses=uses(current, book),
        noting=noting(current, now.date()),
        objections=objections.figures(connection, village_id, period),
        book=book,
    )


def choices(connection: Connection, village_id: int, today: date) -> list[Period]:
    """The periods one may ask about, newest first: eight quarters, then four years, since the village began."""
    quarters = last_periods(connection, village_id, period_of(today, "quarter"))
    years = last_periods(connection, village_id, period_of(today, "year"))
    return [*quarters[::-1], *years[::-1]]


def _book(connection: Connection, period: Period, now: datetime) -> Rulebook | None:
    if rulebooks.newest(connection) is None:
        return None
    return rulebooks.in_force(connection, min(period.last, now.date())).book
