"""What awaits a decision, grouped so that ten like ones are decided together.

Like ones are those of one item and points that one person wrote down for one day: a morning's clean-up of
ten households. What was asked back stands alone, for it has a story of its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from kiosk.scoring.awaiting import Awaiting
from kiosk.scoring.history import Deed
from kiosk.scoring.problems import Problem


@dataclass(frozen=True)
class Sent:
    """What a form of the page said, to show it again. `listed` are the numbers of all deeds in its group,
    `problems` concern the whole, `refused` single deeds."""

    listed: Sequence[int] = ()
    ticked: Sequence[int] = ()
    reason: str = ""
    question: str = ""
    problems: Sequence[Problem] = ()
    refused: Mapping[int, Sequence[Problem]] = field(default_factory=dict)


@dataclass(frozen=True)
class Row:
    """One deed that waits; `problems` say why it was left as it is."""

    waits: Awaiting
    head: str
    ticked: bool = True
    question: str = ""
    problems: Sequence[Problem] = ()

    @property
    def deed(self) -> Deed:
        return self.waits.deed

    @property
    def asked(self) -> bool:
        return self.waits.state == "asked"


@dataclass(frozen=True)
class Group:
    """Like deeds, oldest first; `number` is that of the first, `gone` are those just decided."""

    number: int
    rows: Sequence[Row]
    gone: Sequence[Deed] = ()
    problems: Sequence[Problem] = ()
    reason: str = ""

    @property
    def first(self) -> Deed:
        return self.rows[0].deed

    @property
    def asked(self) -> bool:
        return all(row.asked for row in self.rows)

    @property
    def listed(self) -> str:
        """The numbers of all that is shown, for the form to say them again."""
        shown = [*(deed.event_id for deed in self.gone), *(row.deed.event_id for row in self.rows)]
        return " ".join(map(str, shown))

    @property
    def able(self) -> int:
        """How many of them this person may decide."""
        return sum(not row.waits.barred for row in self.rows)

    @property
    def place(self) -> str:
        return self._shared("place")

    @property
    def words(self) -> str:
        return self._shared("reason")

    def _shared(self, name: str) -> str:
        """What all of them say alike, or nothing."""
        values = {getattr(row.deed, name) for row in self.rows}
        return str(values.pop()) if len(values) == 1 else ""


def rows_of(waits: Iterable[Awaiting], heads: Mapping[int, str], sent: Sent) -> list[Row]:
    return [_row(one, heads.get(one.deed.household_id, ""), sent) for one in waits]


def _row(waits: Awaiting, head: str, sent: Sent) -> Row:
    number = waits.deed.event_id
    problems = sent.refused.get(number, ())
    ticked = waits.state != "asked" and (number not in sent.listed or number in sent.ticked)
    return Row(waits, head, ticked, sent.question if problems else "", problems)


def grouped(rows: Iterable[Row], sent: Sent) -> list[Group]:
    """Groups in the order of their oldest deeds."""
    found: dict[Any, list[Row]] = {}
    for row in rows:
        found.setdefault(_likeness(row), []).append(row)
    return [group_of(alike, sent) for alike in found.values()]


def group_of(rows: Sequence[Row], sent: Sent, gone: Sequence[Deed] = ()) -> Group:
    """One group, with what was said about it if it is the one that was sent."""
    numbers = [row.deed.event_id for row in rows] + [deed.event_id for deed in gone]
    if not set(numbers) & set(sent.listed):
        return Group(min(numbers), rows)
    return Group(sent.listed[0], rows, gone, sent.problems, sent.reason)


def _likeness(row: Row) -> Any:
    deed = row.deed
    if row.waits.state != "new":
        return deed.event_id
    return deed.item, deed.claimed, deed.recorder_id, deed.recorder, deed.occurred_on, deed.late
