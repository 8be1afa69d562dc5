"""Numbers of households and people say nothing about their place in the roster."""

from itertools import count

from kiosk.roster.comparing import Home, Person
from kiosk.roster.households import by_code, members
from kiosk.roster.numbers import new_numbers
from kiosk.roster.updating import bring_in
from kiosk.scoring.tables import household
from tests.scoring.small_village import small_village

PEOPLE = [Person("王大山", "户主", True), Person("刘桂花", "妻", False), Person("王小山", "长子", False)]


def test_a_number_that_is_taken_is_drawn_again() -> None:
    with small_village() as village:  # households 1 and 2
        drawn = count()
        assert new_numbers(village.connection, household, 3, lambda _: next(drawn)) == [3, 4, 5]


def test_the_numbers_of_households_do_not_follow_their_codes() -> None:
    with small_village() as village:
        bring_in(village.connection, 1, [Home(f"{code:03}", PEOPLE) for code in range(100, 140)], None)
        found = [by_code(village.connection, 1, f"{code:03}") for code in range(100, 140)]
        numbers = [home.id for home in found if home]
        assert len(set(numbers)) == 40
        assert numbers != sorted(numbers)
        assert all(0 < number < 2**31 for number in numbers)
        firsts = [members(village.connection, number)[0].id for number in numbers]
        assert firsts != sorted(firsts)


def test_the_people_of_a_household_stay_in_the_order_of_the_sheet() -> None:
    with small_village() as village:
        bring_in(village.connection, 1, [Home("100", PEOPLE)], None)
        home = by_code(village.connection, 1, "100")
        assert home
        assert [one.name for one in members(village.connection, home.id)] == ["王大山", "刘桂花", "王小山"]


def test_somebody_who_joins_later_gets_a_number_too() -> None:
    with small_village() as village:
        bring_in(village.connection, 1, [Home("001", [Person("张小明", "长子", False)])], None)
        assert {one.name for one in members(village.connection, 1)} == {"张三", "李秀英", "张小明"}
