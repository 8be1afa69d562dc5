"""A paper register (台账) brought into the ledger, row by row and in the order of its rows.

The same row twice is one event: it is known by its `ref`, or without one by its content and its place among
equal rows. A row may also bring the code of an event that is here already, as an exported register does.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256

from sqlalchemy import Connection

from kiosk.scoring import ledger, recusal
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.sheets.finding import Finding
from kiosk.sheets.known import Known
from kiosk.sheets.reading import Row

PAPER = "台账"
"""Who recorded a row that names nobody, and who approved what was approved on paper."""

BY_REF = "paper:ref:"
_BY_CONTENT = "paper:row:"
_RECUSED = N_(
    "%(name)s may not record for this household: it is their own, or their kin's. Somebody else notes it: %(names)s"
)
_OTHER = N_(
    "%(ref)s is already here as event no. %(number)s, but with other content. What is recorded does not change: "
    "reverse it, and record it anew under another number"
)


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
    done: Callable[[], None] = lambda: None,
    by: Actor | None = None,
) -> BroughtIn:
    """Record every row; `done` is called after each. If there are problems, the caller undoes it all.

    `by` is who brings it in: nothing for their own household or kin comes with it.
    """
    desk = _Desk(connection, village_id, now, approved, by)
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

    def __init__(
        self, connection: Connection, village_id: int, now: datetime, approved: bool, by: Actor | None
    ) -> None:
        self._connection = connection
        self._village_id = village_id
        self._now = now
        self._approved = approved
        self._by = by
        self._ties = recusal.read_ties(connection, village_id)
        self._finding = Finding(connection, village_id, now.date())
        self._known = Known(connection, village_id)
        self._equal_rows: Counter[str] = Counter()

    def take(self, row: RegisterRow) -> bool:
        """Whether the row made a new event. Raises Refused."""
        key = self._key(row)
        if not row.problems and self._is_known(row, key):
            return False
        ledger.record_from_paper(
            self._connection,
            self._village_id,
            self._draft(row, key),
            row.recorder or PAPER,
            Actor(None, PAPER, "admin", self._village_id),
            self._now,
            self._approved,
        )
        return True

    def _is_known(self, row: RegisterRow, key: str) -> bool:
        """Asked before the row is held against the rulebook of today. Raises Refused if it says other things."""
        here = self._known.with_key(key)
        if not row.ref:
            return here is not None  # its key is its content
        here = here or self._known.with_code(row.ref)
        if here is None:
            return False
        household = self._finding.household(row.household)
        written = vars(row) | {"household": household, "recorder": row.recorder or PAPER}
        other = next(self._known.differences(here, written), None)
        if other:
            raise Refused(Problem(other, _OTHER, {"ref": row.ref, "number": here.id}))
        return True

    def _draft(self, row: RegisterRow, key: str) -> ledger.Draft:
        household_id = self._finding.household(row.household)
        item = self._finding.item(row.item)
        member_id = (
            None
            if isinstance(household_id, Problem)
            else self._finding.member(household_id, row.member, row.occurred_on)
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
        if self._by and (own := self._ties.problems(self._by, household_id)):
            raise Refused(*own)
        for one in self._ties.people:
            if one.name == row.recorder and self._ties.near(one.id, one.household_id, household_id):
                others = "、".join(self._ties.names((household_id,))) or "—"
                raise Refused(Problem("recorder", _RECUSED, {"name": one.name, "names": others}))
        return ledger.Draft(
            submission_key=key,
            household_id=household_id,
            member_id=member_id,
            item=item.code,
            points=row.points,
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
