"""The one door to the ledger: record, decide, reverse. Nothing that is written here is ever edited.

`now` is an aware moment in the village's zone, so that `now.date()` is the village's day. Callers give a
connection inside a transaction; whoever raises leaves nothing behind once it is rolled back.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, insert

from kiosk.scoring import deciding, drafts, events
from kiosk.scoring.actors import Actor
from kiosk.scoring.awards import Award, Claim
from kiosk.scoring.drafts import Draft
from kiosk.scoring.periods import month_number
from kiosk.scoring.posting import Subject, forecast, item_cap, post_award, post_reversal
from kiosk.scoring.receipts import KeyClash, Preview, Receipt, receipt_for, receipt_of
from kiosk.scoring.tables import decision, decision_note, waiting
from kiosk.scoring.villages import changed

__all__ = [
    "Draft",
    "KeyClash",
    "Preview",
    "Receipt",
    "decide",
    "preview",
    "record",
    "record_from_paper",
    "reverse",
]

RULEBOOK = Actor(None, "rulebook", "rulebook")
"""Who decides what needs no second person."""


def record(connection: Connection, village_id: int, draft: Draft, by: Actor, now: datetime) -> Receipt:
    """Write a deed down; the same submission key with the same content is the same deed.

    Counts at once unless its item wants a second person. Raises Refused with every problem, or KeyClash when
    the key was used for something else.
    """
    first = events.first_of(connection, village_id, draft, by.account_id, by.name)
    if first:
        return first
    checked = drafts.check(connection, village_id, draft, by, now)
    facts = events.write(connection, village_id, checked, by.account_id, by.name, now)
    award = None
    if checked.version.book.needs_review(checked.item, checked.points):
        _wait(connection, village_id, facts.id, draft)
    else:
        award = _approve(connection, village_id, facts.id, RULEBOOK, now)
    changed(connection, village_id)
    return receipt_for(facts, checked, award)


def record_from_paper(
    connection: Connection,
    village_id: int,
    draft: Draft,
    recorder: str,
    by: Actor,
    now: datetime,
    approved: bool,
) -> Receipt:
    """Take a deed over from a paper register kept by `recorder`, already approved there or for review here.

    `by` brings the register in. If the recorder has an account here, recusal holds for them too.
    """
    writer = events.recorder_here(connection, village_id, recorder)
    first = events.first_of(connection, village_id, draft, writer.account_id, recorder)
    if first:
        return first
    checked = drafts.check(connection, village_id, draft, writer, now, on_paper=True)
    facts = events.write(connection, village_id, checked, writer.account_id, recorder, now)
    award = None
    if approved:
        award = _approve(connection, village_id, facts.id, by, now)
    else:
        _wait(connection, village_id, facts.id, draft)
    changed(connection, village_id)
    return receipt_for(facts, checked, award)


def decide(
    connection: Connection,
    village_id: int,
    event_id: int,
    verdict: str,
    by: Actor,
    reason: str,
    now: datetime,
) -> Receipt:
    """Approve or reject (with a reason) what awaits a decision. Raises Refused.

    The same person deciding the same again gets the same receipt: a second click changes nothing.
    """
    row = deciding.event_in(connection, village_id, event_id)
    if deciding.decided_so_by(connection, event_id, verdict, by):
        return receipt_of(connection, village_id, event_id)
    deciding.check_decision(connection, village_id, row, verdict, by, reason)
    connection.execute(delete(waiting).where(waiting.c.event_id == event_id))
    if verdict == "approved":
        _approve(connection, village_id, event_id, by, now)
    else:
        _decide(connection, village_id, event_id, verdict, by, reason, now)
    changed(connection, village_id)
    return receipt_of(connection, village_id, event_id, new=True)


def reverse(
    connection: Connection, village_id: int, event_id: int, by: Actor, reason: str, now: datetime
) -> Receipt:
    """Take an event back: the recorder their own of the same day, a reviewer any, with a reason.

    What was still waiting is withdrawn. What is already reversed gives the same receipt. Raises Refused.
    """
    row = deciding.event_in(connection, village_id, event_id)
    verdicts = deciding.verdicts(connection, event_id)
    if "reversed" in verdicts:
        return receipt_of(connection, village_id, event_id)
    deciding.check_reversal(connection, village_id, row, verdicts, by, reason, now)
    connection.execute(delete(waiting).where(waiting.c.event_id == event_id))
    decision_id = _decide(connection, village_id, event_id, "reversed", by, reason, now)
    if "approved" in verdicts:
        post_reversal(connection, event_id, decision_id, now)
    changed(connection, village_id)
    return receipt_of(connection, village_id, event_id, new=True)


def preview(connection: Connection, village_id: int, draft: Draft, by: Actor, now: datetime) -> Preview:
    """What would happen if this were recorded now. Raises Refused as `record` does; writes nothing."""
    checked = drafts.check(connection, village_id, draft, by, now)
    day = now.date() if draft.late else draft.occurred_on
    claim = Claim(0, day, _AFTER_ALL, checked.points, item_cap(checked.item))
    award = forecast(connection, Subject(village_id, draft.household_id, draft.member_id, draft.item), claim)
    needs_review = checked.version.book.needs_review(checked.item, checked.points)
    return Preview(needs_review, award.points, award.why, events.same_deed(connection, village_id, draft))


_AFTER_ALL = 2**62
_DECIDE = insert(decision).returning(decision.c.id)


def _wait(connection: Connection, village_id: int, event_id: int, draft: Draft) -> None:
    month = None if draft.late else month_number(draft.occurred_on)
    connection.execute(insert(waiting).values(event_id=event_id, village_id=village_id, month=month))


def _approve(connection: Connection, village_id: int, event_id: int, by: Actor, now: datetime) -> Award:
    decision_id = _decide(connection, village_id, event_id, "approved", by, "", now)
    return post_award(connection, event_id, decision_id, now)


def _decide(
    connection: Connection,
    village_id: int,
    event_id: int,
    verdict: str,
    by: Actor,
    reason: str,
    now: datetime,
) -> int:
    row = {"village_id": village_id, "event_id": event_id, "verdict": verdict}
    who = {"account_id": by.account_id, "decided_by": by.name, "decided_at": now}
    new = int(connection.execute(_DECIDE, row | who).scalar_one())
    if verdict != "approved":
        connection.execute(insert(decision_note).values(decision_id=new, reason=reason.strip()))
    return new
