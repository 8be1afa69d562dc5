"""The ranking for an honour, read from the tables."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest

from kiosk.scoring import boards, honours, ledger, rulebooks, settlement
from kiosk.scoring.periods import parse_period
from kiosk.scoring.rulebook import Rulebook, parse_rulebook
from kiosk.scoring.rulebook_honours import Honour
from tests.scoring.small_village import ADMIN, A, B, SmallVillage, at, small_village

YEAR, TODAY = parse_period("2026"), date(2027, 2, 1)
CLEAN = Honour("干净人家", "", weights=(("人居环境", Decimal("0.5")),), rest=Decimal(0))
PLAIN = Honour("最美家庭", "")


def two_categories(first: str = "人居环境", second: str = "社会公德", **settings: object) -> Rulebook:
    items = [A | {"review": "never"}, B | {"review": "never"}]
    found = [
        {"name": name, "name_en": "", "item": [one]} for name, one in zip((first, second), items, strict=True)
    ]
    return parse_rulebook({"title": "细则", "category": found, "honour": [], **settings})


@pytest.fixture
def village() -> Iterator[SmallVillage]:
    with small_village(two_categories()) as made:
        yield made


def figures(village: SmallVillage, honour: Honour = CLEAN, today: date = TODAY) -> dict[str, Fraction]:
    found = honours.rankings(village.connection, 1, YEAR, [honour], today)[honour.name]
    return {place.household.code: place.average for place in found}


def close(village: SmallVillage, quarter: str) -> None:
    period = parse_period(quarter)
    now = at((period.end + timedelta(days=2)).isoformat())
    settlement.publish(village.connection, 1, period, "刘主任", now)
    settlement.settle(village.connection, 1, period, "刘主任", now)


def test_only_the_category_that_it_names_counts(village: SmallVillage) -> None:
    village.record("A", "2026-02-01", "2026-02-01", member=1)
    village.record("B", "2026-02-01", "2026-02-01", points="9")
    village.record("B", "2026-05-01", "2026-05-01", points="3", household=2)
    assert figures(village) == {"001": Fraction(5, 2) / 4, "002": 0}
    assert figures(village, PLAIN) == {"001": Fraction(14, 4), "002": Fraction(3, 4)}
    both = honours.rankings(village.connection, 1, YEAR, [CLEAN, PLAIN], TODAY)
    assert both["最美家庭"] == boards.annual(village.connection, 1, YEAR, TODAY)
    assert both["干净人家"] == honours.rankings(village.connection, 1, YEAR, [CLEAN], TODAY)["干净人家"]


def test_while_the_year_runs_only_ended_quarters_count(village: SmallVillage) -> None:
    village.record("A", "2026-02-01", "2026-02-01", member=1)
    village.record("A", "2026-05-01", "2026-05-01", member=1)
    assert figures(village, today=date(2026, 5, 2))["001"] == Fraction(5, 2)
    assert figures(village, today=date(2026, 7, 1))["001"] == Fraction(5, 2)
    assert figures(village, today=date(2026, 1, 5)) == {"001": 0, "002": 0}


def test_a_correction_lands_in_its_own_quarter_and_moves_no_settled_one(village: SmallVillage) -> None:
    wrong = village.record("A", "2026-02-01", "2026-02-01", member=1)
    village.record("A", "2026-03-01", "2026-03-01", member=1)
    close(village, "2026Q1")
    ledger.reverse(village.connection, 1, wrong.event_id, ADMIN, "记错了户", at("2026-05-05"))
    quarters = honours.by_category(village.connection, 1, YEAR, TODAY)
    told = [quarter[1].categories.get("人居环境", 0) for quarter in quarters]
    assert told == [10, -5, 0, 0]


def test_an_item_counts_for_the_category_it_stood_in_when_it_was_recorded(village: SmallVillage) -> None:
    village.record("A", "2026-02-01", "2026-02-01", member=1)
    moved = two_categories("社会公德", "人居环境")
    rulebooks.add(village.connection, moved, date(2026, 4, 1), "乡镇", at("2026-03-01"))
    village.record("A", "2026-05-01", "2026-05-01", member=1)
    village.record("B", "2026-05-01", "2026-05-01", points="8")
    assert figures(village)["001"] == Fraction(5 + 8, 2) / 4


def test_base_points_count_by_the_factor_of_the_rest() -> None:
    with small_village(two_categories(base_points="10", annual_divisor="four")) as village:
        village.record("B", "2026-02-01", "2026-02-01", points="4", household=2)
        half = replace(CLEAN, rest=Decimal("0.3"))
        assert figures(village, half) == {"001": 3, "002": Fraction(12, 10) / 4 + 3}
        close(village, "2026Q1")
        assert figures(village, half) == {"001": 3, "002": Fraction(12, 10) / 4 + 3}


def test_the_honours_of_a_year_are_those_of_the_rulebook_of_its_last_day(village: SmallVillage) -> None:
    later = replace(two_categories(), honours=(CLEAN,))
    rulebooks.add(village.connection, later, date(2026, 12, 1), "乡镇", at("2026-03-01"))
    assert honours.of_year(village.connection, YEAR, date(2026, 6, 1)) == ()
    assert honours.of_year(village.connection, YEAR, TODAY) == (CLEAN,)
    assert honours.of_year(village.connection, parse_period("2025"), TODAY) == ()
