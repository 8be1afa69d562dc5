"""The rulebook as a sheet: out and in again it is the same, and a clerk's sheet is laid over the old one."""

from collections.abc import Mapping

from kiosk.scoring.rulebook import Rulebook
from kiosk.scoring.rulebooks import canonical, default_rulebook
from kiosk.sheets.rulebook import COLUMNS, read, rows

BASE = default_rulebook()
CLEAN = {"category": "人居环境", "item": "C01", "title": "庭院干净", "subject": "家庭", "points": "1～5"}


def cells_of(book: Rulebook, *left_out: str) -> list[tuple[int, Mapping[str, str]]]:
    made = [dict(zip(COLUMNS, map(str, row), strict=True)) for row in rows(book)]
    return [
        (number, {key: value for key, value in cells.items() if key not in left_out})
        for number, cells in enumerate(made, 2)
    ]


def problems(*cells: Mapping[str, str]) -> list[str]:
    sheet = read(enumerate(cells, 2), BASE)
    return [f"{number} {problem.field}: {problem.text()}" for number, problem in sheet.problems]


def test_the_default_rulebook_comes_back_from_a_sheet_unchanged() -> None:
    sheet = read(cells_of(BASE), BASE)
    assert sheet.problems == []
    assert canonical(sheet.over(BASE)) == canonical(BASE)


def test_without_english_columns_english_names_stay_as_they_were() -> None:
    sheet = read(cells_of(BASE, "title_en", "category_en"), BASE)
    assert sheet.over(BASE) == BASE


def test_an_item_with_new_words_loses_the_old_english_ones() -> None:
    (item,) = read([(2, CLEAN)], BASE).items
    assert item.title_en == ""
    assert (item.minimum, item.maximum) == (1, 5)


def test_blank_categories_continue_the_one_above_and_may_return_later() -> None:
    sheet = read(
        [
            (2, CLEAN),
            (3, CLEAN | {"category": "", "item": "C02"}),
            (4, CLEAN | {"category": "新风", "item": "N01"}),
            (5, CLEAN | {"item": "C03"}),
        ],
        BASE,
    )
    book = sheet.over(BASE)
    assert [category.name for category in book.categories] == ["人居环境", "新风"]
    assert [category.name_en for category in book.categories] == ["Home and surroundings", ""]
    assert [item.code for item in book.items] == ["C01", "C02", "C03", "N01"]
    assert (book.title, book.review_from) == (BASE.title, BASE.review_from)


def test_every_problem_is_told_by_row_and_column() -> None:
    assert problems(
        {**CLEAN, "category": "", "points": "abc"},
        CLEAN,
        {**CLEAN, "subject": "村"},
        CLEAN,
        {**CLEAN, "item": "C09", "max_times": "2"},
    ) == [
        "2 category: Please fill this in",
        "2 points: “abc” is not a number of points; write 5, -3 or 1~10",
        "4 subject: “村” is not one of: member, household, 个人, 成员, 家庭",
        "5 item: Item C01 stands in row 3 already",
        "6 per: A cap needs its period: day, month, quarter or year",
    ]


def test_a_sheet_without_items_is_no_rulebook() -> None:
    assert problems() == ["0 item: A rulebook needs at least one item"]
