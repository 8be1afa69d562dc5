"""The planned deeds lived through in order of time: recorded, decided, taken back; quarters closed.

Only the ledger's own doors are used, with the clock turned to the moment of each step.
"""

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

from sqlalchemy import Connection

from kiosk.demo.checking import SOURCE, checks
from kiosk.demo.deeds import REJECTIONS, REVERSALS, Deed
from kiosk.demo.disputes import plan_disputes, plan_open
from kiosk.demo.praising import meetings
from kiosk.scoring import ledger, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period, period_of, quarter_of

LEFT_WAITING = timedelta(days=5)
_PUBLISHED_AFTER = timedelta(days=2)
_OFFICE = "村委会"


@dataclass(frozen=True)
class Helper:
    """Somebody with an account; `avoids` are the places of their own family and their kin in the list."""

    actor: Actor
    avoids: frozenset[int]


@dataclass(frozen=True)
class Village:
    """What the deeds refer to by place: household ids, and member ids of each household."""

    id: int
    households: Sequence[int]
    members: Sequence[Sequence[int]]
    helpers: Sequence[Helper]
    notice_days: int

    def helper(self, random: Random, family: int, deciding: bool, besides: Actor | None = None) -> Actor:
        """Somebody who may record for this family, or decide about it."""
        roles = ("reviewer", "admin") if deciding else ("recorder",)
        able = [
            helper.actor
            for helper in self.helpers
            if helper.actor.role in roles and family not in helper.avoids and helper.actor != besides
        ]
        return random.choice(able)


Step = Callable[[Connection, datetime], None]


@dataclass
class Life:
    """The steps still to come; a step may bring about later ones. `done` is called after each recording."""

    village: Village
    random: Random
    now: datetime
    done: Callable[[], None]
    _steps: list[tuple[datetime, int, Step]] = field(default_factory=list)
    _number: "count[int]" = field(default_factory=count)

    def plan(self, deeds: Sequence[Deed], start: date) -> None:
        for number, deed in enumerate(deeds):
            self._at(deed.recorded_at, _recording(self, deed, number))
        quarter = quarter_of(start)
        able = [helper.actor for helper in self.village.helpers if helper.actor.role in ("reviewer", "admin")]
        people = self.village.id, able, self.village.households
        while quarter.end <= self.now.date():
            published = self._plan_close(quarter)
            plan_disputes(self._at, *people, quarter, published)
            newest = quarter.after().end > self.now.date()
            for at, step in checks(self.village.id, able, quarter, published, newest):
                self._at(at, step)
            if quarter.number == 4:
                self._plan_meetings(period_of(quarter.first, "year"))
            quarter = quarter.after()
        plan_open(self._at, *people, quarter, self.now)

    def until(self, connection: Connection, moment: datetime) -> None:
        """Run every step up to the moment."""
        while self._steps and self._steps[0][0] <= moment:
            at, _, step = heapq.heappop(self._steps)
            step(connection, at)

    def decide_later(self, receipt: ledger.Receipt, deed: Deed, recorder: Actor) -> None:
        """Within two days somebody else decides; what is newest stays waiting."""
        at = self._later(deed, 50)
        reviewer = self.village.helper(self.random, deed.family, deciding=True, besides=recorder)
        verdict = "rejected" if self.random.random() < 0.03 else "approved"
        reason = self.random.choice(REJECTIONS) if verdict == "rejected" else ""
        event = receipt.event_id

        def step(connection: Connection, at: datetime) -> None:
            ledger.decide(connection, self.village.id, event, verdict, reviewer, reason, at)

        self._at(at, step)

    def take_back_later(self, receipt: ledger.Receipt, deed: Deed) -> None:
        """Mistakes are noticed within a day, or much later, when the quarter may be settled already."""
        at = self._later(deed, 2000 if self.random.random() < 0.2 else 30)
        reviewer = self.village.helper(self.random, deed.family, deciding=True)
        reason = self.random.choice(REVERSALS)

        def step(connection: Connection, at: datetime) -> None:
            ledger.reverse(connection, self.village.id, receipt.event_id, reviewer, reason, at)

        self._at(at, step)

    def _later(self, deed: Deed, hours: int) -> datetime:
        return deed.recorded_at + timedelta(hours=self.random.uniform(1, hours))

    def _plan_close(self, quarter: Period) -> datetime:
        published = datetime.combine(quarter.end + _PUBLISHED_AFTER, time(9), self.now.tzinfo)
        settled = published + timedelta(days=self.village.notice_days + 1, hours=1)

        def publish(connection: Connection, at: datetime) -> None:
            settlement.publish(connection, self.village.id, quarter, _OFFICE, at, SOURCE)

        def settle(connection: Connection, at: datetime) -> None:
            settlement.settle(connection, self.village.id, quarter, _OFFICE, at)

        self._at(published, publish)
        self._at(settled, settle)
        return published

    def _plan_meetings(self, year: Period) -> None:
        deciders = [
            helper.actor
            for helper in sorted(self.village.helpers, key=lambda helper: len(helper.avoids))
            if helper.actor.may_decide
        ]
        for at, step in meetings(self.village.id, deciders, year, self.now.tzinfo):
            self._at(at, step)

    def _at(self, moment: datetime, step: Step) -> None:
        heapq.heappush(self._steps, (moment, next(self._number), step))


def _recording(life: Life, deed: Deed, number: int) -> Step:
    def step(connection: Connection, at: datetime) -> None:
        village = life.village
        by = village.helper(life.random, deed.family, deciding=deed.late)
        receipt = ledger.record(connection, village.id, _draft(village, deed, number), by, at)
        if receipt.status == "waiting" and at < life.now - LEFT_WAITING:
            life.decide_later(receipt, deed, by)
        elif receipt.status == "counted" and life.random.random() < 0.008:
            life.take_back_later(receipt, deed)
        life.done()

    return step


def _draft(village: Village, deed: Deed, number: int) -> ledger.Draft:
    return ledger.Draft(
        submission_key=f"demo:{number:06}",
        household_id=village.households[deed.family],
        member_id=None if deed.person is None else village.members[deed.family][deed.person],
        item=deed.item,
        points=deed.points,
        occurred_on=deed.occurred_on,
        place=deed.place,
        reason=deed.reason,
        basis=deed.basis,
        late=deed.late,
    )
