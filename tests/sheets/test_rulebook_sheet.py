"""The rulebook as a sheet: out and in again it is the same, and a clerk's sheet is laid over the old one."""

import pytest

from kiosk.scoring.problems import Refused
from kiosk.scoring.rulebook import Rulebook, read_toml
from kiosk.scoring.rulebooks import canonical, default_rulebook
from kiosk.sheets.rulebook import COLUMNS, read_rulebook, rows, table
from kiosk.sheets.writing import FORMATS, Format, write_table

BASE = default_rulebook()


def file(*lines: str, header: str = "类别,编号,条目,对象,分值,次数上限,周期") -> bytes:
    return "\n".join(("青山镇积分细则,,,,,,", header, *lines)).encode()


def problems(*lines: str) -> list[str]:
    with pytest.raises(Refused) as refused:
        read_rulebook(file(*lines), BASE)
    return [f"{problem.field}: {problem.text()}" for problem in refused.value.problems]


@pytest.mark.parametrize("form", [form for form in FORMATS if form != "json"])
def test_the_default_rulebook_comes_back_from_a_sheet_unchanged(form: Format) -> None:
    content = write_table(list(COLUMNS), rows(BASE), form)
    assert canonical(read_rulebook(content, BASE)) == canonical(BASE)


def test_a_chinese_sheet_has_chinese_heads_and_words_and_comes_back_unchanged() -> None:
    heads, lines = table(BASE, "zh")
    written = list(lines)
    assert heads[:5] == ["类别", "编号", "条目", "对象", "分值"]
    assert not {"household", "member", "quarter", "required", "always"} & {
        cell for row in written for cell in row
    }
    content = write_table(heads, written, "xlsx")
    assert canonical(read_rulebook(content, BASE)) == canonical(BASE)


def test_it_needs_no_help_from_the_rulebook_it_is_laid_over() -> None:
    content = write_table(list(COLUMNS), rows(BASE), "xlsx")
    bare = read_toml("""
        title = "空"
        [[category]]
        name = "类"
        item = [{item = "Z", title = "t", subject = "个人", points = 1}]
    """)
    read = read_rulebook(content, bare)
    assert (read.items, read.categories, read.title) == (BASE.items, BASE.categories, "空")


def test_deductions_by_range_survive_the_guard_against_formulas() -> None:
    book: Rulebook = read_toml("""
        title = "细则"
        [[category]]
        name = "类"
        item = [{item = "Z", title = "=1+1 先生", subject = "个人", points = "-5~-1"}]
    """)
    for form in ("csv", "xlsx"):
        assert read_rulebook(write_table(list(COLUMNS), rows(book), form), book) == book  # type: ignore[arg-type]


def test_without_english_columns_english_names_stay_as_they_were() -> None:
    table = [row[: len(COLUMNS) - 2] for row in map(list, rows(BASE))]
    content = write_table(list(COLUMNS)[:-2], table, "xlsx")
    assert read_rulebook(content, BASE) == BASE


def test_an_item_with_new_words_loses_the_old_english_ones() -> None:
    (item,) = read_rulebook(file("人居环境,c01,庭院干净（每月）,家庭,1～5,1,月"), BASE).items
    assert (item.code, item.title, item.title_en) == ("C01", "庭院干净（每月）", "")
    assert (item.minimum, item.maximum, item.max_times, item.per) == (1, 5, 1, "month")


def test_blank_categories_continue_the_one_above_and_may_return_later() -> None:
    lines = (
        "人居环境,C01,甲,家庭,1,,",
        ",C02,乙,家庭,1,,",
        "新风,N01,丙,个人,2,,",
        "人居环境,C03,丁,家庭,-1,,",
    )
    book = read_rulebook(file(*lines), BASE)
    assert [category.name for category in book.categories] == ["人居环境", "新风"]
    assert [category.name_en for category in book.categories] == ["Home and surroundings", ""]
    assert [item.code for item in book.items] == ["C01", "C02", "C03", "N01"]
    assert (book.title, book.review_from) == (BASE.title, BASE.review_from)


def test_every_problem_is_told_by_row_and_column() -> None:
    assert problems(
        ",C01,甲,家庭,abc,,",
        "人居环境,C01,甲,家庭,5,,",
        ",C02,乙,村,5,,",
        ",C01,丙,家庭,5,,",
        ",C09,丁,家庭,5,2,",
    ) == [
        "category: CSV, row 3, column 类别: Please fill this in",
        "points: CSV, row 3, column 分值: “abc” is not a number of points; write 5, -3 or 1~10",
        "subject: CSV, row 5, column 对象: “村” is not one of: member, household, 个人, 成员, 家庭",
        "item: CSV, row 6, column 编号: Item C01 stands twice",
        "per: CSV, row 7, column 周期: A cap needs its period: day, month, quarter or year",
    ]


def test_an_honour_leaves_with_the_category_it_weighs() -> None:
    kept = read_rulebook(file("人居环境,c01,庭院干净,家庭,5,1,月"), BASE)
    assert kept.honours == BASE.honours
    gone = read_rulebook(file("环境,c01,庭院干净,家庭,5,1,月"), BASE)
    assert [honour.name for honour in gone.honours] == ["最美家庭"]
