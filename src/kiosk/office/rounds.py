"""Rounds from house to house (入户检查): starting one, noting who was where, finishing it.

A round is a plan and a list to tick off, and no part of the ledger: what is recorded on it are ordinary
events, tied to it. A household is looked at once a round: whoever was there may change what they noted, after
"nobody at home" anybody may, and else the first visit stays. Tablets tell of everything late and more than
once, so whatever comes again is taken as done, and a finished round still takes what was on its way.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from kiosk.office.tables import round_event, visit, walk
from kiosk.roster import households
from kiosk.scoring import recusal
from kiosk.scoring.actors import Actor
from kiosk.scoring.drafts import text_problems
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.receipts import Receipt
from kiosk.scoring.tables import account, decision, event

OUTCOMES = ("recorded", "nothing", "absent")
MOST_ITEMS = 20
_LENGTHS = {"submission_key": 100, "group": 100, "items": 500}


@dataclass(frozen=True)
class Visit:
    """What holds for a household. `mine` is false if somebody else had been there first, and that stayed."""

    outcome: str
    name: str
    made_at: datetime
    mine: bool


def start(
    connection: Connection,
    village_id: int,
    key: str,
    group: str,
    items: Sequence[str],
    by: Actor,
    now: datetime,
) -> None:
    """Begin a round under the key that a tablet made; `group` is empty for the whole village. Raises Refused.

    Items and group are kept as they come: the tablet's rulebook and roster may be older than ours, and
    every deed is checked by itself.
    """
    if _row(connection, village_id, key) is not None:
        return
    texts = {"submission_key": key, "group": group, "items": "\n".join(items)}
    problems = text_problems(texts, _LENGTHS)
    if not 0 < len(items) <= MOST_ITEMS:
        sentence = N_("Choose what is looked at on the round, at most %(most)s items")
        problems.append(Problem("items", sentence, {"most": MOST_ITEMS}))
    if problems:
        raise Refused(*problems)
    row = {"village_id": village_id, "submission_key": key, "group_name": group, "items": texts["items"]}
    connection.execute(insert(walk).values(**row, account_id=by.account_id, started_at=now))


def note_visit(
    connection: Connection,
    village_id: int,
    key: str,
    code: str,
    outcome: str,
    by: Actor,
    now: datetime,
    device_at: datetime | None = None,
) -> Visit:
    """Note that nothing was to be recorded there, or that nobody was at home. Raises Refused."""
    round_id = _known(connection, village_id, key).id
    home = households.by_code(connection, village_id, code)
    if home is None:
        sentence = N_("There is no such household in this village; search for it again")
        raise Refused(Problem("household", sentence))
    if outcome not in OUTCOMES[1:]:
        raise Refused(Problem("outcome", N_("Say whether there was nothing to note, or nobody at home")))
    if problems := recusal.problems(connection, village_id, by, home.id):
        raise Refused(*problems)
    first = _first(connection, round_id, home.id)
    if _stays(first, by):
        return Visit(first.outcome, first.name, first.made_at, mine=False)
    _write(connection, first, round_id, home.id, outcome, by, now, device_at)
    return Visit(outcome, by.name, now, mine=True)


def tie(
    connection: Connection,
    village_id: int,
    key: str,
    receipt: Receipt,
    by: Actor,
    now: datetime,
    device_at: datetime | None = None,
) -> None:
    """Tie a deed to the round it was recorded on, in the transaction that recorded it. Raises Refused where
    that would count a household twice: then it is to be recorded without the round, or not at all."""
    round_id = _known(connection, village_id, key).id
    tied = select(round_event.c.event_id).where(round_event.c.event_id == receipt.event_id)
    if connection.scalar(tied) is not None:
        return
    first = _first(connection, round_id, receipt.household_id)
    if _stays(first, by):
        sentence = N_("%(name)s was there on this round already; record it without the round if it is new")
        raise Refused(Problem("round", sentence, {"name": first.name}))
    if same := _same(connection, round_id, receipt):
        sentence = N_("This was noted there on this round already, as no. %(number)s")
        raise Refused(Problem("round", sentence, {"number": same}))
    connection.execute(insert(round_event).values(event_id=receipt.event_id, round_id=round_id))
    _write(connection, first, round_id, receipt.household_id, "recorded", by, now, device_at)


def finish(connection: Connection, village_id: int, key: str, by: Actor, now: datetime) -> None:
    """The first who says so has finished it. Raises Refused."""
    row = _known(connection, village_id, key)
    if row.finished_at is None:
        done = update(walk).where(walk.c.id == row.id)
        connection.execute(done.values(finished_by=by.account_id, finished_at=now))


def _row(connection: Connection, village_id: int, key: str) -> Any:
    here = (walk.c.village_id == village_id) & (walk.c.submission_key == key)
    return connection.execute(select(walk).where(here)).one_or_none()


def _known(connection: Connection, village_id: int, key: str) -> Any:
    row = _row(connection, village_id, key)
    if row is None:
        raise Refused(Problem("round", N_("There is no such round in this village")))
    return row


def _first(connection: Connection, round_id: int, household_id: int) -> Any:
    there = (visit.c.round_id == round_id) & (visit.c.household_id == household_id)
    found = select(visit, account.c.name).join(account, account.c.id == visit.c.account_id)
    return connection.execute(found.where(there)).one_or_none()


def _stays(first: Any, by: Actor) -> bool:
    return first is not None and first.outcome != "absent" and first.account_id != by.account_id


def _same(connection: Connection, round_id: int, receipt: Receipt) -> int | None:
    """Another event of this round for the same item of the same household or person that still holds."""
    gone = select(decision.c.event_id).where(decision.c.verdict == "reversed")
    found = (
        select(event.c.id)
        .join(round_event, round_event.c.event_id == event.c.id)
        .where(round_event.c.round_id == round_id, event.c.household_id == receipt.household_id)
        .where(event.c.item == receipt.item, event.c.member_id.is_not_distinct_from(receipt.member_id))
        .where(event.c.id.not_in(gone.where(decision.c.event_id == event.c.id)))
    )
    return connection.scalars(found).first()


def _write(
    connection: Connection,
    first: Any,
    round_id: int,
    household_id: int,
    outcome: str,
    by: Actor,
    now: datetime,
    device_at: datetime | None,
) -> None:
    said = {"outcome": outcome, "account_id": by.account_id, "made_at": now, "device_at": device_at}
    if first is None:
        connection.execute(insert(visit).values(**said, round_id=round_id, household_id=household_id))
    else:
        there = (visit.c.round_id == round_id) & (visit.c.household_id == household_id)
        connection.execute(update(visit).where(there).values(said))
