"""Questions about fairness (goals.md, R22): the honest are left alone, the biased are found, few events say nothing."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from random import Random
from statistics import median

import pytest

from kiosk.fairness.cases import Case, Person
from kiosk.fairness.comparing import LEVEL, compare, level_for
from kiosk.fairness.fisher import Table, power
from kiosk.fairness.measures import MEASURES
from kiosk.scoring.rulebook_items import Item, parse_item

HIGHEST, UNEVIDENCED, SLOW, UNDONE, OWN_GROUP, REJECTED = MEASURES
NOON = datetime(2026, 8, 15, 4, tzinfo=UTC)
ITEMS = {
    code: parse_item({"item": code, "title": code, "subject": "household", "points": points}, "测试")
    for code, points in (("B1", "1~5"), ("B2", "1~5"), ("B3", "2~10"), ("F", "3"), ("D", "-5~-1"))
}
_ids = count(1)


def case(recorder: int, item: str = "B1", points: str = "1", group: str = "一组", **changed: object) -> Case:
    made = Case(
        event_id=next(_ids),
        recorder_id=recorder,
        household_id=1,
        group=group,
        item=ITEMS[item],
        points=Decimal(points),
        late=False,
        slow=False,
        evidenced=True,
        recorded_at=NOON,
        verdict="approved",
        decider_id=None,
        decided_at=NOON,
        undone_by=None,
    )
    return replace(made, **changed) if changed else made  # type: ignore[arg-type]


def person(number: int, group: str = "") -> Person:
    return Person(number, f"记分员{number}", "recorder", None, group, frozenset())


def highest(item: Item) -> str:
    return str(item.minimum if item.deduction else item.maximum)


def given(recorder: int, events: int, yes: int, item: str = "B1", group: str = "一组") -> list[Case]:
    """So many yards of one recorder, the first of them with the highest mark."""
    most = highest(ITEMS[item])
    least = "-1" if item == "D" else "2"
    return [case(recorder, item, most if number < yes else least, group) for number in range(events)]


def test_the_highest_mark_is_the_furthest_that_an_item_allows() -> None:
    asked = [
        case(1, "B1", "5"),
        case(1, "B1", "4.5"),
        case(1, "D", "-5"),
        case(1, "D", "-1"),
        case(1, "F", "3"),
    ]
    found = [HIGHEST.yes(one, person(1)) for one in asked if HIGHEST.applies(one, person(1))]
    assert found == [True, False, True, False]


def test_somebody_who_gives_the_highest_mark_more_often_raises_a_question() -> None:
    cases = [*given(1, 30, 24), *given(2, 60, 12), *given(3, 60, 14)]
    first, second, third = compare(cases, [person(1), person(2), person(3)], HIGHEST)
    assert first.asks
    assert first.question.text() == (
        "记分员1 gave the most that the item allows in 24 of 30 cases; the others, for the same items, in 26 of 120. "
        "What is the reason?"
    )
    assert not second.asks
    assert not third.asks
    assert first.usual[1] < 24
    assert first.level == LEVEL


def test_below_twenty_events_nothing_is_said() -> None:
    few, _ = compare([*given(1, 19, 19), *given(2, 200, 10)], [person(1), person(2)], HIGHEST)
    assert not few.enough
    assert not few.asks
    enough, _ = compare([*given(1, 20, 20), *given(2, 200, 10)], [person(1), person(2)], HIGHEST)
    assert enough.asks


def test_items_are_compared_each_with_itself() -> None:
    """Thrown together, the one who looks after the generous item would be asked (Simpson's paradox)."""
    cases = [
        *(*given(1, 40, 32, "B1"), *given(1, 5, 0, "B2")),
        *(*given(2, 5, 4, "B1"), *given(2, 40, 2, "B2")),
        *(*given(3, 20, 16, "B1"), *given(3, 20, 1, "B2")),
    ]
    everybody = [person(number) for number in (1, 2, 3)]
    assert not any(one.asks for one in compare(cases, everybody, HIGHEST))
    together = [replace(one, item=ITEMS["B1"]) for one in cases]
    assert compare(together, everybody, HIGHEST)[0].asks


def test_an_item_that_nobody_else_has_is_counted_apart() -> None:
    [mine, _] = compare(
        [*given(1, 50, 50, "B3"), *given(1, 5, 1), *given(2, 9, 1)], [person(1), person(2)], HIGHEST
    )
    assert (mine.events, mine.alone, mine.enough) == (5, 50, False)


def test_groups_are_compared_apart_where_both_have_enough_there() -> None:
    """The yards of 一组 are tidier: who goes there most is asked nothing."""
    cases = [
        *(*given(1, 40, 30, group="一组"), *given(1, 12, 1, group="二组")),
        *(*given(2, 12, 9, group="一组"), *given(2, 40, 4, group="二组")),
    ]
    one, other = compare(cases, [person(1), person(2)], HIGHEST)
    assert [(table.events, table.others) for table in one.tables] == [(40, 12), (12, 40)]
    assert not one.asks
    assert not other.asks


def test_each_measure_asks_what_its_title_says() -> None:
    anna = person(1, "一组")
    cases = {
        "unevidenced": case(1, evidenced=False),
        "slow": case(1, slow=True),
        "undone": case(1, undone_by=9),
        "own_group": case(1, group="一组"),
        "rejected": case(1, verdict="rejected", decider_id=1),
    }
    plain = case(1, group="二组", decider_id=1)
    for measure in MEASURES[1:]:
        assert measure.yes(cases[measure.name], anna), measure.name
        assert not measure.yes(plain, anna), measure.name
        assert measure.applies(plain, anna), measure.name
    assert not UNDONE.yes(case(1, undone_by=1), anna)  # taken back by oneself: a slip of the pen
    assert not UNEVIDENCED.applies(case(1, evidenced=None), anna)  # the words were erased
    assert not SLOW.applies(case(1, slow=True, late=True), anna)  # a late entry is late on purpose
    assert not OWN_GROUP.applies(plain, person(1))  # lives elsewhere
    assert not REJECTED.applies(case(1, decider_id=None), anna)  # the rulebook approved it


def test_the_level_is_shared_where_many_are_compared() -> None:
    assert [level_for(people) for people in (0, 1, 5, 10)] == [LEVEL, LEVEL, LEVEL, 0.001]


# 22: quarters of honest recorders, who give the highest mark in a fifth of the cases, and of a biased one, in half

Rule = Callable[[Sequence[Case], Sequence[Person]], list[bool]]


def quarter(random: Random, recorders: int, biased: bool) -> list[Case]:
    """About sixty events each, of three items."""
    cases = []
    for recorder in range(1, recorders + 1):
        rate = 0.5 if biased and recorder == 1 else 0.2
        for _ in range(sum(random.random() < 0.5 for _ in range(120))):
            item = random.choice(("B1", "B2", "B3"))
            points = highest(ITEMS[item]) if random.random() < rate else "2"
            cases.append(case(recorder, item, points))
    return cases


def fisher(cases: Sequence[Case], people: Sequence[Person]) -> list[bool]:
    return [one.asks for one in compare(cases, people, HIGHEST)]


def mad(cases: Sequence[Case], people: Sequence[Person]) -> list[bool]:
    """The usual rule for outliers: 3.5 robust deviations from the median of the shares."""
    shares = [
        sum(HIGHEST.yes(one, who) for one in cases if one.recorder_id == who.id)
        / sum(one.recorder_id == who.id for one in cases)
        for who in people
    ]
    middle = median(shares)
    spread = median(abs(share - middle) for share in shares) * 1.4826
    return [abs(share - middle) > 3.5 * spread for share in shares]


def simulated(rule: Rule, recorders: int, quarters: int, seed: int = 22) -> tuple[float, float]:
    """The share of honest quarters with a false question, and of biased recorders found."""
    random = Random(seed)
    people = [person(number) for number in range(1, recorders + 1)]
    false = sum(any(rule(quarter(random, recorders, biased=False), people)) for _ in range(quarters))
    found = sum(rule(quarter(random, recorders, biased=True), people)[0] for _ in range(quarters))
    return false / quarters, found / quarters


@pytest.mark.parametrize("recorders", [4, 6, 10])
def test_by_reckoning_the_honest_are_left_alone_and_the_biased_one_is_found(recorders: int) -> None:
    """Every outcome with its probability; the bound on false questions adds the recorders up."""
    table, level = [Table(60, 0, 60 * (recorders - 1), 0)], level_for(recorders)
    assert recorders * power(table, level, rate=0.2) <= 0.01
    assert power(table, level) >= 0.85


def test_in_a_simulation_too_and_over_several_items() -> None:
    false, found = simulated(fisher, 6, quarters=50)
    assert false <= 0.01
    assert found >= 0.85


@pytest.mark.teeth
def test_the_rule_that_people_use_for_outliers_accuses_honest_recorders() -> None:
    false, _ = simulated(mad, 6, quarters=60)
    assert false > 0.05


@pytest.mark.long
@pytest.mark.parametrize("recorders", [4, 6, 10])
def test_three_thousand_quarters(recorders: int) -> None:
    false, found = simulated(fisher, recorders, quarters=3000)
    assert false <= 0.01
    assert found >= 0.85
