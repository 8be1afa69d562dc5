"""Rulebook and registers in, everything out again: what the office types around Excel."""

import csv
import io
import json
from pathlib import Path

import pytest

from kiosk.commands.events import export_events, import_events
from kiosk.commands.ledger import export_ledger
from kiosk.commands.plates import plates_command
from kiosk.commands.rulebook import export_rulebook, import_rulebook
from kiosk.commands.standings import export_standings
from kiosk.commands.verify import verify_command
from kiosk.scoring import rulebooks
from kiosk.scoring.rulebooks import default_rulebook
from tests.village_on_disk import VillageOnDisk, found

HERE = ("--village", "qingshan")
HEADER = "编号,日期,户号,成员,条目,分值,地点,事由,依据,记录人"
REGISTER = (
    "1,2024年8月1日,001,李秀英,H01,,村口,,巡查,老陈",
    "2,2024/8/2,1,,C01,3,自家院落,院子干净，没有杂物,,老陈",
    ",20240803,002,王建国,i01,1,祠堂,,,",
    "合计,,,,,,,,,",
)


@pytest.fixture
def qingshan(tmp_path: Path) -> VillageOnDisk:
    return found(tmp_path / "data")


def register(tmp_path: Path, *lines: str) -> str:
    file = tmp_path / "台账.csv"
    file.write_bytes("\n".join(("青山村积分台账", HEADER, *lines)).encode("gb18030"))
    return str(file)


def table(output: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(output.decode("utf-8-sig"))))


def test_the_default_rulebook_goes_out_to_excel_and_comes_back_as_the_same(
    qingshan: VillageOnDisk, tmp_path: Path
) -> None:
    book = tmp_path / "细则.xlsx"
    assert qingshan.kiosk(export_rulebook, "--format", "xlsx", "-o", str(book)).exit_code == 0
    told = qingshan.kiosk(import_rulebook, str(book))
    assert told.exit_code == 0
    assert "the newest rulebook already" in told.output
    whole = json.loads(qingshan.kiosk(export_rulebook, "--format", "json").stdout)
    assert (whole["title"], whole["applies_from"]) == (default_rulebook().title, "2024-01-01")


def test_a_new_rulebook_is_a_new_version_from_its_day(qingshan: VillageOnDisk, tmp_path: Path) -> None:
    book = tmp_path / "细则.toml"
    book.write_text(
        'title = "青山镇细则"\napplies_from = 2024-10-01\n[[category]]\nname = "甲"\n'
        '[[category.item]]\nitem = "X1"\ntitle = "献血"\nsubject = "个人"\npoints = 5\n'
    )
    told = qingshan.kiosk(import_rulebook, str(book)).output
    assert "1 items, from 2024-10-01 on" in told
    assert "No longer among the honours of the year: 干净人家" in told  # it weighed 人居环境
    database = qingshan.open()
    with database.read() as connection:
        newest = rulebooks.newest(connection)
    database.close()
    assert newest is not None
    assert (newest.book.title, str(newest.applies_from)) == ("青山镇细则", "2024-10-01")
    said = "Brought in the rulebook “青山镇细则”, which applies from 2024-10-01 on"
    assert qingshan.log(None) == [("kiosk import rulebook", said)]


def test_an_older_rulebook_is_told_which_one_stays_in_force(qingshan: VillageOnDisk, tmp_path: Path) -> None:
    book = tmp_path / "细则.toml"
    words = 'title = "%s"\napplies_from = %s\n[[category]]\nname = "甲"\n[[category.item]]\n' + (
        'item = "X1"\ntitle = "献血"\nsubject = "个人"\npoints = 5\n'
    )
    book.write_text(words % ("旧细则", "2023-10-01"))
    told = qingshan.kiosk(import_rulebook, str(book))
    assert f"{default_rulebook().title}, in force since 2024-01-01, stays in force today." in told.output
    book.write_text(words % ("新细则", "2024-10-01"))
    assert "stays in force" not in qingshan.kiosk(import_rulebook, str(book)).output


def test_the_rulebook_of_a_period_is_the_one_in_force_on_its_last_day(
    qingshan: VillageOnDisk, tmp_path: Path
) -> None:
    book = tmp_path / "细则.csv"
    book.write_text("类别,编号,条目,对象,分值\n甲,X1,献血,个人,5\n")
    qingshan.kiosk(import_rulebook, str(book), "--applies-from", "2024-10-01")
    first = table(qingshan.kiosk(export_rulebook, *HERE, "--period", "2024Q3").stdout_bytes)
    second = table(qingshan.kiosk(export_rulebook, "--period", "2024-10").stdout_bytes)
    assert (len(first), [row["item"] for row in second]) == (len(default_rulebook().items), ["X1"])


def test_the_rulebook_of_an_unknown_village_is_refused_by_name(qingshan: VillageOnDisk) -> None:
    told = qingshan.kiosk(export_rulebook, "--village", "nope")
    assert (told.exit_code, told.stdout) == (1, "")
    assert "There is no village nope; the villages here are: qingshan" in told.stderr


def test_a_wrong_rulebook_is_refused_with_every_problem(qingshan: VillageOnDisk, tmp_path: Path) -> None:
    book = tmp_path / "细则.toml"
    book.write_text(
        '[[category]]\nname = "甲"\n[[category.item]]\nitem = "X1"\nsubject = "个人"\npoints = 5\n'
    )
    told = qingshan.kiosk(import_rulebook, str(book))
    assert told.exit_code == 1
    assert "细则.toml: category[1].X1.title: Please fill this in" in told.output
    assert "细则.toml: title: Please fill this in" in told.output


def test_a_register_is_brought_in_once(qingshan: VillageOnDisk, tmp_path: Path) -> None:
    file = register(tmp_path, *REGISTER)
    assert "3 new, 0 already there" in qingshan.kiosk(import_events, file, *HERE).output
    assert "0 new, 3 already there" in qingshan.kiosk(import_events, file, *HERE).output
    brought_in = "Brought in a paper register: 3 new events, 0 already there"
    assert qingshan.log() == [("kiosk import events", brought_in)]
    assert qingshan.kiosk(verify_command).exit_code == 0


@pytest.mark.parametrize("words", ["import", "plates"])
def test_no_bar_and_no_empty_line_where_nobody_watches(
    qingshan: VillageOnDisk, tmp_path: Path, words: str
) -> None:
    if words == "import":
        told = qingshan.kiosk(import_events, register(tmp_path, *REGISTER), *HERE)
    else:
        told = qingshan.kiosk(plates_command, *HERE, "-o", str(tmp_path / "plates.html"))
        assert qingshan.log()[0] == ("kiosk plates", "Made plates for the doors: 2")
    assert told.exit_code == 0
    assert told.stderr.splitlines()
    assert all(told.stderr.splitlines())


def test_a_dry_run_changes_nothing(qingshan: VillageOnDisk, tmp_path: Path) -> None:
    file = register(tmp_path, *REGISTER)
    assert "3 new" in qingshan.kiosk(import_events, file, *HERE, "--dry-run").output
    assert "3 new" in qingshan.kiosk(import_events, file, *HERE).output


def test_one_wrong_row_keeps_the_whole_register_out_and_every_problem_is_told(
    qingshan: VillageOnDisk, tmp_path: Path
) -> None:
    unread = register(tmp_path, *REGISTER, "7,2024-08-33,001,,C01,x,,,,", "8,2024-08-01,001,,,,,,,")
    told = qingshan.kiosk(import_events, unread, *HERE)
    assert told.exit_code == 1
    assert "台账.csv: CSV, row 7, column 日期: “2024-08-33” is not a date" in told.output
    assert "row 7, column 分值" in told.output
    assert "row 8, column 条目: Please fill this in" in told.output
    unknown = register(tmp_path, *REGISTER, "7,2024-08-03,009,,C01,2,,,,")
    told = qingshan.kiosk(import_events, unknown, *HERE)
    assert told.exit_code == 1
    assert "row 7, column 户号: There is no household 009 in this village" in told.output
    assert table(qingshan.kiosk(export_events, *HERE).stdout_bytes) == []


def test_what_cannot_be_read_and_what_cannot_be_found_are_told_together(
    qingshan: VillageOnDisk, tmp_path: Path
) -> None:
    file = register(tmp_path, "1,2024-13-01,777,,Z9,,,,,", "2,2024-08-01,002,,C01,很多,,,,")
    result = qingshan.kiosk(import_events, file, *HERE)
    assert result.exit_code == 1
    for told in ("2024-13-01", "777", "Z9", "很多"):
        assert told in result.output


def test_registers_for_review_wait(qingshan: VillageOnDisk, tmp_path: Path) -> None:
    qingshan.kiosk(import_events, register(tmp_path, *REGISTER), *HERE, "--pending")
    exported = table(qingshan.kiosk(export_events, *HERE).stdout_bytes)
    assert [row["status"] for row in exported] == ["waiting"] * 3
    assert [row["awarded"] for row in exported] == [""] * 3


def test_the_exported_register_says_what_became_of_each_row(qingshan: VillageOnDisk, tmp_path: Path) -> None:
    again = ("9,2024-08-20,001,,C01,5,,,,",)  # once a month only
    qingshan.kiosk(import_events, register(tmp_path, *REGISTER, *again), *HERE)
    first, second, third, capped = table(
        qingshan.kiosk(export_events, *HERE, "--period", "2024Q3").stdout_bytes
    )
    assert first | {"approved_by": ""} == {
        "ref": "1",
        "occurred_on": "2024-08-01",
        "household": "001",
        "member": "李秀英",
        "item": "H01",
        "points": "2",
        "place": "村口",
        "reason": "",
        "basis": "巡查",
        "recorder": "老陈",
        "awarded": "2",
        "status": "counted",
        "why": "",
        "approved_by": "",
    }
    assert second["reason"] == "院子干净，没有杂物"
    assert len(third["ref"]) == 8
    assert (capped["points"], capped["awarded"], capped["status"]) == ("5", "0", "counted")
    assert capped["why"]


def test_an_exported_register_can_be_brought_back_without_doubling(
    qingshan: VillageOnDisk, tmp_path: Path
) -> None:
    qingshan.record("C01", "2024-08-01", "5")
    qingshan.kiosk(import_events, register(tmp_path, *REGISTER), *HERE)
    file = tmp_path / "export.xlsx"
    qingshan.kiosk(export_events, *HERE, "--format", "xlsx", "-o", str(file))
    told = qingshan.kiosk(import_events, str(file), *HERE)
    assert "0 new, 4 already there" in told.output, told.output


def test_a_figure_changed_in_an_exported_register_is_not_lost_silently(
    qingshan: VillageOnDisk, tmp_path: Path
) -> None:
    qingshan.kiosk(import_events, register(tmp_path, *REGISTER), *HERE)
    file = tmp_path / "export.csv"
    qingshan.kiosk(export_events, *HERE, "-o", str(file))
    file.write_text(file.read_text("utf-8").replace(",C01,3,", ",C01,4,"), "utf-8")
    told = qingshan.kiosk(import_events, str(file), *HERE)
    assert told.exit_code == 1
    assert "export.csv: CSV, row 3, column points: 2 is already here as event no. 2" in told.output
    assert "reverse it, and record it anew" in told.output


def test_what_begins_like_a_formula_cannot_run(qingshan: VillageOnDisk) -> None:
    qingshan.record("C01", "2024-08-01", "5")
    (row,) = table(qingshan.kiosk(export_events, *HERE).stdout_bytes)
    assert row["place"] == "'=村口"


def test_standings_have_the_columns_that_the_reference_names(qingshan: VillageOnDisk) -> None:
    qingshan.record("C01", "2024-05-01", "4")
    qingshan.record("H01", "2024-05-02", member_id=2)
    first, second = table(qingshan.kiosk(export_standings, *HERE, "--period", "2024Q2").stdout_bytes)
    assert first == {
        "rank": "1",
        "household": "001",
        "head": "张三",
        "group": "一组",
        "total": "6",
        "member_points": "2",
        "household_points": "4",
    }
    assert (second["rank"], second["head"], second["total"]) == ("2", "王建国", "0")
    year = json.loads(qingshan.kiosk(export_standings, *HERE, "--period", "2024", "--format", "json").stdout)
    assert list(year[0]) == ["rank", "household", "head", "group", "average", "quarters"]
    assert (year[0]["average"], year[0]["quarters"]) == (1.5, 4)


def test_without_a_period_the_running_quarter_is_exported(qingshan: VillageOnDisk) -> None:
    qingshan.record("C01", "2024-05-01", "4")
    assert {row["total"] for row in table(qingshan.kiosk(export_standings, *HERE).stdout_bytes)} == {"0"}


def test_the_exported_ledger_is_the_chain_without_names(qingshan: VillageOnDisk) -> None:
    qingshan.record("C01", "2024-05-01", "4")
    qingshan.record("H01", "2024-08-02", member_id=2)
    told = qingshan.kiosk(export_ledger, *HERE)
    first, second = table(told.stdout_bytes)
    names = "number month household item cause points counted_on correction posted_at previous digest"
    assert " ".join(first) == names
    assert (first["month"], first["household"], first["points"], first["cause"]) == (
        "2024-05",
        "001",
        "4",
        "award",
    )
    assert second["previous"] == first["digest"]
    assert "李秀英" not in told.stdout
    (only,) = table(qingshan.kiosk(export_ledger, *HERE, "--period", "2024-08").stdout_bytes)
    assert only == second
