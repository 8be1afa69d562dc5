from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from kiosk.scoring.standings import Annual, Household, Standing, Sums, annual, standings


def home(number: int) -> Household:
    return Household(number, f"{number:03}", f"户主{number}", False, "一组")


def sums(**totals: str) -> dict[int, Sums]:
    return {int(number[1:]): Sums(household=Decimal(points)) for number, points in totals.items()}


def test_equal_totals_share_a_rank_and_the_next_one_skips() -> None:
    places = standings([home(4), home(3), home(2), home(1)], sums(n1="5", n2="8", n3="8", n4="1"))
    assert [(place.rank, place.household.id) for place in places] == [(1, 2), (1, 3), (3, 1), (4, 4)]


def test_households_without_an_event_rank_too_with_their_base_points() -> None:
    places = standings([home(1), home(2)], sums(n1="-3"), base=Decimal(100))
    assert [(place.rank, place.household.id, place.total) for place in places] == [(1, 2, 100), (2, 1, 97)]


def test_the_year_divides_by_the_quarters_on_the_roll_or_by_four() -> None:
    quarters = [{1: Decimal(10), 2: Decimal(10)}, {1: Decimal(5)}]
    on_roll = annual([home(1), home(2)], quarters, "quarters_on_roll")
    assert [(place.household.id, place.figure, place.quarters) for place in on_roll] == [
        (2, Decimal("10.00"), 1),
        (1, Decimal("7.50"), 2),
    ]
    by_four = annual([home(1), home(2)], quarters, "four")
    assert [(place.household.id, place.figure) for place in by_four] == [
        (1, Decimal("3.75")),
        (2, Decimal("2.50")),
    ]


def test_a_household_without_an_ended_quarter_has_an_average_of_nothing() -> None:
    assert [(place.average, place.quarters) for place in annual([home(1)], [])] == [(Fraction(0), 0)]


def test_the_average_is_ranked_exactly_and_shown_rounded_half_up() -> None:
    assert Annual(1, home(1), Fraction(10, 3), 3).figure == Decimal("3.33")
    assert Annual(1, home(1), Fraction(1, 200), 4).figure == Decimal("0.01")
    assert Annual(1, home(1), Fraction(-1, 200), 4).figure == Decimal("-0.01")
    assert str(Annual(1, home(1), Fraction(-1, 999), 4).figure) == "0.00"
    thirds = [{1: Decimal("0.1"), 2: Decimal("0.2")}] * 3
    close = annual([home(1), home(2)], thirds)
    assert [place.rank for place in close] == [1, 2]


@given(st.lists(st.integers(-50, 50), max_size=12))
def test_a_rank_is_one_more_than_the_number_of_better_households(points: list[int]) -> None:
    totals = {number: Sums(member=Decimal(value)) for number, value in enumerate(points)}
    places: list[Standing] = standings([home(number) for number in totals], totals)
    for place in places:
        assert place.rank == 1 + sum(other.total > place.total for other in places)
    assert places == sorted(places, key=lambda place: (place.rank, place.household.code))
