"""Rosters as clerks keep them: title rows, merged cells, totals, every style of date; and what is wrong in them."""

from datetime import date, datetime
from io import BytesIO

import pytest
from xlsxwriter import Workbook

from kiosk.roster.comparing import Home, Person
from kiosk.scoring.problems import Refused
from kiosk.sheets.roster import read_roster
from tests.sheets.workbooks import workbook

TODAY = date(2026, 8, 15)
HEADER = (
    "序号",
    "村民小组",
    "户号",
    "姓名",
    "与户主关系",
    "出生日期",
    "户籍",
    "迁入日期",
    "迁出日期",
    "备注",
)


def messy() -> bytes:
    """Two title rows, merged 村民小组 and 户号, a blank row, totals, a second page's header, a signature."""
    file = BytesIO()
    book = Workbook(file, {"default_date_format": "yyyy/m/d"})
    page = book.add_worksheet("花名册")
    middle = book.add_format({"align": "center"})
    page.merge_range("A1:J1", "青山村村民花名册", middle)
    page.write("A2", "填表日期：2026年8月1日")
    page.write_row(
        "A4", ("序号", "村民 小组", "户号*", "姓 名", "与户主关系", "出生日期（必填）", *HEADER[6:])
    )
    people = (
        (1, "一组", "００１", "张　三", "户主", datetime(1970, 5, 5), "本村户籍", "", "", "党员"),  # noqa: DTZ001
        (2, "", "", "李 秀英", "妻", "1972年3月8日", "", "", "", ""),
        (3, "", "", "张小明", "长子", "2012/3/5", "", "", "", ""),
        ("", "", "", "", "", "", "", "", "", ""),
        (4, "", 2.0, "王建国", "本人", "19550505", "本村", "", "", ""),
        (5, "", "", "王芳", "长女", "1985-12-2", "", "", "2020.3.1", "外嫁"),
        ("小计", "", "", 5, "", "", "", "", "", ""),
    )
    for number, row in enumerate(people, start=4):
        page.write_row(number, 0, row)
    page.merge_range("B5:B10", "一组", middle)
    page.merge_range("C5:C7", "００１", middle)
    page.write_row(11, 0, HEADER)
    page.write_row(12, 0, (6, "二组", "Ａ-3", "欧阳 建华", "户主", "1966.1.20", "外来", "2019-06-01", "", ""))
    page.write_row(13, 0, ("合  计", "", "", "6人"))
    page.write_row(14, 0, ("填表人：陈会计", "", "", "审核：周支书"))
    book.add_worksheet("说明").write("A1", "=1+1")
    book.close()
    return file.getvalue()


def test_a_messy_roster_is_understood() -> None:
    zhang = Home(
        "001",
        [
            Person("张三", "户主", True, date(1970, 5, 5)),
            Person("李秀英", "妻", False, date(1972, 3, 8)),
            Person("张小明", "长子", False, date(2012, 3, 5)),
        ],
        group="一组",
        residency="local",
    )
    wang = Home(
        "2",
        [
            Person("王建国", "本人", True, date(1955, 5, 5)),
            Person("王芳", "长女", False, date(1985, 12, 2), None, date(2020, 3, 1)),
        ],
        group="一组",
        residency="local",
    )
    ouyang = Home(
        "A-3",
        [Person("欧阳建华", "户主", True, date(1966, 1, 20), date(2019, 6, 1))],
        group="二组",
        residency="resident",
    )
    assert read_roster(messy(), TODAY) == [zhang, wang, ouyang]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
def test_a_csv_is_read_in_every_encoding_that_excel_writes(encoding: str, separator: str) -> None:
    lines = ("青山村花名册", "户号,姓名,与户主关系,出生日期", "001,张三,户主,1970年5月5日", ",李秀英,妻,")
    content = "\r\n".join(lines).replace(",", separator).encode(encoding)
    [home] = read_roster(content, TODAY)
    assert [(one.name, one.born) for one in home.people] == [("张三", date(1970, 5, 5)), ("李秀英", None)]


def test_every_group_may_have_a_sheet_of_its_own() -> None:
    file = BytesIO()
    book = Workbook(file)
    for number, group in enumerate(("一组", "二组"), start=1):
        page = book.add_worksheet(group)
        page.write_row(0, 0, ("户号", "姓名", "与户主关系"))
        page.write_row(1, 0, (f"00{number}", "张三", "户主"))
    book.close()
    assert [home.code for home in read_roster(file.getvalue(), TODAY)] == ["001", "002"]


def test_the_date_of_birth_comes_out_of_the_identity_number_and_nothing_else_does() -> None:
    rows = (("001", "张三", "户主", "330102197005051234"), ("001", "李秀英", "妻", 330102720308123.0))
    [home] = read_roster(workbook(("户号", "姓名", "与户主关系", "身份证号"), *rows), TODAY)
    assert [one.born for one in home.people] == [date(1970, 5, 5), date(1972, 3, 8)]
    assert "3301" not in repr(home)


def test_all_problems_are_told_at_once_with_sheet_row_and_column() -> None:
    content = workbook(
        HEADER[2:9],
        ("001", "张三", "户主", "1970-02-30", "本村", "", ""),
        ("001", "张三", "长子", "2030-01-01", "外来", "", ""),
        ("002", "", "妻", "", "火星", "2020-01-01", "2019-01-01"),
        ("002", "王芳", "长女", "", "", "", ""),
        ("003", "李四", "户主", "", "", "", ""),
        ("003", "李五", "户主", "330102197005051234", "", "", ""),
    )
    with pytest.raises(Refused) as refused:
        read_roster(content, TODAY)
    told = [problem.text() for problem in refused.value.problems]
    for expected in (
        "花名册, row 2, column 出生日期: “1970-02-30” is not a date; write it like 2012-03-05",
        "花名册, row 3, column 姓名: 张三 stands twice in household 001; add something to tell the two apart",
        "花名册, row 3, column 出生日期: 2030-01-01 is still to come",
        "花名册, row 3, column 户籍: “外来” differs from “本村” in another row of this household",
        "花名册, row 4, column 姓名: is empty; write it",
        "花名册, row 4, column 户籍: “火星” is neither 本村 (local) nor 外来 (resident)",
        "花名册, row 4, column 迁出日期: leaves on 2019-01-01, before joining on 2020-01-01",
        "花名册, row 4, column 与户主关系: household 002 has no head; write 户主 for one of its people",
        "花名册, row 7, column 与户主关系: household 003 has two heads; leave 户主 to one of them",
    ):
        assert expected in told
    assert not any("33010219" in sentence for sentence in told)


@pytest.mark.parametrize(
    ("rows", "sentence"),
    [
        ((("姓名", "电话"), ("张三", "1")), "No header row was found"),
        ((("户号", "姓名"), ("001", "张三")), "lacks these columns: 与户主关系"),
        ((("户号", "姓名", "姓名", "与户主关系"), ("001", "张三", "李四", "户主")), "姓名 stands twice"),
        ((("户号", "姓名", "与户主关系"),), "The list is empty"),
        ((("户号", "姓名", "与户主关系"), ("", "张三", "户主")), "has no household code"),
    ],
)
def test_a_list_that_lacks_something_says_what(rows: tuple[tuple[str, ...], ...], sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read_roster(workbook(*rows), TODAY)
