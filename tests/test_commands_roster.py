"""`kiosk village add`, `kiosk import roster` and `kiosk export roster`, as the clerk types them."""

import csv
import json
from io import StringIO
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from kiosk.commands.roster import export_roster, import_roster
from kiosk.commands.village import add_village
from kiosk.roster.villages import village
from tests.village_on_disk import VillageOnDisk, found

HERE = ("--village", "qingshan")
COLUMNS = ["household", "name", "relation", "group", "address", "residency", "born", "joined", "left"]


@pytest.fixture
def qingshan(tmp_path: Path) -> VillageOnDisk:
    """张三 and 李秀英 live in household 001, 王建国 in 002."""
    return found(tmp_path / "data")


@pytest.fixture
def newer(tmp_path: Path) -> str:
    """张三 with his date of birth, a new daughter, and a new household; 王建国 is not in it."""
    file = tmp_path / "花名册.csv"
    lines = (
        "户号,姓名,与户主关系,出生日期,村民小组",
        "001,张三,户主,1970年5月5日,一组",
        ",李秀英,妻子,,",
        ",张小红,长女,2012/3/5,",
        "003,赵六,户主,,二组",
    )
    file.write_text("\n".join(lines), encoding="gb18030")
    return str(file)


def exported(qingshan: VillageOnDisk, *words: str) -> list[dict[str, str]]:
    told = qingshan.kiosk(export_roster, *HERE, *words)
    assert told.exit_code == 0
    return list(csv.DictReader(StringIO(told.stdout_bytes.decode("utf-8-sig"))))


def test_a_newer_roster_joins_changes_and_lists_the_missing(qingshan: VillageOnDisk, newer: str) -> None:
    told = qingshan.kiosk(import_roster, newer, *HERE)
    assert told.exit_code == 0
    assert "1 new households, 2 new people, 1 changed, 1 as before, 1 missing." in told.output
    assert "? 002 王建国 is not in the file; stays on the roll" in told.output
    rows = exported(qingshan)
    assert list(rows[0]) == COLUMNS
    assert [(row["household"], row["name"], row["born"], row["left"]) for row in rows] == [
        ("001", "张三", "1970-05-05", ""),
        ("001", "李秀英", "", ""),
        ("001", "张小红", "2012-03-05", ""),
        ("002", "王建国", "", ""),
        ("003", "赵六", "", ""),
    ]


def test_a_dry_run_tells_the_same_and_changes_nothing(qingshan: VillageOnDisk, newer: str) -> None:
    before = exported(qingshan)
    told = qingshan.kiosk(import_roster, newer, *HERE, "--dry-run", "--mark-left", "2024-07-31")
    assert told.exit_code == 0
    for line in (
        "~ 001 张三 born: — → 1970-05-05",
        "+ 001 张小红 (长女)",
        "+ 003: 赵六",
        "? 002 王建国 is not in the file; leaves",
    ):
        assert line in told.output
    assert "dry run" in told.output
    assert exported(qingshan) == before


def test_the_missing_leave_on_the_day_that_is_said(qingshan: VillageOnDisk, newer: str) -> None:
    assert qingshan.kiosk(import_roster, newer, *HERE, "--mark-left", "2024-07-31").exit_code == 0
    said = "Brought in a roster: 1 new households, 2 new people, 1 changed, 1 left"
    assert qingshan.log() == [("kiosk import roster", said)]
    assert {row["name"]: row["left"] for row in exported(qingshan)}["王建国"] == "2024-07-31"


def test_the_roster_of_a_period_is_who_was_on_the_roll_on_its_last_day(
    qingshan: VillageOnDisk, newer: str, tmp_path: Path
) -> None:
    qingshan.kiosk(import_roster, newer, *HERE, "--mark-left", "2024-07-31")
    joining = tmp_path / "迁入.csv"
    joining.write_text("户号,姓名,与户主关系,迁入日期\n003,赵六,户主,2024-08-31\n")
    qingshan.kiosk(import_roster, str(joining), *HERE)
    assert [row["household"] for row in exported(qingshan, "--period", "2024-07")] == [*["001"] * 3, "002"]
    assert [row["household"] for row in exported(qingshan, "--period", "2024-08")] == [*["001"] * 3, "003"]
    assert [row["name"] for row in exported(qingshan, "--period", "2024Q3")][-1] == "赵六"


def test_one_wrong_row_keeps_everything_out_and_every_problem_is_told(
    qingshan: VillageOnDisk, tmp_path: Path
) -> None:
    file = tmp_path / "花名册.csv"
    file.write_text("户号,姓名,与户主关系,出生日期\n005,钱七,户主,1970-02-30\n006,孙八,妻,\n")
    before = exported(qingshan)
    told = qingshan.kiosk(import_roster, str(file), *HERE)
    assert told.exit_code == 1
    assert "花名册.csv: CSV, row 2, column 出生日期: “1970-02-30” is not a date" in told.output
    assert "花名册.csv: CSV, row 3, column 与户主关系: household 006 has no head" in told.output
    assert exported(qingshan) == before


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_was_exported_comes_in_again_without_a_change(
    qingshan: VillageOnDisk, newer: str, tmp_path: Path, form: str
) -> None:
    qingshan.kiosk(import_roster, newer, *HERE, "--mark-left", "2024-07-31")
    file = tmp_path / f"roster.{form}"
    assert qingshan.kiosk(export_roster, *HERE, "--format", form, "-o", str(file)).exit_code == 0
    told = qingshan.kiosk(import_roster, str(file), *HERE)
    assert "0 new households, 0 new people, 0 changed, 5 as before, 0 missing." in told.output


def test_a_roster_is_written_as_a_workbook_and_as_json(qingshan: VillageOnDisk, tmp_path: Path) -> None:
    file = tmp_path / "roster.xlsx"
    qingshan.kiosk(export_roster, *HERE, "--format", "xlsx", "-o", str(file))
    lines = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    assert lines[:2] == [COLUMNS, ["001", "张三", "户主", "一组", "", "local", "", "", ""]]
    told = json.loads(qingshan.kiosk(export_roster, *HERE, "--format", "json").stdout)
    assert told[0]["name"] == "张三"
    assert told[0]["born"] is None


def test_an_unknown_village_is_refused_by_name(qingshan: VillageOnDisk, newer: str) -> None:
    told = qingshan.kiosk(import_roster, newer, "--village", "qinshan")
    assert told.exit_code == 1
    assert "There is no village qinshan; the villages here are: qingshan" in told.output


def test_a_village_is_added_and_told_its_address(qingshan: VillageOnDisk) -> None:
    told = qingshan.kiosk(add_village, "baiyun", "白云村", "--public-names", "masked")
    assert qingshan.log(2) == [("kiosk village add", "Added the village 白云村")]
    assert told.exit_code == 0
    assert "/v/baiyun" in told.output
    assert "household codes only" not in told.output
    assert "household codes only" in qingshan.kiosk(add_village, "heishan", "黑山村").output


def test_a_village_is_added_with_the_hours_of_its_screen_or_not_at_all(qingshan: VillageOnDisk) -> None:
    assert qingshan.kiosk(add_village, "baiyun", "白云村", "--screen-on", "06:30").exit_code == 1
    both = ("--screen-on", "06:30", "--screen-off", "21:30")
    assert qingshan.kiosk(add_village, "baiyun", "白云村", *both).exit_code == 0
    database = qingshan.open()
    with database.read() as connection:
        made = village(connection, "baiyun")
    database.close()
    assert made
    assert (made.screen_on, made.screen_off) == ("06:30", "21:30")


@pytest.mark.parametrize("code", ["qingshan", "Qingshan", "青山", "a/b", "-a", ""])
def test_a_code_that_is_taken_or_no_address_is_refused(qingshan: VillageOnDisk, code: str) -> None:
    assert qingshan.kiosk(add_village, "--", code, "白云村").exit_code == 1


def test_a_village_without_a_name_is_refused(qingshan: VillageOnDisk) -> None:
    assert qingshan.kiosk(add_village, "baiyun", " ").exit_code == 1
