"""The register of objections (异议登记): what was raised in the period, when it was due, what became of it.

How somebody can be reached does not stand here.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, select

from kiosk.scoring.deeds import deeds
from kiosk.scoring.problems import N_
from kiosk.scoring.tables import event
from kiosk.scoring.voices import objection, objection_answer, objection_note
from kiosk.sheets.paper import Column
from kiosk.sheets.registers_scope import Register, Scope, codes, heads

_KINDS = {"event": N_("against a deed"), "missing": N_("a deed is missing"), "rank": N_("against a rank")}
_SOURCES = {
    "household": N_("the household's page"),
    "notice": N_("the notice"),
    "office": N_("in the office"),
}
_OUTCOMES = {"upheld": N_("upheld"), "rejected": N_("rejected")}


def rows(connection: Connection, scope: Scope) -> Iterator[Sequence[object]]:
    """One row an objection, by its number."""
    names, known = heads(connection, scope), codes(connection, scope)
    first, end = scope.between(scope.period)
    here = (objection.c.village_id == scope.village_id) & (objection.c.raised_at >= first)
    raised = here & (objection.c.raised_at < end)
    about = event.c.id.in_(select(objection.c.event_id).where(raised))
    titles = {deed.event_id: scope.what(deed) for deed in deeds(connection, scope.village_id, about)}
    for row in connection.execute(_select().where(raised).order_by(objection.c.number)):
        whom = (known.get(row.household_id, ""), names.get(row.household_id, ""))
        yield _row(row, whom, titles.get(row.event_id, ""), scope)


def _select() -> Any:
    answer = objection_answer
    return (
        select(
            objection,
            objection_note.c.words,
            objection_note.c.name,
            *(answer.c[name] for name in ("outcome", "reason", "answered_by", "answered_at")),
        )
        .join(objection_note, objection_note.c.objection_id == objection.c.id, isouter=True)
        .join(answer, answer.c.objection_id == objection.c.id, isouter=True)
    )


def _row(row: Any, whom: tuple[str, str], title: str, scope: Scope) -> Sequence[object]:
    what = scope.joined([scope.say(_KINDS[row.kind]), title])
    raised = (row.number, scope.here(row.raised_at), row.name or scope.say(N_("not said")))
    said = (scope.say(_SOURCES[row.source]), *whom, what, row.words or "", row.due_on)
    outcome = scope.say(_OUTCOMES[row.outcome]) if row.outcome else scope.say(N_("open"))
    return *raised, *said, outcome, row.reason or "", row.answered_by or "", scope.here(row.answered_at)


OBJECTIONS = Register(
    name="objections",
    title=N_("Register of objections"),
    about=N_("What was raised, against what, until when to answer, and what came of it"),
    columns=(
        Column(N_("Objection"), 9, "number"),
        Column(N_("Raised at"), 16, "moment"),
        Column(N_("Raised by"), 9, "wrap"),
        Column(N_("By way of"), 10, "wrap"),
        Column(N_("Household code"), 8, "wrap"),
        Column(N_("Head"), 9, "wrap"),
        Column(N_("About"), 20, "wrap"),
        Column(N_("Words"), 24, "wrap"),
        Column(N_("Due on"), 11, "day"),
        Column(N_("Outcome"), 8, "wrap"),
        Column(N_("Answer"), 22, "wrap"),
        Column(N_("Answered by"), 9, "wrap"),
        Column(N_("Answered at"), 16, "moment"),
    ),
    rows=rows,
    empty=N_("Nobody raised an objection in this period."),
    taken=N_("Took the register of objections of %(period)s as a workbook"),
)
