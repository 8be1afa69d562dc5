"""The register of honours (荣誉台账): what the committees decided in the period, in its order."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from kiosk.office.tables import honour_decision
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column
from kiosk.sheets.registers_scope import Register, Scope, codes, heads

_DECISIONS = {
    "recommended": N_("recommended"),
    "granted": N_("granted"),
    "declined": N_("declined"),
    "withdrawn": N_("withdrawn"),
    "barred": N_("barred from honours this year"),
}


def honours(connection: Connection, scope: Scope) -> Iterator[Sequence[object]]:
    """One row a decision; the newest about a household counts."""
    names, known = heads(connection, scope), codes(connection, scope)
    first, end = scope.between(scope.period)
    table = honour_decision
    when = (table.c.decided_at >= first) & (table.c.decided_at < end)
    found = select(table).where(table.c.village_id == scope.village_id, when)
    for row in connection.execute(found.order_by(table.c.decided_at, table.c.id)):
        whom = (known.get(row.household_id, ""), names.get(row.household_id, ""))
        said = (row.honour, scope.say(_DECISIONS[row.decision]), row.reason)
        yield scope.here(row.decided_at), row.year, *whom, *said, row.decided_by


HONOURS = Register(
    name="honours",
    title=N_("Register of honours"),
    by=N_("by the day of the decision"),
    about=N_("What the committees decided about honours: recommended, granted, declined, with the reason"),
    columns=(
        Column(N_("Judged at"), 16, "moment"),
        Column(N_("Of the year"), 7, "number"),
        Column(N_("Household code"), 10, "wrap"),
        Column(N_("Head"), 12, "wrap"),
        Column(N_("Honour"), 18, "wrap"),
        Column(N_("Decision"), 14, "wrap"),
        Column(N_("Grounds"), 44, "wrap"),
        Column(N_("Noted by"), 10, "wrap"),
    ),
    rows=honours,
    empty=N_("Nothing was decided about honours in this period."),
)
