"""The registers of honours (荣誉) and rewards (奖励): what the committees decided in the period, in its order."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from kiosk.office.rewards import KINDS
from kiosk.office.tables import honour_decision, reward, reward_cancellation
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


def rewards(connection: Connection, scope: Scope) -> Iterator[Sequence[object]]:
    """One row a reward, by the day on which it was decided; a cancelled one stays and says so."""
    names, known = heads(connection, scope), codes(connection, scope)
    gone = reward_cancellation
    found = (
        select(reward, gone.c.reason.label("undone"), gone.c.cancelled_by)
        .join(gone, gone.c.reward_id == reward.c.id, isouter=True)
        .where(reward.c.village_id == scope.village_id)
        .where(reward.c.decided_on.between(scope.period.first, scope.period.last))
    )
    for row in connection.execute(found.order_by(reward.c.decided_on, reward.c.id)):
        whom = (known.get(row.household_id, ""), names.get(row.household_id, ""))
        undone = N_("cancelled by %(name)s: %(reason)s")
        remark = scope.say(undone, name=row.cancelled_by, reason=row.undone) if row.cancelled_by else ""
        said = (scope.say(KINDS[row.kind]), row.what, row.reason, row.noted_by)
        yield row.decided_on, row.year, *whom, *said, None, remark


HONOURS = Register(
    name="honours",
    title=N_("Register of honours"),
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
    taken=N_("Took the register of honours of %(period)s as a workbook"),
)

REWARDS = Register(
    name="rewards",
    title=N_("Register of rewards"),
    about=N_("What the committees gave to whom, with a column in which it is signed for"),
    columns=(
        Column(N_("Decided on"), 11, "day"),
        Column(N_("Of the year"), 7, "number"),
        Column(N_("Household code"), 9, "wrap"),
        Column(N_("Head"), 10, "wrap"),
        Column(N_("Kind"), 11, "wrap"),
        Column(N_("What"), 28, "wrap"),
        Column(N_("Grounds"), 28, "wrap"),
        Column(N_("Noted by"), 10, "wrap"),
        Column(N_("Received (signature)"), 16, "text"),
        Column(N_("Remarks"), 20, "wrap"),
    ),
    rows=rewards,
    empty=N_("No reward was decided in this period."),
    taken=N_("Took the register of rewards of %(period)s as a workbook"),
)
