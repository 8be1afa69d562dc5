"""The year's ranking for an honour, read from the tables.

Entries count in the month where they landed, so a correction never changes a settled quarter; an entry belongs to
the category in which its item stood in the rulebook its event was recorded under.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import Connection, func, select

from kiosk.scoring import boards, rulebooks
from kiosk.scoring.awards import ZERO
from kiosk.scoring.periods import Period
from kiosk.scoring.roll import on_roll
from kiosk.scoring.rulebook_honours import Honour
from kiosk.scoring.standings import Annual
from kiosk.scoring.tables import entry, event, standing
from kiosk.scoring.weighing import Parts, ranked

Quarters = Sequence[Mapping[int, Parts]]


def of_year(connection: Connection, year: Period, today: date) -> Sequence[Honour]:
    """The honours that the rulebook of the year's last day (today, while it runs) has."""
    if rulebooks.newest(connection) is None:
        return ()
    return rulebooks.in_force(connection, min(year.last, today)).book.honours


def rankings(
    connection: Connection, village_id: int, year: Period, honours: Sequence[Honour], today: date
) -> dict[str, list[Annual]]:
    """The ranking for each of these honours, by its name; "to date" while the year runs.

    An honour without weights goes by the very ranking that everybody sees.
    """
    plain = boards.annual(connection, village_id, year, today) if not all(h.weighs for h in honours) else []
    if not any(honour.weighs for honour in honours):
        return {honour.name: plain for honour in honours}
    day = min(year.last, today)
    roll, divisor = on_roll(connection, village_id, day), boards.annual_divisor(connection, day)
    quarters = by_category(connection, village_id, year, today)
    return {
        honour.name: ranked(honour, roll, quarters, divisor) if honour.weighs else plain for honour in honours
    }


def by_category(connection: Connection, village_id: int, year: Period, today: date) -> Quarters:
    """The ended quarters of a year taken apart, each by the id of every household that counts in it."""
    ended = [period for period in year.quarters() if period.end <= today]
    posted = _posted(connection, village_id, year)
    return [
        {home: Parts(base, posted.get((period.start, home), {})) for home, base in bases.items()}
        for period in ended
        for bases in [_bases(connection, village_id, period)]
    ]


def _bases(connection: Connection, village_id: int, period: Period) -> dict[int, Decimal]:
    """The base points of those on the roll on the quarter's last day; of a settled one as they were frozen."""
    if boards.is_settled(connection, village_id, period):
        frozen = select(standing.c.household_id, standing.c.base_points).where(
            standing.c.village_id == village_id, standing.c.start == period.start
        )
        return {row.household_id: row.base_points for row in connection.execute(frozen)}
    base = boards.base_points(connection, period)
    return {home.id: base for home in on_roll(connection, village_id, period.last)}


def _posted(
    connection: Connection, village_id: int, year: Period
) -> dict[tuple[int, int], dict[str, Decimal]]:
    """What a year's entries add up to, by quarter and household, in each category: one query."""
    columns = entry.c.household_id, entry.c.month, entry.c.item, event.c.rulebook_id
    rows = connection.execute(
        select(*columns, func.sum(entry.c.points).label("points"))
        .join(event, event.c.id == entry.c.event_id)
        .where(entry.c.village_id == village_id, boards.months_of(year))
        .group_by(*columns)
    ).all()
    versions = {row.rulebook_id for row in rows}
    books = {one: rulebooks.version(connection, one).book for one in versions}
    found: dict[tuple[int, int], dict[str, Decimal]] = {}
    for row in rows:
        item = books[row.rulebook_id].item(row.item)
        category = item.category if item else ""
        quarter = row.month - (row.month % 100 - 1) % 3
        sums = found.setdefault((quarter, row.household_id), {})
        sums[category] = sums.get(category, ZERO) + row.points
    return found
