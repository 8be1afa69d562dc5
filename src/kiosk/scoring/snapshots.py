"""Settled quarters, printed digests and rulebooks against what the entries say."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Table, select

from kiosk.scoring import boards, chain, tables
from kiosk.scoring.differences import Difference, difference
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_
from kiosk.scoring.results import settled_result
from kiosk.scoring.rulebooks import digest_of_content
from kiosk.scoring.standings import Standing, Sums, ranks


def verify(connection: Connection, village_id: int) -> Iterator[Difference]:
    """Every published and settled quarter of the village, and every rulebook version."""
    for row in _rows(connection, tables.publication, village_id):
        yield from _printed_digest(connection, village_id, Period(row.start, "quarter"), row)
    settled = {row.start: row.digest for row in _rows(connection, tables.settlement, village_id)}
    frozen = set(connection.scalars(_FROZEN_QUARTERS.where(tables.standing.c.village_id == village_id)))
    for start in sorted(frozen - settled.keys()):
        period = Period(start, "quarter")
        yield difference("", None, N_("%(quarter)s was settled, but no longer says so"), quarter=period)
    for start, digest in settled.items():
        yield from _frozen(connection, village_id, Period(start, "quarter"), digest)
    for book in connection.execute(select(tables.rulebook)):
        if digest_of_content(book.content) != book.digest:
            yield difference(
                "", None, N_("rulebook version %(id)s was changed after it was added"), id=book.id
            )


_FROZEN_QUARTERS = select(tables.standing.c.start).distinct()


def _rows(connection: Connection, table: Table, village_id: int) -> Sequence[Any]:
    here = select(table).where(table.c.village_id == village_id).order_by(table.c.start)
    return connection.execute(here).all()


def _printed_digest(
    connection: Connection, village_id: int, period: Period, row: Any
) -> Iterator[Difference]:
    of_number = select(tables.entry.c.digest).where(
        tables.entry.c.village_id == village_id, tables.entry.c.number == row.number
    )
    digest = connection.scalar(of_number) if row.number else chain.START
    if digest != row.digest:
        sentence = N_("the ledger no longer leads to the digest on the notice of %(quarter)s")
        yield difference("", row.number, sentence, quarter=period)


def _frozen(connection: Connection, village_id: int, period: Period, digest: str) -> Iterator[Difference]:
    result = settled_result(connection, village_id, period)
    if result.digest != digest:
        yield difference("", None, N_("the settled standings of %(quarter)s were changed"), quarter=period)
    sums = boards.sums(connection, village_id, period)
    for place in result.places:
        if Sums(place.member_points, place.household_points) != sums.get(place.household.id, Sums()):
            sentence = N_("the settled points of %(quarter)s differ from the entries")
            yield difference(place.household.code, None, sentence, quarter=period)
    yield from _ranked(result.places, period)


def _ranked(places: Sequence[Standing], period: Period) -> Iterator[Difference]:
    totals = {place.household.id: place.total for place in places}
    households = [place.household for place in places]
    for place, (rank, household) in zip(places, ranks(households, totals), strict=True):
        if (place.rank, place.household) != (rank, household):
            sentence = N_("the settled rank of %(quarter)s does not follow from the totals")
            yield difference(place.household.code, None, sentence, quarter=period)
