"""What people get back for a deed: a receipt, or before sending it a preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection

from kiosk.scoring import chain, history
from kiosk.scoring.awards import Award
from kiosk.scoring.deeds import Status
from kiosk.scoring.drafts import Checked
from kiosk.scoring.problems import N_, Problem


@dataclass(frozen=True)
class Receipt:
    """`awarded` is null until a decision is made; `new` is false when nothing was written this time."""

    event_id: int
    code: str
    new: bool
    status: Status
    claimed: Decimal
    awarded: Decimal | None
    why: Problem | None
    household_id: int
    member_id: int | None
    item: str
    occurred_on: date
    recorded_at: datetime


class KeyClash(Exception):  # noqa: N818  it is an answer, not an error in the program
    """The same submission key came with other content. Carries the receipt of the first, which stays."""

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt
        self.problem = Problem(
            "submission_key",
            N_("This form has already recorded no. %(number)s, which stays as it is. Open a new form"),
            {"number": receipt.event_id},
        )
        super().__init__(self.problem.text())


@dataclass(frozen=True)
class Preview:
    """`awarded` is what would count; `same_today` names who recorded the same for that day, and when."""

    needs_review: bool
    awarded: Decimal
    why: Problem | None
    same_today: Sequence[tuple[str, datetime]]


def receipt_for(facts: chain.Event, checked: Checked, award: Award | None) -> Receipt:
    """The receipt of what was written down this moment, as `receipt_of` would tell it; no award: it waits."""
    draft = checked.draft
    return Receipt(
        event_id=facts.id,
        code=facts.code,
        new=True,
        status="counted" if award else "waiting",
        claimed=checked.points,
        awarded=award.points if award else None,
        why=award.why if award else None,
        household_id=draft.household_id,
        member_id=draft.member_id,
        item=checked.item.code,
        occurred_on=draft.occurred_on,
        recorded_at=datetime.fromisoformat(facts.recorded_at),
    )


def receipt_of(connection: Connection, village_id: int, event_id: int, new: bool = False) -> Receipt:
    """The receipt of an event as it stands now. Raises LookupError if the village has no such event."""
    deed = history.deed(connection, village_id, event_id)
    if deed is None:
        raise LookupError(f"no event {event_id} in village {village_id}")
    return Receipt(
        event_id=deed.event_id,
        code=deed.code,
        new=new,
        status=deed.status,
        claimed=deed.claimed,
        awarded=None if deed.status == "waiting" else deed.points,
        why=deed.why,
        household_id=deed.household_id,
        member_id=deed.member_id,
        item=deed.item,
        occurred_on=deed.occurred_on,
        recorded_at=deed.recorded_at,
    )
