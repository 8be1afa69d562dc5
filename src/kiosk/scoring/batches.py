"""Deciding about several events together: each gets its own decision, or its own reasons why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from kiosk.scoring import deciding, ledger
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import Problem, Refused
from kiosk.scoring.receipts import Receipt


@dataclass(frozen=True)
class Decided:
    """`refused` says for each event that was left as it is why; a second click's receipts are not `new`."""

    receipts: Sequence[Receipt]
    refused: Mapping[int, Sequence[Problem]]


def decide_each(
    connection: Connection,
    village_id: int,
    event_ids: Sequence[int],
    verdict: str,
    by: Actor,
    reason: str,
    now: datetime,
) -> Decided:
    """Give one verdict on each of the events. Raises Refused for what is wrong whatever the event.

    `ledger.decide` refuses before it writes anything: whatever is refused leaves nothing behind.
    """
    problems = deciding.verdict_problems(verdict, reason)
    if problems:
        raise Refused(*problems)
    receipts, refused = [], {}
    for event_id in event_ids:
        try:
            receipts.append(ledger.decide(connection, village_id, event_id, verdict, by, reason, now))
        except Refused as refusal:
            refused[event_id] = refusal.problems
    return Decided(receipts, refused)
