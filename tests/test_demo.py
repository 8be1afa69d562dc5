"""The demo village is believable, the same for the same seed, and made by the ledger's own doors."""

from collections import Counter
from datetime import date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from kiosk.demo import deeds, families, staff
from kiosk.demo.families import Family
from kiosk.demo.names import COMPOUND, RARE
from kiosk.scoring.rulebooks import default_rulebook

NOW = datetime(2026, 11, 24, 10, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
TODAY = NOW.date()
START = date(2024, 10, 1)


def village(count: int = 320, seed: int = 1) -> list[Family]:
    return staff.at_home(families.families(Random(seed), count, TODAY))


@pytest.mark.parametrize("count", [1, 8, 320, 1500])
def test_every_family_has_a_code_a_head_and_no_child_born_tomorrow(count: int) -> None:
    made = village(count)
    assert len({family.code for family in made}) == count
    assert all(family.head.relation == "户主" for family in made)
    assert all(person.born <= TODAY for family in made for person in family.people)


def test_there_are_unusual_families_as_in_every_real_village() -> None:
    made = village()
    names = "".join(person.name for family in made for person in family.people)
    assert all(letter in names for letter in (*RARE, "·"))
    assert any(family.head.name.startswith(COMPOUND) for family in made)
    assert any(family.residency == "resident" for family in made)
    assert any((TODAY - family.head.born).days < 18 * 365 for family in made)
    assert any(person.left for family in made for person in family.people)
    assert len({family.group for family in made}) == 8


def test_the_same_seed_makes_the_same_village_and_another_another() -> None:
    assert village(seed=3) == village(seed=3)
    assert village(seed=3) != village(seed=4)


def test_deeds_are_mostly_good_and_come_in_order_up_to_now() -> None:
    made = deeds.deeds(Random(1), village(), 2000, START, NOW)
    assert made == deeds.deeds(Random(1), village(), 2000, START, NOW)
    moments = [deed.recorded_at for deed in made]
    assert moments == sorted(moments)
    assert moments[-1] <= NOW
    assert all(deed.occurred_on <= deed.recorded_at.date() for deed in made)
    book = default_rulebook()
    bad = [deed for deed in made if (item := book.item(deed.item)) and item.deduction]
    assert 0 < len(bad) < 60
    this_week = [deed for deed in made if deed.recorded_at > NOW - timedelta(days=7)]
    assert len(this_week) > 20
    assert any(deed.late for deed in made)


def test_every_habit_fits_the_default_rulebook() -> None:
    book = default_rulebook()
    for habit in deeds.habits():
        item = book.item(habit.item)
        assert item is not None
        assert (item.subject == "household") == (habit.who == "household")
        assert item.fixed != bool(habit.points)
        assert all(item.minimum <= int(points) <= item.maximum for points in habit.points)


def test_deeds_are_done_by_people_of_a_fitting_age_who_lived_there() -> None:
    made = village()
    who = {habit.item: habit.who for habit in deeds.habits()}
    seen = Counter[str]()
    for deed in deeds.deeds(Random(1), made, 1000, START, NOW):
        if deed.person is not None:
            person = made[deed.family].people[deed.person]
            youngest, oldest = deeds.AGES[who[deed.item]]
            assert youngest <= (deed.occurred_on - person.born).days // 365 <= oldest
            assert person.here(deed.occurred_on)
            seen[who[deed.item]] += 1
    assert set(seen) == {"adult", "worker", "child"}
