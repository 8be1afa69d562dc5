"""The register of events (积分事件台账): every deed that happened in the period, in the order of its days."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from kiosk.scoring import history
from kiosk.scoring.deeds import Deed
from kiosk.scoring.periods import quarter_of
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column
from kiosk.sheets.registers_scope import ERASED, Register, Scope, heads

_BY_RULEBOOK = "rulebook"  # the name under which the ledger approves what needs no second person


def rows(connection: Connection, scope: Scope) -> Iterator[Sequence[object]]:
    """One row an event."""
    names = heads(connection, scope)
    for month in scope.months():
        found = history.export(connection, scope.village_id, month)
        for deed in sorted(found, key=lambda deed: (deed.occurred_on, deed.event_id)):
            yield _row(deed, names.get(deed.household_id, ""), scope)


def _row(deed: Deed, head: str, scope: Scope) -> Sequence[object]:
    counts = "" if deed.status == "waiting" else deed.points
    who = (deed.occurred_on, head, deed.household_code, scope.who(deed))
    where = (grounds(deed, scope), deed.place, deed.recorder, decided_by(deed.decided_by, scope))
    return *who, scope.what(deed), deed.claimed, counts, *where, remark(deed, scope)


def grounds(deed: Deed, scope: Scope) -> str:
    if deed.erased:
        return scope.say(ERASED)
    return scope.joined([deed.reason, deed.basis, scope.say(N_("with a photo")) if deed.photo else ""])


def decided_by(name: str, scope: Scope) -> str:
    return scope.say(N_("by the rulebook")) if name == _BY_RULEBOOK else name


def remark(deed: Deed, scope: Scope) -> str:
    """What became of it where it is not simply counted, and why."""
    return scope.joined([_state(deed, scope), _why(deed, scope), *_quarters(deed, scope)])


def _state(deed: Deed, scope: Scope) -> str:
    if deed.status == "waiting":
        return scope.say(N_("waits for review"))
    if deed.status == "rejected":
        return scope.say(N_("rejected: %(reason)s"), reason=_grounds(deed.decision_reason, deed, scope))
    if deed.status == "reversed":
        said = N_("taken back by %(name)s: %(reason)s")
        return scope.say(said, name=deed.reversed_by, reason=_grounds(deed.reversal_reason, deed, scope))
    return ""


def _grounds(reason: str, deed: Deed, scope: Scope) -> str:
    return scope.say(ERASED) if deed.grounds_erased else reason


def _why(deed: Deed, scope: Scope) -> str:
    return deed.why.text(scope.translate) if deed.why else ""


def _quarters(deed: Deed, scope: Scope) -> Iterator[str]:
    """Where its points lie, if that is not the quarter in which it happened."""
    if deed.late and deed.counted_on:
        yield scope.say(
            N_("late entry, counts in %(quarter)s"), quarter=scope.named(quarter_of(deed.counted_on))
        )
    elif deed.late:
        yield scope.say(N_("late entry"))
    if deed.correction:
        yield scope.say(N_("corrected in a later quarter"))


EVENTS = Register(
    name="events",
    title=N_("Register of events"),
    by=N_("by the day of the deed"),
    about=N_("Every deed of the period by its day: whose, what, by whom, and what became of it"),
    columns=(
        Column(N_("Date"), 11, "day"),
        Column(N_("Head"), 10, "wrap"),
        Column(N_("Household code"), 10, "wrap"),
        Column(N_("Person"), 10, "wrap"),
        Column(N_("Matter (item)"), 26, "wrap"),
        Column(N_("Points claimed"), 8, "number"),
        Column(N_("Counted"), 9, "number", total=True),
        Column(N_("Reason and basis"), 26, "wrap"),
        Column(N_("Place"), 11, "wrap"),
        Column(N_("Recorded by"), 9, "wrap"),
        Column(N_("Reviewed by"), 9, "wrap"),
        Column(N_("Remarks"), 22, "wrap"),
    ),
    rows=rows,
    empty=N_("No deed was recorded for this period."),
)
