"""The ledger and its naive twin, told the same story and compared."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from kiosk.scoring import answering, boards, ledger, objections, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.objecting import Complaint, raise_objection
from kiosk.scoring.periods import parse_period, quarter_of
from kiosk.scoring.problems import Refused
from kiosk.scoring.verification import verify
from tests.scoring.naive import NaiveEvent, NaiveItem, NaiveVillage
from tests.scoring.small_village import ADMIN, JUDGE, RECORDER, REVIEWER, SmallVillage

START = date(2026, 1, 20)
HOMES = {1: "001", 2: "002"}
MEMBERS = {1: (1, 2), 2: (3,)}


@st.composite
def items(draw: st.DrawFn, code: str) -> NaiveItem:
    low, high = sorted(draw(st.tuples(st.integers(1, 30), st.integers(1, 30))))
    sign = draw(st.sampled_from([1, 1, 1, -1]))
    ends = sorted([Decimal(low * sign).scaleb(-1), Decimal(high * sign).scaleb(-1)])
    return NaiveItem(
        code=code,
        subject=draw(st.sampled_from(["member", "household"])),
        low=ends[0],
        high=ends[1],
        max_times=draw(st.none() | st.integers(1, 3)),
        max_points=draw(st.none() | st.integers(1, 60).map(lambda tenths: Decimal(tenths).scaleb(-1))),
        per=draw(st.sampled_from(["day", "month", "quarter", "year"])),
    )


def as_row(item: NaiveItem) -> dict[str, Any]:
    row: dict[str, Any] = {
        "item": item.code,
        "title": item.code,
        "title_en": item.code,
        "subject": item.subject,
    }
    row["points"] = str(item.low) if item.low == item.high else f"{item.low}~{item.high}"
    row |= {"per": item.per, "review": "always"}
    row |= {"max_times": item.max_times} if item.max_times else {}
    return row | ({"max_points": str(item.max_points)} if item.max_points else {})


@dataclass
class Twin:
    """The ledger and its naive twin, told the same story."""

    village: SmallVillage
    naive: NaiveVillage
    items: list[NaiveItem]
    now: datetime
    sent: list[tuple[ledger.Draft, Actor, int]] = field(default_factory=list)

    @property
    def today(self) -> date:
        return self.now.date()

    def record(self, pick: int, back: int, home: int, who: int, size: int) -> None:
        item = self.items[pick % len(self.items)]
        member = MEMBERS[home][who % len(MEMBERS[home])] if item.subject == "member" else None
        points = item.low + (item.high - item.low) * size // 10 if size < 10 else item.high
        day = self.today - timedelta(days=back)
        quarter = quarter_of(day)
        late = (quarter.year, quarter.number) in self.naive.settled
        key = f"story-{next(self.village.keys):05}"
        draft = ledger.Draft(key, home, member, item.code, points, day, late=late)
        by = REVIEWER if late else RECORDER
        receipt = ledger.record(self.village.connection, 1, draft, by, self.now)
        assert receipt.status == "waiting"
        event = NaiveEvent(receipt.event_id, home, member, item, points, day, late)
        self.naive.events[receipt.event_id] = event
        self.sent.append((draft, by, receipt.event_id))

    def decide(self, pick: int, approve: bool) -> None:
        waiting = [
            event for event in self.naive.events.values() if event.approval is None and not event.reversed
        ]
        if not waiting:
            return
        event = waiting[pick % len(waiting)]
        verdict = "approved" if approve else "rejected"
        ledger.decide(self.village.connection, 1, event.number, verdict, ADMIN, "理由", self.now)
        if approve:
            self.naive.approve(event.number, self.today)
        else:
            del self.naive.events[event.number]

    def take_back(self, pick: int) -> None:
        if self.naive.events:
            events = list(self.naive.events.values())
            event = events[pick % len(events)]
            ledger.reverse(self.village.connection, 1, event.number, ADMIN, "理由", self.now)
            self.naive.take_back(event.number, self.today)

    def object_to(self, home: int, back: int) -> None:
        about = max(self.today - timedelta(days=back), START)
        key = f"objection-{next(self.village.keys):05}"
        complaint = Complaint(key, "rank", "notice", quarter_of(about), "名次不对", home)
        raised, _ = raise_objection(self.village.connection, 1, complaint, self.now)
        self.naive.object_to(raised.number, about, self.today)

    def answer(self, pick: int) -> None:
        """Reject an objection, or take back the event that stands behind it."""
        if self.naive.objections:
            number = sorted(self.naive.objections)[pick % len(self.naive.objections)]
            events = [event for event in self.naive.events.values() if not event.reversed]
            remedy: answering.Remedy = answering.Reject()
            if pick % 2 and events:
                remedy = answering.TakeBack(events[pick % len(events)].number)
                self.naive.take_back(remedy.event_id, self.today)
            connection, by = self.village.connection, JUDGE
            answering.answer(connection, 1, number, remedy, "理由", by, self.now)
            del self.naive.objections[number]

    def move_on(self, days: int) -> None:
        self.now += timedelta(days=days)

    def settle(self) -> None:
        last = quarter_of(self.today).before()
        if last.year < START.year or (last.year, last.number) in self.naive.settled:
            return
        try:
            with self.village.connection.begin_nested():
                if settlement.state(self.village.connection, 1, last, self.now).state == "open":
                    settlement.publish(self.village.connection, 1, last, "刘主任", self.now)
                settlement.settle(self.village.connection, 1, last, "刘主任", self.now)
        except Refused:
            waiting = settlement.waiting_in(self.village.connection, 1, last)
            assert waiting or (last.year, last.number) in self.naive.objections.values()
        else:
            assert (last.year, last.number) not in self.naive.objections.values()
            self.naive.settle(last.year, last.number, list(HOMES))

    def compare(self) -> None:
        for quarter in quarters_until(self.today):
            places = boards.standings(self.village.connection, 1, quarter, self.today)
            expected = {
                code: self.naive.total(home, quarter.year, quarter.number) for home, code in HOMES.items()
            }
            assert {place.household.code: place.total for place in places} == expected
        for month in range(1, 13):
            places = boards.standings(
                self.village.connection, 1, parse_period(f"2026-{month:02}"), self.today
            )
            expected = {code: self.naive.month(home, 2026, month) for home, code in HOMES.items()}
            assert {place.household.code: place.total for place in places} == expected
        year = boards.annual(self.village.connection, 1, parse_period("2026"), self.today)
        averages = {code: self.naive.average(home, 2026, self.today) for home, code in HOMES.items()}
        assert {place.household.code: place.average for place in year} == averages
        held_up = [(one.quarter.year, one.quarter.number) for one in self.open_objections()]
        assert held_up == [self.naive.objections[number] for number in sorted(self.naive.objections)]
        assert verify(self.village.connection, 1) == []

    def open_objections(self) -> list[objections.Objection]:
        return [one for one in objections.of_village(self.village.connection, 1) if one.is_open]


def quarters_until(today: date) -> Iterator[Any]:
    quarter = quarter_of(START)
    while quarter.first <= today:
        yield quarter
        quarter = quarter.after()
