"""A paper register (台账) brought into the ledger, row by row and in the order of its rows.

The same row twice is one event: it is known by its `ref`, or without one by its content and its place among
equal rows. A row may also bring the code of an event that is here already, as an exported register does.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256

from sqlalchemy import Connection, text

from kiosk.scoring import chain, ledger
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.sheets.finding import Finding
from kiosk.sheets.reading import Row

PAPER = "台账"
"""Who recorded a row that names nobody, and who approved what was approved on paper."""

BY_REF = "paper:ref:"
_BY_CONTENT = "paper:row:"
_EVENTS = text(f"""
    SELECT {chain.EVENT_COLUMNS}
      FROM event
      JOIN rulebook ON rulebook.id = event.rulebook_id
     WHERE event.village_id = :village
""")
_CODE = re.compile(r"[A-Z2-7]{8}")


@dataclass(frozen=True)
class RegisterRow:
    """One row as it was written; `source` is where, `problems` what could not be read in it."""

    source: Row
    ref: str
    occurred_on: date
    household: str
    member: str
    item: str
    points: Decimal | None
    place: str
    reason: str
    basis: str
    recorder: str
    problems: tuple[Problem, ...] = ()

    @property
    def content(self) -> str:
        """A digest of everything but its place and the ref."""
        who = (self.occurred_on.isoformat(), self.household, self.member, self.item)
        points = None if self.points is None else str(self.points.normalize())
        what = (points, self.place, self.reason, self.basis, self.recorder)
        return sha256(json.dumps((*who, *what), ensure_ascii=False).encode()).hexdigest()


@dataclass
class BroughtIn:
    """What became of a register: events made, rows known already, and what is wrong, by its place."""

    new: int = 0
    known: int = 0
    problems: list[Problem] = field(default_factory=list)


def bring_in(
    connection: Connection,
    village_id: int,
    rows: Iterable[RegisterRow],
    now: datetime,
    approved: bool,
    done: Callable[[], None],
) -> BroughtIn:
    """Record every row; `done` is called after each. If there are problems, the caller undoes it all."""
    desk = _Desk(connection, village_id, now, approved)
    result = BroughtIn()
    for row in rows:
        try:
            new = desk.take(row)
        except Refused as refused:
            result.problems += [row.source.problem(one.field, one) for one in refused.problems]
        else:
            result.new += new
            result.known += not new
        done()
    return result


class _Desk:
    """Takes the rows one after the other."""

    def __init__(self, connection: Connection, village_id: int, now: datetime, approved: bool) -> None:
        self._connection = connection
        self._village_id = village_id
        self._now = now
        self._approved = approved
        self._finding = Finding(connection, village_id, now.date())
        self._equal_rows: Counter[str] = Counter()

    def take(self, row: RegisterRow) -> bool:
        """Whether the row made a new event. Raises Refused."""
        draft = self._draft(row)
        if _CODE.fullmatch(row.ref) and row.ref in self._codes:
            _check_same(self._codes[row.ref], draft)
            return False
        by = Actor(None, PAPER, "admin", self._village_id)
        try:
            return ledger.record_from_paper(
                self._connection,
                self._village_id,
                draft,
                row.recorder or PAPER,
                by,
                self._now,
                self._approved,
            ).new
        except ledger.KeyClash as clash:
            raise Refused(_other_content(row.ref, clash.receipt.event_id)) from clash

    def _draft(self, row: RegisterRow) -> ledger.Draft:
        household_id = self._finding.household(row.household)
        item = self._finding.item(row.item)
        member_id = (
            None if isinstance(household_id, Problem) else self._finding.member(household_id, row.member)
        )
        unfound = [one for one in (household_id, member_id, item) if isinstance(one, Problem)]
        unread = {problem.field for problem in row.problems}
        problems = [*row.problems, *(one for one in unfound if one.field not in unread)]
        if (
            problems
            or isinstance(household_id, Problem)
            or isinstance(item, Problem)
            or isinstance(member_id, Problem)
        ):
            raise Refused(*problems)
        return ledger.Draft(
            submission_key=self._key(row),
            household_id=household_id,
            member_id=member_id,
            item=item.code,
            points=None if item.fixed and row.points == item.minimum else row.points,
            occurred_on=row.occurred_on,
            place=row.place,
            reason=row.reason,
            basis=row.basis,
        )

    def _key(self, row: RegisterRow) -> str:
        if row.ref:
            return BY_REF + (row.ref if len(row.ref) < 80 else sha256(row.ref.encode()).hexdigest())
        self._equal_rows[row.content] += 1
        return f"{_BY_CONTENT}{row.content}:{self._equal_rows[row.content]}"

    @cached_property
    def _codes(self) -> Mapping[str, chain.Event]:
        """The events that are here already, by the code on their receipts."""
        events = (
            chain.Event(*row) for row in self._connection.execute(_EVENTS, {"village": self._village_id})
        )
        return {event.code: event for event in events}


def _check_same(event: chain.Event, draft: ledger.Draft) -> None:
    here = (event.household_id, event.member_id, event.item, event.occurred_on)
    if here != (draft.household_id, draft.member_id, draft.item, draft.occurred_on.isoformat()):
        raise Refused(_other_content(event.code, event.id))


def _other_content(ref: str, event_id: int) -> Problem:
    sentence = N_("%(ref)s is already here as event no. %(number)s, but with other content")
    return Problem("ref", sentence, {"ref": ref, "number": event_id})
