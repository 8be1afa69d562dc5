"""The register of rewards (奖励发放台账): what the committees' meetings of the period decided, for whatever year."""

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection

from kiosk.office.rewards import KINDS, Reward, rewards_of
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column
from kiosk.sheets.registers_scope import Register, Scope, heads


def rows(connection: Connection, scope: Scope) -> Iterator[Sequence[object]]:
    """One row a reward, in the order of the meetings; a cancelled one stays and says so."""
    names = heads(connection, scope)
    for one in rewards_of(connection, scope.village_id, scope.period):
        whom = (one.household_code, names.get(one.household_id, ""), one.household_group)
        said = (scope.say(KINDS[one.kind]), one.what, one.reason, one.noted_by)
        yield one.decided_on, one.year, *whom, *said, None, _remark(one, scope)


def _remark(one: Reward, scope: Scope) -> str:
    if one.holds:
        return ""
    return scope.say(N_("cancelled by %(name)s: %(reason)s"), name=one.cancelled_by, reason=one.cancellation)


REWARDS = Register(
    name="rewards",
    title=N_("Register of rewards"),
    by=N_("by the day of the meeting"),
    about=N_("What the committees gave to whom, with a column in which it is signed for"),
    columns=(
        Column(N_("Day of the meeting"), 11, "day"),
        Column(N_("For the year"), 7, "number"),
        Column(N_("Household code"), 9, "wrap"),
        Column(N_("Head"), 10, "wrap"),
        Column(N_("Group"), 9, "wrap"),
        Column(N_("Kind"), 11, "wrap"),
        Column(N_("Reward"), 25, "wrap"),
        Column(N_("Reason given"), 25, "wrap"),
        Column(N_("Noted by"), 10, "wrap"),
        Column(N_("Received (signature)"), 16, "text"),
        Column(N_("Remarks"), 18, "wrap"),
    ),
    rows=rows,
    empty=N_("No reward was decided in this period."),
    lowest=25,
)
