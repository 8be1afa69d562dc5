"""The register of objections (异议登记): what was raised in the period, when it was due, what became of it.

How somebody can be reached does not stand here, nor, for whoever may not answer it, who objected.
"""

from collections.abc import Collection, Iterator, Sequence

from sqlalchemy import Connection

from kiosk.scoring import answering
from kiosk.scoring.deeds import deeds
from kiosk.scoring.objections import Objection, of_village
from kiosk.scoring.problems import N_
from kiosk.scoring.tables import event
from kiosk.sheets.paper import Column
from kiosk.sheets.registers_scope import ERASED, Register, Scope, heads

_KINDS = {"event": N_("against a deed"), "missing": N_("a deed is missing"), "rank": N_("against a rank")}
_SOURCES = {
    "household": N_("the household's page"),
    "notice": N_("the notice"),
    "office": N_("in the office"),
}
_STATES = {"open": N_("not answered yet"), "upheld": N_("upheld"), "rejected": N_("not upheld")}
_EFFECTS = {"taken back": N_("the deed was taken back"), "recorded": N_("the deed was recorded")}


def rows(connection: Connection, scope: Scope) -> Iterator[Sequence[object]]:
    """One row an objection, in the order in which they were raised."""
    first, end = scope.between(scope.period)
    raised = [one for one in of_village(connection, scope.village_id) if first <= one.raised_at < end]
    names = heads(connection, scope)
    about = event.c.id.in_([one.event_id for one in raised if one.event_id])
    titles = {deed.event_id: scope.what(deed) for deed in deeds(connection, scope.village_id, about)}
    barred = _barred(connection, scope, raised)
    for one in sorted(raised, key=lambda one: (one.raised_at, one.id)):
        head, title = names.get(one.household_id or 0, ""), titles.get(one.event_id or 0, "")
        yield _row(one, _raiser(one, barred, scope), head, title, scope)


def _raiser(one: Objection, barred: Collection[int], scope: Scope) -> str:
    if one.number in barred:
        return scope.say(N_("not shown"))
    return one.name or scope.say(N_("not said") if one.words else ERASED)


def _barred(connection: Connection, scope: Scope, raised: Sequence[Objection]) -> Collection[int]:
    """The numbers of those of which the reader shall not learn who objected; the township stands outside."""
    if scope.reader is None or not scope.reader.may_decide:
        return ()
    return answering.barred(connection, scope.village_id, raised, scope.reader)


def _row(one: Objection, name: str, head: str, title: str, scope: Scope) -> Sequence[object]:
    what = scope.joined([scope.named(one.about), scope.say(_KINDS[one.kind]), title])
    raised = (one.number, scope.here(one.raised_at), name)
    said = (
        scope.say(_SOURCES[one.source]),
        one.household_code,
        head,
        what,
        one.words or scope.say(ERASED),
        one.due_on,
    )
    effect = scope.say(_EFFECTS[one.effect]) if one.effect else ""
    said_back = one.answer or ("" if one.is_open else scope.say(ERASED))
    answer = (scope.say(_STATES[one.state]), scope.joined([said_back, effect]), one.answered_by)
    return *raised, *said, *answer, scope.here(one.answered_at)


OBJECTIONS = Register(
    name="objections",
    title=N_("Register of objections"),
    by=N_("by the day on which they were raised"),
    about=N_("What was raised, against what, until when to answer, and what came of it"),
    columns=(
        Column(N_("Objection"), 11, "number"),
        Column(N_("Raised at"), 16, "moment"),
        Column(N_("Raised by"), 9, "wrap"),
        Column(N_("By way of"), 10, "wrap"),
        Column(N_("Household code"), 10, "wrap"),
        Column(N_("Head"), 9, "wrap"),
        Column(N_("About"), 22, "wrap"),
        Column(N_("Words"), 24, "wrap"),
        Column(N_("Due on"), 11, "day"),
        Column(N_("Outcome"), 9, "wrap"),
        Column(N_("Answer"), 22, "wrap"),
        Column(N_("Answered by"), 9, "wrap"),
        Column(N_("Answered at"), 16, "moment"),
    ),
    rows=rows,
    empty=N_("Nobody raised an objection in this period."),
)
