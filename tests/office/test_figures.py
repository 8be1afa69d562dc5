"""The figures of a period against a naive count over the same deeds, told by the history and not by entries."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from random import Random

import pytest

from kiosk.office.analysis import analysis
from kiosk.office.changes import moves
from kiosk.office.figures import Figures, Share, figures, figures_before
from kiosk.office.noting import noting
from kiosk.office.places import living_here_since
from kiosk.office.trends import last_periods, silent_for, trend
from kiosk.scoring import boards, history, ledger, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period, parse_period
from tests.scoring.small_village import (
    EXAMPLE,
    REVIEWER,
    A,
    SmallVillage,
    at,
    book,
    small_village,
)

ITEMS = ("A", "B", "C", "W")
WEIGHED = A | {"item": "W", "title": "丁", "review": "always"}
NOW = "2026-09-20"
PAPER = Actor(None, "老会计", "recorder", 1)


@pytest.fixture
def village() -> Iterator[SmallVillage]:
    with small_village(book(*EXAMPLE, WEIGHED, A | {"item": "N", "title": "无人用"})) as made:
        yield made


def told(village: SmallVillage, period: str = "2026Q3", now: str = NOW) -> Figures:
    return figures(village.connection, 1, parse_period(period), at(now))


def live(village: SmallVillage, seed: int) -> None:
    """Forty deeds of two quarters, some waiting, some rejected, some taken back."""
    random = Random(seed)
    for _ in range(40):
        item = random.choice(ITEMS)
        home = random.choice((1, 1, 2))
        member = (random.choice((1, 2)) if home == 1 else 3) if item in "AW" else None
        day = date(2026, random.choice((5, 6, 7, 8)), random.randint(1, 28)).isoformat()
        points = str(random.randint(1, 10)) if item == "B" else None
        made = village.record(item, day, f"{day}T20:00", household=home, member=member, points=points)
        if item == "W" and random.random() < 0.7:
            verdict = random.choice(("approved", "rejected"))
            ledger.decide(village.connection, 1, made.event_id, verdict, REVIEWER, "因为", at(f"{day}T21:00"))
        elif item != "W" and random.random() < 0.2:
            ledger.reverse(village.connection, 1, made.event_id, REVIEWER, "记错了", at(f"{day}T22:00"))


@pytest.mark.parametrize("seed", range(5))
def test_the_figures_are_those_of_a_naive_count(village: SmallVillage, seed: int) -> None:
    live(village, seed)
    for period in map(parse_period, ("2026Q2", "2026Q3", "2026")):
        found = figures(village.connection, 1, period, at(NOW))
        deeds = list(history.export(village.connection, 1, period))
        effective = [deed for deed in deeds if deed.status == "counted"]
        good = [deed for deed in effective if deed.claimed > 0]
        assert found.course.noted == len(deeds)
        for state in ("counted", "waiting", "rejected", "reversed"):
            assert getattr(found.course, state) == sum(deed.status == state for deed in deeds)
        assert found.gained == sum(deed.points for deed in good)
        assert found.deducted == sum(deed.points for deed in effective if deed.claimed < 0)
        assert found.households == Share(len({deed.household_id for deed in good}), 2)
        assert found.members == Share(len({deed.member_id for deed in good} - {None}), 3)
        assert found.capped == Share(sum(not deed.points for deed in effective), len(effective))
        heard = {deed.household_code for deed in effective}
        assert [place.household.code for place in found.silent] == sorted({"001", "002"} - heard)


def test_the_trend_agrees_with_the_figures_of_each_quarter(village: SmallVillage) -> None:
    live(village, 1)
    periods = last_periods(village.connection, 1, parse_period("2026Q3"))
    seen = trend(village.connection, 1, periods)
    assert [str(period) for period in periods] == ["2026Q2", "2026Q3"]
    for place, period in enumerate(periods):
        found = figures(village.connection, 1, period, at(NOW))
        assert seen.totals[place] == found.gained + found.deducted
        assert len(seen.acting[place]) == found.households.part
        assert seen.categories["测试"][place] == found.categories[0].net


def test_an_empty_village_has_figures_too() -> None:
    with small_village() as village:
        found = told(village)
        assert (found.households, found.households.percent) == (Share(0, 2), 0)
        assert (found.gained, found.mean, found.leaders, found.deeds) == (Decimal(0), Decimal(0), [], 0)
        assert figures_before(village.connection, 1, parse_period("2026Q3"), at(NOW)) is None
        seen = trend(village.connection, 1, last_periods(village.connection, 1, parse_period("2026Q3")))
        assert (len(seen.periods), seen.totals) == (1, [Decimal(0)])


def test_a_settled_quarter_keeps_its_figures_when_something_is_taken_back_later(
    village: SmallVillage,
) -> None:
    kept = village.record("A", "2026-05-02", "2026-05-02", member=1)
    before = told(village, "2026Q2")
    settlement.publish(village.connection, 1, parse_period("2026Q2"), "刘主任", at("2026-07-01"))
    settlement.settle(village.connection, 1, parse_period("2026Q2"), "刘主任", at("2026-07-09"))
    ledger.reverse(village.connection, 1, kept.event_id, REVIEWER, "记错了", at("2026-08-01"))
    after = told(village, "2026Q2")
    assert (after.gained, after.households, after.places) == (
        before.gained,
        before.households,
        before.places,
    )
    assert told(village).corrections == (1, Decimal(-5))
    assert told(village).gained == -5  # the correction is the third quarter's
    assert told(village, "2026").households.part == 0


def test_a_household_is_silent_only_since_it_lives_here(village: SmallVillage) -> None:
    village.record("A", "2025-11-02", "2025-11-03", member=1)
    village.record("A", "2026-05-02", "2026-05-03", household=2, member=3)
    village.connection.exec_driver_sql("UPDATE member SET joined = '2026-02-01' WHERE household_id = 2")
    found = told(village)
    seen = trend(village.connection, 1, last_periods(village.connection, 1, parse_period("2026Q3")))
    since = living_here_since(village.connection, 1)
    assert since == {2: date(2026, 2, 1)}
    rows = silent_for(found.silent, seen, since)
    assert [(row.place.household.code, row.periods, row.more) for row in rows] == [
        ("001", 3, False),
        ("002", 1, False),
    ]
    first = silent_for(found.silent, trend(village.connection, 1, seen.periods[-1:]), since)
    assert [row.periods for row in first] == [1, 1]


def test_who_rose_and_fell_is_said_once_the_quarter_has_ended(village: SmallVillage) -> None:
    village.record("B", "2026-05-02", "2026-05-03", points="8")
    village.record("B", "2026-05-02", "2026-05-03", household=2, points="2")
    village.record("B", "2026-07-02", "2026-07-03", household=2, points="6")
    quarter = parse_period("2026Q3")
    before = figures_before(village.connection, 1, quarter, at(NOW))
    assert moves(told(village), before) is None
    ended = moves(told(village, now="2026-10-02"), before)
    assert ended
    assert [(move.place.household.code, move.difference) for move in ended.rose] == [("002", Decimal(4))]
    assert [(move.place.household.code, move.difference) for move in ended.fell] == [("001", Decimal(-8))]


def test_items_say_how_often_they_were_used_and_capped(village: SmallVillage) -> None:
    for day in ("07-02", "07-20", "08-01"):
        village.record("A", f"2026-{day}", f"2026-{day}", member=1)
    found = analysis(village.connection, 1, parse_period("2026Q3"), at(NOW))
    most = found.uses[0]
    assert (most.item.code, most.noted, most.capped) == ("A", 3, Share(1, 3))
    assert [use.item.code for use in found.capped] == ["A"]
    assert [use.item.code for use in found.unused] == ["B", "N", "W"]
    assert [use.item.code for use in found.needless] == [
        "C"
    ]  # that nobody was fined is no reason to strike it


def test_an_item_is_forgotten_if_it_counted_in_none_of_several_periods(village: SmallVillage) -> None:
    village.record("A", "2026-05-02", "2026-05-02", member=1)
    village.record("B", "2026-07-02", "2026-07-02", points="3")
    found = analysis(village.connection, 1, parse_period("2026Q3"), at(NOW))
    assert [(use.item.code, found.forgotten(use)) for use in found.unused] == [
        ("A", False),
        ("N", True),
        ("W", True),
    ]
    first = analysis(village.connection, 1, parse_period("2026Q2"), at(NOW))
    assert not any(first.forgotten(use) for use in first.unused)  # one period says nothing


def test_noting_counts_two_days_as_soon_and_leaves_paper_apart(village: SmallVillage) -> None:
    village.record("A", "2026-07-02", "2026-07-04", member=1)
    village.record("A", "2026-07-02", "2026-07-05", member=2)
    village.record("B", "2026-07-06", "2026-08-30", points="3", by=PAPER)
    found = noting(told(village), date(2026, 7, 20))
    assert (found.soon, found.paper) == (Share(1, 2), 1)
    assert [week.noted for week in found.weeks] == [2, 0, 0, 0]
    assert found.quiet == 2  # the running week has not ended
    assert [(one.name, one.soon.whole) for one in found.recorders] == [("陈会计", 2)]


def test_the_same_household_counts_once_however_many_deeds_it_has(village: SmallVillage) -> None:
    for day in range(1, 9):
        village.record("B", f"2026-07-{day:02}", f"2026-07-{day:02}", points="1")
    assert told(village).households == Share(1, 2)
    assert told(village).groups[0].active == Share(1, 2)
    assert told(village).groups[0].mean == Decimal("4.0")
    assert boards.first_period(village.connection, 1, "quarter") == Period(202607, "quarter")
