"""The register of rewards as a workbook that a clerk files."""

from collections.abc import Callable, Mapping, Sequence
from datetime import tzinfo
from typing import Literal

from kiosk.office.rewards import KINDS, Reward
from kiosk.roster.villages import Village
from kiosk.scoring.problems import N_
from kiosk.scoring.standings import Household
from kiosk.sheets.paper import Column, Sheet

_COLUMNS: tuple[tuple[str, int, Literal["text", "wrap", "number", "day"]], ...] = (
    (N_("No."), 6, "number"),
    (N_("Day of the meeting"), 12, "day"),
    (N_("Household code"), 11, "text"),
    (N_("Head of household"), 14, "wrap"),
    (N_("Group"), 12, "wrap"),
    (N_("Kind"), 12, "text"),
    (N_("Reward"), 28, "wrap"),
    (N_("Reason given"), 30, "wrap"),
    (N_("Noted by"), 12, "wrap"),
    (N_("Remarks"), 24, "wrap"),
)


def sheet(
    village: Village,
    year: int,
    rewards: Sequence[Reward],
    known: Mapping[int, Household],
    zone: tzinfo,
    say: Callable[[str], str],
) -> Sheet:
    """The rewards in their order; one that was cancelled says so in its remarks."""

    def row(number: int, one: Reward) -> tuple[object, ...]:
        who = one.household_code, known[one.household_id].head, one.household_group
        what = say(KINDS[one.kind]), one.what, one.reason, one.noted_by
        return number, one.decided_on, *who, *what, _remarks(one, zone, say)

    return Sheet(
        name=str(year),
        title=say(N_("%(village)s: register of rewards of %(year)s"))
        % {"village": village.name, "year": year},
        columns=[Column(say(title), width, kind) for title, width, kind in _COLUMNS],
        rows=[row(number, one) for number, one in enumerate(rewards, start=1)],
        closing=[say(N_("Village committees (seal)")), say(N_("Checked by")), say(N_("Date"))],
        empty=say(N_("No reward has been noted.")),
    )


def _remarks(one: Reward, zone: tzinfo, say: Callable[[str], str]) -> str:
    if one.cancelled_at is None:
        return ""
    said = {"day": one.cancelled_at.astimezone(zone).date(), "reason": one.cancellation}
    return say(N_("Cancelled on %(day)s: %(reason)s")) % said
