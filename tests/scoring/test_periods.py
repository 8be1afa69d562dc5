from datetime import date

import pytest

from kiosk.scoring.periods import parse_period, period_of


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-08", date(2026, 8, 1), date(2026, 8, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_runs_from_its_first_day_to_its_last(text: str, first: date, last: date) -> None:
    period = parse_period(text)
    assert (period.first, period.last) == (first, last)
    assert first in period
    assert last in period
    assert period.end not in period
    assert str(period) == text.upper()


@pytest.mark.parametrize(
    "text", ["", "9999", "1899", "2026Q5", "2026-13", "2026-00", "26Q1", "2026-1", "Q3", "二零二六"]
)
def test_what_is_not_a_period_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        parse_period(text)


def test_quarters_follow_each_other_over_the_turn_of_the_year() -> None:
    autumn = parse_period("2026Q4")
    assert str(autumn.after()) == "2027Q1"
    assert str(parse_period("2026Q1").before()) == "2025Q4"
    assert [str(quarter) for quarter in parse_period("2026").quarters()] == [
        "2026Q1",
        "2026Q2",
        "2026Q3",
        "2026Q4",
    ]
    assert period_of(date(2026, 12, 31), "month").after().first == date(2027, 1, 1)
