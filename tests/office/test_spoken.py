"""Figures, days and codes as they are read aloud."""

from datetime import date
from decimal import Decimal

import pytest

from kiosk.office.spoken import count, day, digits, number, points, quarter
from kiosk.scoring.periods import parse_period


@pytest.mark.parametrize(
    ("value", "said"),
    [
        *((0, "零"), (2, "二"), (10, "十"), (12, "十二"), (20, "二十"), (100, "一百"), (102, "一百零二")),
        *((110, "一百一十"), (115, "一百一十五"), (222, "二百二十二"), (1000, "一千"), (1003, "一千零三")),
        *((1010, "一千零一十"), (2010, "两千零一十"), (10_000, "一万"), (10_015, "一万零一十五")),
        *((22_000, "两万两千"), (50_300, "五万零三百"), (120_000, "十二万"), (-3, "负三")),
    ],
)
def test_a_whole_number(value: int, said: str) -> None:
    assert number(value) == said


@pytest.mark.parametrize(
    ("value", "said"),
    [
        *(("32.5", "三十二分半"), ("0.5", "半分"), ("2", "两分"), ("2.5", "两分半"), ("12", "十二分")),
        *(
            ("8.3", "八点三分"),
            ("0.1", "零点一分"),
            ("102.0", "一百零二分"),
            ("0", "零分"),
            ("-2.5", "负两分半"),
        ),
    ],
)
def test_points_are_said_as_villagers_say_them(value: str, said: str) -> None:
    assert points(Decimal(value)) == said


def test_codes_days_and_quarters() -> None:
    assert digits("003-A") == "零零三杠A"
    assert count(2, "户") == "两户"
    assert count(12, "户") == "十二户"
    assert day(date(2026, 10, 2)) == "十月二号"
    assert quarter(parse_period("2026Q3")) == "二〇二六年第三季度"
