"""Files that would eat the box are refused with a sentence, before anything makes room for them (R14)."""

import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest

from kiosk.scoring.problems import Refused
from kiosk.sheets import opening
from kiosk.sheets.legacy import read_legacy
from kiosk.sheets.limits import NOT_A_SHEET, TOO_LARGE, TOO_MANY_COLUMNS, TOO_MANY_ROWS
from kiosk.sheets.roster import read_roster
from tests.sheets.workbooks import hand_made, workbook

EMPTY_SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
)
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def _million_rows() -> bytes:
    return hand_made("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, 1_000_001)))


def _long_text_shown_often() -> bytes:
    rows = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(2, 2_000))
    return hand_made(rows, f"<si><t>{'长' * 100_000}</t></si>")


def _bomb() -> bytes:
    file = BytesIO(hand_made(""))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/b.xml", "w") as part:
        for _ in range(100):
            part.write(bytes(1_000_000))
    return file.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "a million rows": (_million_rows, TOO_LARGE),
    "more rows than a list has": (
        lambda: hand_made("".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(2, 20_002))),
        TOO_MANY_ROWS,
    ),
    "one cell in the farthest corner": (
        lambda: hand_made('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
        TOO_MANY_ROWS,
    ),
    "one cell far to the right": (
        lambda: hand_made('<row r="2"><c r="XFD2"><v>1</v></c></row>'),
        TOO_MANY_COLUMNS,
    ),
    "cells that do not say where they are": (
        lambda: hand_made(f"<row>{'<c><v>1</v></c>' * 200_000}</row>"),
        NOT_A_SHEET,
    ),
    "a long text shown by many cells": (_long_text_shown_often, TOO_LARGE),
    "a zip bomb": (_bomb, TOO_LARGE),
    "many sheets that are one": (lambda: hand_made("", sheets=500), NOT_A_SHEET),
    "cells hidden in another encoding": (
        lambda: hand_made('<row r="2"><c r="A2"><f>1+1</f></c></row>', encoding="utf-16"),
        NOT_A_SHEET,
    ),
    "a zip cut in two": (lambda: workbook(("户号", "姓名", "与户主关系"))[:2_000], NOT_A_SHEET),
    "a zip that is no workbook": (lambda: _zip_of("a.txt"), NOT_A_SHEET),
    "a picture": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(range(256)) * 20, NOT_A_SHEET),
    "nothing": (lambda: b"", NOT_A_SHEET),
    "an old workbook full of zeros": (lambda: OLD_WORKBOOK + bytes(8_000), NOT_A_SHEET),
    "a cell without an end": (lambda: ('户号,姓名,与户主关系\n1,"' + "a" * 200_000).encode(), NOT_A_SHEET),
    "a CSV of 20,001 lines": (lambda: ("户号,姓名,与户主关系\n" * 20_001).encode(), TOO_MANY_ROWS),
    "a CSV of 101 columns": (lambda: ("户号,姓名,与户主关系" + "," * 98).encode(), TOO_MANY_COLUMNS),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(kind: str) -> None:
    make, sentence = HOSTILE[kind]
    content = make()
    with pytest.raises(Refused) as refused:
        read_roster(content, date(2026, 8, 15))
    assert [problem.sentence for problem in refused.value.problems] == [sentence]


@pytest.mark.parametrize("kind", ["a million rows", "a long text shown by many cells", "a zip bomb"])
def test_refusing_takes_little_time_and_memory(kind: str, tmp_path: Path) -> None:
    file = tmp_path / "hostile"
    file.write_bytes(HOSTILE[kind][0]())
    kilobytes, seconds = _measured_opening(file)
    assert kilobytes < 500_000  # the interpreter included
    assert seconds < 5


@pytest.mark.teeth
def test_without_the_look_a_long_text_eats_the_memory(tmp_path: Path) -> None:
    file = tmp_path / "hostile"
    file.write_bytes(_long_text_shown_often())
    kilobytes, _ = _measured_opening(
        file,
        "from kiosk.sheets import archive; archive._MOST_TEXT = 10**12;",
    )
    assert kilobytes > 500_000


def test_a_formula_is_refused_with_its_cell_and_sheet() -> None:
    content = workbook(("户号", "姓名", "与户主关系"), ("001", '=HYPERLINK("http://x","张三")', "户主"))
    with pytest.raises(Refused, match="Cell B2 on sheet 花名册 holds a formula"):
        read_roster(content, date(2026, 8, 15))


def test_a_formula_in_a_csv_is_refused() -> None:
    content = "户号,姓名,与户主关系\n001,=1+1,户主\n".encode()
    with pytest.raises(Refused, match=r"Cell B2 .* holds a formula"):
        read_roster(content, date(2026, 8, 15))


def test_a_workbook_with_a_password_says_what_to_do() -> None:
    content = OLD_WORKBOOK + bytes(600) + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(Refused, match="protected by a password"):
        read_roster(content, date(2026, 8, 15))


def test_empty_cells_down_to_the_last_row_do_no_harm() -> None:
    rows = '<row r="2"><c r="A2"><v>7</v></c><c r="B2" t="s"><v>0</v></c><c r="C2" t="s"><v>1</v></c></row>'
    styled = '<row r="1048576"><c r="A1048576" s="1"/></row>'
    content = hand_made(rows + styled, "<si><t>张三</t></si><si><t>户主</t></si>")
    [home] = read_roster(content, date(2026, 8, 15))
    assert (home.code, home.people[0].name) == ("7", "张三")


def test_the_reader_sees_only_what_was_looked_at() -> None:
    """A part that stands twice in the zip is read once: the one that was checked."""
    file = BytesIO(hand_made('<row r="2"><c r="A2"><v>7</v></c></row>'))
    with zipfile.ZipFile(file, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", EMPTY_SHEET)
    [sheet] = opening.open_sheets(file.getvalue())
    assert sheet.lines == []


def test_what_an_old_workbook_breaks_is_not_this_process() -> None:
    with pytest.raises(Refused):
        read_legacy(OLD_WORKBOOK + b"\xff" * 5_000)


def _zip_of(name: str) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(name, "hello")
    return file.getvalue()


def _measured_opening(file: Path, sabotage: str = "") -> tuple[int, float]:
    """Kilobytes and seconds of the processor that opening a file takes, in a process of its own.

    The kernel's "largest ever" would be that of the tests themselves, which the child had until it began.
    """
    code = (
        f"{sabotage}import pathlib, sys, time\n"
        "from kiosk.scoring.problems import Refused; from kiosk.sheets.opening import open_sheets\n"
        "try: open_sheets(pathlib.Path(sys.argv[1]).read_bytes())\n"
        "except Refused: pass\n"
        "status = pathlib.Path('/proc/self/status').read_text().split()\n"
        "print(status[status.index('VmHWM:') + 1], time.process_time())"
    )
    done = subprocess.run([sys.executable, "-c", code, str(file)], capture_output=True, check=True, text=True)
    kilobytes, seconds = done.stdout.split()
    return int(kilobytes), float(seconds)
