"""Dates, numbers and names as clerks type them."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from kiosk.scoring.problems import Problem
from kiosk.sheets.cells import as_date, as_points, birth_in_id, plain


@pytest.mark.parametrize(
    "written",
    [
        *("2012年3月5日", "2012/3/5", "2012-3-5", "2012-03-05", "2012.3.5", "20120305", 20120305.0),
        *(
            "２０１２年３月５日",
            "2012 年 3 月 5 日",
            datetime.fromisoformat("2012-03-05"),
            datetime.fromisoformat("2012-03-05T08:00"),
            date(2012, 3, 5),
        ),
        "2012-3-5 00:00:00",
    ],
)
def test_a_date_is_read_however_it_is_written(written: object) -> None:
    assert as_date(plain(written)) == date(2012, 3, 5)


@pytest.mark.parametrize(
    "written", ["2023-02-30", "2023.13.1", "55-5-5", "1955", "三月", "20230230", "2023-5"]
)
def test_an_impossible_date_is_quoted(written: str) -> None:
    problem = as_date(written)
    assert isinstance(problem, Problem)
    assert f"“{written}”" in problem.text()


def test_an_identity_number_in_the_wrong_column_is_not_repeated() -> None:
    problem = as_date("330102197005051234")
    assert isinstance(problem, Problem)
    assert "1970" not in problem.text()
    assert "identity number" in problem.text()


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (12.0, "12"),
        (0.5, "0.5"),
        (None, ""),
        (True, "1"),
        ("　张　三　", "张三"),
        ("欧阳 建华", "欧阳建华"),
        ("John  Smith", "John Smith"),
        ("０１２Ａ", "012A"),
        ("村口，老井边（东）", "村口，老井边（东）"),
        ("甲\n乙", "甲乙"),
        ("\u200b王芳\ufeff", "王芳"),
    ],
)
def test_a_cell_becomes_plain_text(cell: object, text: str) -> None:
    assert plain(cell) == text


@pytest.mark.parametrize(
    ("written", "points"), [("5", "5"), ("-0.5", "-0.5"), ("−3", "-3"), ("+2分", "2"), ("1.0", "1")]
)
def test_points_are_exact(written: str, points: str) -> None:
    assert as_points(written) == Decimal(points)


@pytest.mark.parametrize("written", ["", "五", "0.25", "1e3x", "NaN", "Infinity", "999999", "1e400"])
def test_what_is_no_number_of_points_is_a_problem(written: str) -> None:
    assert isinstance(as_points(written), Problem)


@pytest.mark.parametrize(
    ("number", "born"),
    [
        ("330102197005051234", date(1970, 5, 5)),
        ("33010219700505123X", date(1970, 5, 5)),
        ("330102700505123", date(1970, 5, 5)),
        ("330102197013051234", None),
        ("3301021970", None),
        ("", None),
    ],
)
def test_an_identity_number_tells_the_date_of_birth(number: str, born: date | None) -> None:
    assert birth_in_id(number) == born
