"""What counts for an honour, against a second telling that is as plain as possible."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.scoring.rulebook_honours import Honour
from kiosk.scoring.standings import Household, annual
from kiosk.scoring.weighing import Parts, ranked, weighted

CATEGORIES = ("人居环境", "社会公德", "家庭美德")
HOMES = [Household(number, f"{number:03}", f"户主{number}", False, "一组") for number in range(1, 6)]

tenths = st.integers(-300, 300).map(lambda value: Decimal(value).scaleb(-1))
factors = st.integers(0, 30).map(lambda value: Decimal(value).scaleb(-1))
parts = st.builds(
    Parts, st.integers(0, 99).map(Decimal), st.dictionaries(st.sampled_from(CATEGORIES), tenths)
)
quarters_ = st.lists(st.dictionaries(st.integers(1, 5), parts), max_size=4)
honours_ = st.builds(
    Honour,
    name=st.just("荣誉"),
    name_en=st.just(""),
    weights=st.dictionaries(st.sampled_from(CATEGORIES), factors).map(lambda found: tuple(found.items())),
    rest=factors,
)


def plainly(honour: Honour, quarters: list[dict[int, Parts]], home: int, divisor: str) -> Fraction:
    """Every point one by one, as a fraction."""
    total, count = Fraction(0), 0
    for quarter in quarters:
        if home not in quarter:
            continue
        count += 1
        total += Fraction(honour.rest) * Fraction(quarter[home].base)
        for category, points in quarter[home].categories.items():
            weights = [factor for name, factor in honour.weights if name == category]
            total += Fraction(points) * Fraction(weights[0] if weights else honour.rest)
    shares = 4 if divisor == "four" else count
    return total / shares if count else Fraction(0)


@settings(max_examples=60, deadline=None)
@given(honours_, quarters_, st.sampled_from(["quarters_on_roll", "four"]))
def test_the_weighted_year_is_the_plain_sum_of_weighted_points(
    honour: Honour, quarters: list[dict[int, Parts]], divisor: str
) -> None:
    places = ranked(honour, HOMES, quarters, divisor)
    expected = {home.id: plainly(honour, quarters, home.id, divisor) for home in HOMES}
    assert {place.household.id: place.average for place in places} == expected
    for place in places:
        assert place.rank == 1 + sum(other > place.average for other in expected.values())
    assert [place.quarters for place in places] == [
        sum(place.household.id in quarter for quarter in quarters) for place in places
    ]


@given(quarters_)
def test_without_weights_it_is_the_year_s_ranking(quarters: list[dict[int, Parts]]) -> None:
    plain = Honour("最美家庭", "")
    totals = [
        {home: weighted(plain, one) for home, one in quarter.items()}  # factor 1: base and all categories
        for quarter in quarters
    ]
    assert all(
        totals[number][home] == one.base + sum(one.categories.values())
        for number, quarter in enumerate(quarters)
        for home, one in quarter.items()
    )
    assert ranked(plain, HOMES, quarters, "quarters_on_roll") == annual(HOMES, totals)


def test_two_halves_of_a_tenth_are_told_apart() -> None:
    """Factor 0.5 of 0.1 points is 0.05: no figure may be cut to tenths before it is ranked."""
    half = Honour("干净人家", "", weights=(("人居环境", Decimal("0.5")),), rest=Decimal(0))
    quarter = {1: Parts(categories={"人居环境": Decimal("0.1")}), 2: Parts(categories={})}
    places = ranked(half, HOMES[:2], [quarter] * 3, "quarters_on_roll")
    assert [(place.rank, place.household.id, place.average) for place in places] == [
        (1, 1, Fraction(1, 20)),
        (2, 2, Fraction(0)),
    ]
