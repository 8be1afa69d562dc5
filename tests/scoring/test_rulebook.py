"""A rulebook is read strictly: what is wrong is said, all at once, and what is right reads back the same."""

from decimal import Decimal
from typing import Any

import pytest

from kiosk.scoring.problems import Refused
from kiosk.scoring.rulebook import Item, Rulebook, parse_rulebook, read_toml, to_data
from kiosk.scoring.rulebook_items import parse_item
from kiosk.scoring.rulebooks import default_rulebook

SMALL = """
title = "青山镇细则"
base_points = 10.5
notice_days = 5
answer_days = 10
annual_divisor = "four"
review_from = 8
review_deductions = false
applies_from = 2026-07-01

[[category]]
name = "人居环境"
name_en = "Surroundings"
item = [{item = "c01", title = "庭院 干净", subject = "家庭", points = "1～10", max_points = 12, per = "月"}]
"""


def item(**fields: Any) -> Item:
    given = {"item": "A01", "title": "献血", "subject": "member", "points": "5"} | fields
    return parse_item(given, "社会公德")


def problems(text: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        read_toml(text)
    return [f"{problem.field}: {problem.text()}" for problem in refused.value.problems]


def item_problem(**fields: Any) -> str:
    with pytest.raises(Refused) as refused:
        item(**fields)
    (problem,) = refused.value.problems
    return f"{problem.field}: {problem.text()}"


def test_every_setting_and_item_of_a_small_rulebook_is_read() -> None:
    book = read_toml(SMALL)
    assert (book.title, book.base_points, book.notice_days) == ("青山镇细则", Decimal("10.5"), 5)
    assert (book.annual_divisor, book.review_from, book.review_deductions) == ("four", 8, False)
    assert book.answer_days == 10
    assert str(book.applies_from) == "2026-07-01"
    yard = book.item("C01")
    assert yard is not None
    assert (yard.subject, yard.minimum, yard.maximum, yard.max_points, yard.per) == (
        "household",
        1,
        10,
        12,
        "month",
    )
    assert book.item("Z99") is None


def test_what_no_database_could_store_is_left_out() -> None:
    assert item(title="献\x00血\ud800").title == "献血"


def test_settings_that_are_left_out_are_those_of_the_plan() -> None:
    book = read_toml('title = "细则"\n' + SMALL[SMALL.index("[[category]]") :])
    assert (book.base_points, book.notice_days, book.annual_divisor) == (0, 7, "quarters_on_roll")
    assert (book.review_from, book.review_deductions, book.applies_from) == (5, True, None)
    assert book.answer_days == 7


@pytest.mark.parametrize(
    ("points", "minimum", "maximum"),
    [
        ("5", 5, 5),
        (5, 5, 5),
        (5.0, 5, 5),
        ("-3", -3, -3),
        ("－３分", -3, -3),
        ("0.5", Decimal("0.5"), Decimal("0.5")),
        ("1~10", 1, 10),
        ("１～１０", 1, 10),
        ("1 至 10 分", 1, 10),
        ("1-10", 1, 10),
        ("1–10", 1, 10),
        ("-5~-1", -5, -1),
        ("-5--1", -5, -1),
        ("0~5", 0, 5),
    ],
)
def test_points_are_read_as_clerks_write_them(points: object, minimum: object, maximum: object) -> None:
    read = item(points=points)
    assert (read.minimum, read.maximum) == (minimum, maximum)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"points": "-1-3"}, "points: One item cannot both give and take points; make two items of it"),
        ({"points": "10~1"}, "points: Write the smaller number of points first, like 1~10 or -5~-1"),
        ({"points": "0"}, "points: 0 points change nothing; write 5, -3 or 1~10"),
        ({"points": "0.25"}, "points: Points have at most one digit after the point"),
        ({"points": "99999"}, "points: Points are at most 10000"),
        ({"points": "五分"}, "points: “五” is not a number of points; write 5, -3 or 1~10"),
        ({"subject": "村"}, "subject: “村” is not one of: member, household, 个人, 成员, 家庭"),
        ({"title": " "}, "title: Please fill this in"),
        ({"max_times": 2}, "per: A cap needs its period: day, month, quarter or year"),
        ({"max_times": 0, "per": "day"}, "max_times: Please write a whole number from 1 to 10000"),
        ({"max_times": "1.5", "per": "day"}, "max_times: Please write a whole number from 1 to 10000"),
        (
            {"max_points": -4, "per": "day"},
            "max_points: A cap must be more than 0; leave it empty for no cap",
        ),
        ({"max_points": "nan", "per": "day"}, "max_points: “nan” is not a number"),
    ],
)
def test_a_wrong_field_is_named_and_explained(fields: dict[str, object], said: str) -> None:
    assert item_problem(**fields) == said


def test_every_problem_of_a_file_is_said_at_once() -> None:
    said = problems("""
        colour = "red"
        notice_days = -1
        [[category]]
        name = "甲"
        item = [{item = "A01", points = "x", title = "t", subject = "家庭"}, {item = "A02"}]
        [[category]]
        name = "甲"
        emoji = "x"
    """)
    assert [line.split(":")[0] for line in said] == [
        "colour",
        "category[1].A01.points",
        "category[1].A02.points",
        "category[1].A02.title",
        "category[1].A02.subject",
        "category[2].emoji",
        "category[2].name",
        "title",
        "notice_days",
    ]


def test_a_code_may_stand_only_once_and_there_must_be_an_item() -> None:
    twice = SMALL.replace("item = [{", "item = [{item = 'C01', title = 't', subject = '个人', points = 1}, {")
    assert problems(twice) == ["C01.item: Item C01 stands twice"]
    assert problems('title = "空"') == ["item: A rulebook needs at least one item"]


@pytest.mark.parametrize("text", ["title = ", "category = 5\ntitle = 'x'", "[[category]]\nitem = ['x']"])
def test_text_that_is_no_rulebook_is_refused(text: str) -> None:
    assert problems(text)


@pytest.mark.parametrize(
    ("review", "points", "needs"),
    [
        ("", "4.9", False),
        ("", "5", True),
        ("", "-1", True),
        ("never", "-1", False),
        ("免审", "20", False),
        ("必审", "1", True),
    ],
)
def test_who_needs_a_second_person(review: str, points: str, needs: bool) -> None:
    book = default_rulebook()
    assert book.needs_review(item(review=review, points=points), Decimal(points)) is needs


def test_the_default_rulebook_has_nine_categories_and_45_items_and_reads_back() -> None:
    book = default_rulebook()
    assert (len(book.categories), len(book.items)) == (9, 45)
    assert all(one.title_en and one.title for one in book.items)
    assert all(category.name_en for category in book.categories)
    rewards = [one for one in book.items if not one.deduction]
    assert len(rewards) > 35
    assert parse_rulebook(to_data(book)) == book


def test_a_rulebook_with_halves_and_caps_reads_back() -> None:
    book: Rulebook = read_toml(SMALL.replace('"1～10"', "0.5"))
    assert parse_rulebook(to_data(book)) == book


CLEAN = SMALL.replace(
    "[[category]]",
    '[[honour]]\nname = "干净人家"\nplaces = 3\nweights = { "人居环境" = 0.5 }\n\n[[category]]',
)


def test_an_honour_weighs_what_it_names_and_nothing_else_unless_it_says_so() -> None:
    (clean,) = read_toml(CLEAN).honours
    assert (clean.name, clean.places, clean.weighs) == ("干净人家", 3, True)
    assert (clean.factor("人居环境"), clean.factor("社会公德"), clean.rest) == (Decimal("0.5"), 0, 0)
    (half,) = read_toml(CLEAN.replace("places = 3", "rest = 0.3")).honours
    assert (half.factor("社会公德"), half.places) == (Decimal("0.3"), 10)


def test_a_rulebook_that_says_nothing_of_honours_has_the_two_of_the_plan() -> None:
    assert [honour.name for honour in read_toml(SMALL).honours] == ["最美家庭", "干净人家"]
    elsewhere = read_toml(SMALL.replace("人居环境", "环境"))
    assert [(honour.name, honour.weighs) for honour in elsewhere.honours] == [("最美家庭", False)]
    assert read_toml("honour = []" + SMALL).honours == ()
    assert read_toml(SMALL).honours == default_rulebook().honours


@pytest.mark.parametrize("text", [SMALL, CLEAN, "honour = []" + SMALL])
def test_honours_read_back_the_same(text: str) -> None:
    book = read_toml(text)
    assert parse_rulebook(to_data(book)) == book


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            '人居环境" = 0.5',
            '环境" = 0.5',
            "honour[1].weights.环境: 环境 is not known here; it can be: 人居环境",
        ),
        ("0.5 }", "0.55 }", "honour[1].weights.人居环境: Points have at most one digit after the point"),
        ("0.5 }", "-1 }", "honour[1].weights.人居环境: Please write a number of at least 0"),
        (
            "0.5 }",
            "0 }",
            "honour[1].weights: Nothing counts for this honour; give a category a factor above 0",
        ),
        ("places = 3", "places = 0", "honour[1].places: Please write a whole number from 1 to 10000"),
        ('{ "人居环境" = 0.5 }', "3", 'honour[1].weights: Please write the factors like { "人居环境" = 1 }'),
        (
            "[[category]]",
            '[[honour]]\nname = "干净人家"\n[[category]]',
            "honour[2].name: Honour 干净人家 stands twice",
        ),
    ],
)
def test_what_is_wrong_with_an_honour_is_said_at_its_place(before: str, after: str, said: str) -> None:
    assert problems(CLEAN.replace(before, after, 1)) == [said]
