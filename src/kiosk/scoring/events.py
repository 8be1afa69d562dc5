"""Writing an event down, and knowing it again when the same form comes twice."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, exists, insert, select

from kiosk.scoring import chain, deciding
from kiosk.scoring.actors import Actor
from kiosk.scoring.columns import stored_moment
from kiosk.scoring.drafts import Checked, Draft
from kiosk.scoring.receipts import KeyClash, Receipt, receipt_of
from kiosk.scoring.tables import account, decision, event, note

_INSERT = insert(event).returning(event.c.id)
_FIRST = (
    select(event.c.id, event.c.content, note.c.salt)
    .join(note, note.c.event_id == event.c.id, isouter=True)
    .where(event.c.village_id == bindparam("village"), event.c.submission_key == bindparam("key"))
)
_NAMED = select(account).where(
    account.c.name == bindparam("name"), account.c.village_id == bindparam("village")
)


def first_of(
    connection: Connection, village_id: int, draft: Draft, recorder_id: int | None, recorder: str
) -> Receipt | None:
    """The receipt of the event that this key already made, if any. Raises KeyClash."""
    row = connection.execute(_FIRST, {"village": village_id, "key": draft.submission_key}).one_or_none()
    if row is None:
        return None
    receipt = receipt_of(connection, village_id, row.id)
    # an erased note has taken the salt with it: then the key alone says that it is the same
    if row.salt and row.content != _content(row.salt, draft, recorder_id, recorder):
        raise KeyClash(receipt)
    return receipt


def _content(salt: str, draft: Draft, recorder_id: int | None, recorder: str) -> str:
    """SHA-256 of all that was submitted, to tell a retry from a clash. The device's clock may differ."""
    points = None if draft.points is None else str(draft.points.normalize())
    who = (draft.household_id, draft.member_id, recorder_id, recorder)
    what = (draft.item, points, draft.occurred_on.isoformat(), int(draft.late))
    return chain.digest_of((salt, *who, *what, draft.place, draft.reason, draft.basis, draft.photo))


def write(
    connection: Connection,
    village_id: int,
    checked: Checked,
    recorder_id: int | None,
    recorder: str,
    now: datetime,
) -> chain.Event:
    """Write the event and its words down; returns its facts as they are stored."""
    draft, salt = checked.draft, secrets.token_hex(16)
    words = {"place": draft.place, "reason": draft.reason, "basis": draft.basis, "photo": draft.photo}
    row = {
        "village_id": village_id,
        "submission_key": draft.submission_key,
        "content": _content(salt, draft, recorder_id, recorder),
        "household_id": draft.household_id,
        "member_id": draft.member_id,
        "rulebook_id": checked.version.id,
        "item": checked.item.code,
        "points": checked.points,
        "occurred_on": draft.occurred_on,
        "late": draft.late,
        "recorder_id": recorder_id,
        "recorder": recorder,
        "recorded_at": now,
        "device_at": draft.device_at,
        "note_hash": chain.note_hash(salt, (*words.values(), recorder)),
    }
    event_id = int(connection.execute(_INSERT, row).scalar_one())
    connection.execute(insert(note), {"event_id": event_id, "salt": salt} | words)
    return _as_stored(event_id, row, checked.version.digest)


def _as_stored(event_id: int, row: Mapping[str, Any], rulebook: str) -> chain.Event:
    return chain.Event(
        id=event_id,
        submission_key=row["submission_key"],
        household_id=row["household_id"],
        member_id=row["member_id"],
        rulebook=rulebook,
        item=row["item"],
        tenths=int(row["points"] * 10),
        occurred_on=row["occurred_on"].isoformat(),
        late=int(row["late"]),
        recorder_id=row["recorder_id"],
        recorded_at=stored_moment(row["recorded_at"]),
        note_hash=row["note_hash"],
    )


def recorder_here(connection: Connection, village_id: int, name: str) -> Actor:
    """The account of that name, if the village has one; else a name on paper."""
    row = connection.execute(_NAMED, {"name": name, "village": village_id}).one_or_none()
    if row is None:
        return Actor(None, name, "recorder", village_id)
    return Actor(row.id, row.name, row.role, village_id, row.household_id)


def same_deed(connection: Connection, village_id: int, draft: Draft) -> Sequence[tuple[str, datetime]]:
    """Who has recorded the same item for the same subject on the same day, and when."""
    member = event.c.member_id
    undone = exists().where(deciding.of_event(event.c.id), decision.c.verdict != "approved")
    rows = connection.execute(
        select(event.c.recorder, event.c.recorded_at).where(
            event.c.village_id == village_id,
            event.c.household_id == draft.household_id,
            event.c.occurred_on == draft.occurred_on,
            event.c.item == draft.item,
            member.is_(None) if draft.member_id is None else member == draft.member_id,
            ~undone,
        )
    )
    return [(row.recorder, row.recorded_at) for row in rows]
