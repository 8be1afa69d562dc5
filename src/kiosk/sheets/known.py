"""Knowing a row of a register again: by its number, by its content, or by the code on a receipt.

What is here is taken as it was recorded, under the rulebook of then, so that a newer one changes nothing of it.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, bindparam, select, text

from kiosk.scoring import chain, rulebooks
from kiosk.scoring.rulebook import Item
from kiosk.scoring.tables import event, member, note, rulebook
from kiosk.sheets.cells import tidy

_HERE = (
    select(
        *(event.c.id, event.c.household_id, event.c.item, event.c.points, event.c.occurred_on),
        *(event.c.rulebook_id, rulebook.c.digest, event.c.recorder, member.c.name, member.c.relation),
        *(note.c.salt, note.c.place, note.c.reason, note.c.basis),
    )
    .select_from(event)
    .join(rulebook, rulebook.c.id == event.c.rulebook_id)
    .join(member, member.c.id == event.c.member_id, isouter=True)
    .join(note, note.c.event_id == event.c.id, isouter=True)
    .where(event.c.village_id == bindparam("village"))
)
_BY_KEY = _HERE.where(event.c.submission_key == bindparam("key"))
_BY_ID = _HERE.where(event.c.id == bindparam("event"))
_EVENTS = text(f"""
    SELECT {chain.EVENT_COLUMNS}
      FROM event
      JOIN rulebook ON rulebook.id = event.rulebook_id
     WHERE event.village_id = :village
""")
_CODE = re.compile(r"[A-Z2-7]{8}")


class Known:
    """The events of one village that are here already."""

    def __init__(self, connection: Connection, village_id: int) -> None:
        self._connection = connection
        self._village_id = village_id

    def with_key(self, key: str) -> Any | None:
        """The event that this submission key made: what `differences` compares."""
        return self._connection.execute(_BY_KEY, {"village": self._village_id, "key": key}).one_or_none()

    def with_code(self, code: str) -> Any | None:
        """The event with this code on its receipt."""
        if not _CODE.fullmatch(code) or code not in self._codes:
            return None
        here = {"village": self._village_id, "event": self._codes[code]}
        return self._connection.execute(_BY_ID, here).one()

    def differences(self, here: Any, written: Mapping[str, Any]) -> Iterator[str]:
        """The columns in which a row says something else than the event; `written` has the household's id."""
        item = rulebooks.book_of(self._connection, here.rulebook_id, here.digest).item(here.item)
        same = {
            "occurred_on": written["occurred_on"] == here.occurred_on,
            "household": written["household"] == here.household_id,
            "member": written["member"] in ((here.name, here.relation) if here.name else ("",)),
            "item": _is_item(written["item"], here.item, item),
            "points": _fixed(item) if written["points"] is None else written["points"] == here.points,
            "recorder": written["recorder"] == tidy(here.recorder),
        }
        yield from (column for column, is_same in same.items() if not is_same)
        # an erased note has taken the salt and the words with it
        for column in ("place", "reason", "basis") if here.salt else ():
            if written[column] != tidy(getattr(here, column)):
                yield column

    @cached_property
    def _codes(self) -> Mapping[str, int]:
        events = self._connection.execute(_EVENTS, {"village": self._village_id})
        return {one.code: one.id for one in (chain.Event(*row) for row in events)}


def _is_item(written: str, code: str, item: Item | None) -> bool:
    """By code, by title, or by both, as a clerk writes it."""
    return written.split()[0].upper() == code or (item is not None and item.title == written)


def _fixed(item: Item | None) -> bool:
    return item is not None and item.fixed
