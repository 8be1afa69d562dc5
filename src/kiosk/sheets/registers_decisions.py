"""The register of decisions (审核登记): who decided what in the period, in the order in which it was decided.

What the rulebook let count by itself is in the register of events; here stand people's decisions.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from kiosk.scoring.deeds import Deed, deeds
from kiosk.scoring.problems import N_
from kiosk.scoring.tables import decision, decision_note, event
from kiosk.sheets.paper import Column
from kiosk.sheets.registers_scope import ERASED, Register, Scope, heads

_VERDICTS = {"approved": N_("approved"), "rejected": N_("rejected"), "reversed": N_("taken back")}


def rows(connection: Connection, scope: Scope) -> Iterator[Sequence[object]]:
    """One row a decision."""
    names = heads(connection, scope)
    for month in scope.months():
        first, end = scope.between(month)
        people = (decision.c.village_id == scope.village_id) & (decision.c.decided_by != "rulebook")
        when = people & (decision.c.decided_at >= first) & (decision.c.decided_at < end)
        about = event.c.id.in_(select(decision.c.event_id).where(when))
        known = {deed.event_id: deed for deed in deeds(connection, scope.village_id, about)}
        made = (
            select(decision, decision_note.c.reason)
            .join(decision_note, isouter=True)
            .where(when)
            .order_by(decision.c.decided_at, decision.c.id)
        )
        for row in connection.execute(made):
            deed = known[row.event_id]
            yield _row(row, deed, names.get(deed.household_id, ""), scope)


def _row(row: Any, deed: Deed, head: str, scope: Scope) -> Sequence[object]:
    why = scope.say(ERASED) if row.verdict != "approved" and row.reason is None else row.reason
    verdict = (scope.here(row.decided_at), row.decided_by, scope.say(_VERDICTS[row.verdict]), why)
    about = (deed.occurred_on, head, deed.household_code, scope.who(deed), scope.what(deed), deed.claimed)
    return *verdict, deed.code, *about, deed.recorder


DECISIONS = Register(
    name="decisions",
    title=N_("Register of decisions"),
    by=N_("by the day of the decision"),
    about=N_(
        "Who approved, rejected or took back what, when and why; without what the rulebook let count by itself"
    ),
    columns=(
        Column(N_("Decided at"), 16, "moment"),
        Column(N_("Reviewed by"), 9, "wrap"),
        Column(N_("Verdict"), 9, "wrap"),
        Column(N_("Grounds"), 26, "wrap"),
        Column(N_("Receipt"), 10, "wrap"),
        Column(N_("Date"), 11, "day"),
        Column(N_("Head"), 10, "wrap"),
        Column(N_("Household code"), 10, "wrap"),
        Column(N_("Person"), 10, "wrap"),
        Column(N_("Matter (item)"), 26, "wrap"),
        Column(N_("Points claimed"), 8, "number"),
        Column(N_("Recorded by"), 9, "wrap"),
    ),
    rows=rows,
    empty=N_("Nobody decided about a deed in this period."),
)
