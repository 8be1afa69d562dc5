"""The registers as an office sees them: opened by LibreOffice, all in one go, and printed to PDF."""

import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from kiosk.languages import translations
from kiosk.sheets.paper import Chart, Column, Sheet, signing, workbook
from kiosk.sheets.registers import FOR_THE_OFFICE, REGISTERS, columns_of

COUNTS = (0, 1, 150)
CELLS = {
    "text": "",
    "number": Decimal("-0.5"),
    "day": date(2026, 8, 15),
    "moment": datetime(2026, 8, 15, 23, 59, tzinfo=UTC),
}
LONG = "参加村庄清洁行动，清理河道两岸的垃圾和杂草，一直忙到天黑才收工回家（=1+1）"
say = translations("zh_Hans").gettext


def sheet(name: str, count: int) -> Sheet:
    """A register of so many rows; every seventh has a long text wherever one may stand."""
    register = REGISTERS[name]
    columns = columns_of(register, say)

    def cells(number: int) -> Iterator[object]:
        yield number
        for column in columns[1:]:
            long = LONG if number % 7 == 0 and column.width > 20 else "欧阳建华"
            yield long if column.kind == "wrap" else CELLS[column.kind]

    return Sheet(
        name=say(register.title),
        title=f"青山村 {say(register.title)}",
        columns=columns,
        rows=(tuple(cells(number)) for number in range(1, count + 1)),
        lines=("2026年第三季度", say(FOR_THE_OFFICE)),
        foot=f"青山村 {say(register.title)}",
        empty=say(register.empty),
        **signing(say),
    )


def with_chart() -> Sheet:
    """Groups with their means now and before, as the township's report has them."""
    rows = [
        (f"{name}组", Decimal(number), Decimal(9 - number)) for number, name in enumerate("一二三四五", 1)
    ]
    columns = [Column("村民小组", 16), Column("户均分", 12, "number"), Column("上一期", 12, "number")]
    return Sheet(
        name="各组",
        title="青山村 各组",
        columns=columns,
        rows=rows,
        landscape=False,
        chart=Chart("bar", (1, 2)),
    )


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[tuple[str, int], list[str]]:
    """The text of every page of every register, by its name and number of rows."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if not office or not shutil.which("pdftotext"):
        pytest.skip("needs LibreOffice (libreoffice-calc-nogui) and pdftotext (poppler-utils)")
    folder = tmp_path_factory.mktemp("office")
    files = {(name, count): folder / f"{name}-{count}.xlsx" for name in REGISTERS for count in COUNTS}
    for (name, count), file in files.items():
        file.write_bytes(workbook([sheet(name, count)]))
    files["chart", 5] = folder / "chart.xlsx"
    files["chart", 5].write_bytes(workbook([with_chart()]))
    alone = f"-env:UserInstallation=file://{folder}/profile"
    options = [alone, "--headless", "--norestore", "--convert-to", "pdf", "--outdir", str(folder)]
    told = subprocess.run(
        [office, *options, *map(str, files.values())], capture_output=True, text=True, timeout=120, check=True
    )
    assert "Error" not in told.stderr + told.stdout
    return {key: pages(file.with_suffix(".pdf")) for key, file in files.items()}


def pages(file: Path) -> list[str]:
    told = subprocess.run(["pdftotext", "-layout", file, "-"], capture_output=True, text=True, check=True)
    return told.stdout.split("\f")[:-1]


@pytest.mark.parametrize("name", REGISTERS)
def test_a_long_register_has_its_head_on_every_page_and_the_seal_on_the_last(
    printed: Mapping[tuple[str, int], list[str]], name: str
) -> None:
    register = REGISTERS[name]
    whole = printed[name, 150]
    assert 4 < len(whole) < 60
    heads = [say(column.title) for column in register.columns if column.width < 10]
    for number, page in enumerate(whole[:-1], start=1):
        assert f"第 {number} 页，共 {len(whole)} 页" in page
        assert all(head[:2] in page for head in heads), page
    assert "请勿对外张贴" in whole[0]
    assert all(word in whole[-1] for word in ("148", "149", "150", "制表：", "（村民委员会盖章）"))
    assert "#" not in "".join(whole)  # a column too narrow for its figures or days


@pytest.mark.parametrize("name", REGISTERS)
def test_one_with_a_row_or_none_is_a_single_page(
    printed: Mapping[tuple[str, int], list[str]], name: str
) -> None:
    register = REGISTERS[name]
    (empty,), (single,) = printed[name, 0], printed[name, 1]
    assert say(register.empty) in empty
    assert say(register.title) in single
    assert "第 1 页，共 1 页" in single
    assert re.search(r"制表：\s+审核：\s+监督：", single)


def test_what_is_long_is_read_to_its_end(printed: Mapping[tuple[str, int], list[str]]) -> None:
    whole = re.sub(r"\s", "", "".join(printed["events", 150]))
    assert whole.count("（=1+1）") >= 21


def test_a_chart_stands_on_the_sheet_of_its_figures(printed: Mapping[tuple[str, int], list[str]]) -> None:
    [page] = printed["chart", 5]
    assert page.count("三组") == 2  # in the table and at its bars
    assert page.count("上一期") == 2  # over the column and in the legend
