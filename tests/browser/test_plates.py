"""The plates as a printer gets them: drawn by Chromium, rendered to dots, read as a telephone does."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import zxingcpp
from click.testing import CliRunner
from PIL import Image
from sqlalchemy import insert

from kiosk.commands.plates import plates_command, print_pdf
from kiosk.roster.households import households, new_token
from kiosk.roster.plates import coded_address
from kiosk.scoring.tables import household, member
from kiosk.settings import Settings
from tests.conftest import Village

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not shutil.which("chromium"), reason="no Chromium on this machine"),
    pytest.mark.skipif(not shutil.which("pdftoppm"), reason="no pdftoppm on this machine"),
]
LAN = "http://192.168.1.20:8000"
A4 = (2480, 3508)  # dots at 300 to the inch


def print_plates(settings: Settings, target: Path, language: str = "zh_Hans") -> None:
    environment = {"KIOSK_DATA": str(settings.data), "KIOSK_BASE_URL": LAN, "KIOSK_LANG": language}
    result = CliRunner().invoke(plates_command, ["--village", "qingshan", "-o", str(target)], env=environment)
    assert result.exit_code == 0, result.output


def sheets(pdf: Path) -> list[Image.Image]:
    """The pages in dots, 300 to the inch."""
    subprocess.run(["pdftoppm", "-r", "300", "-gray", str(pdf), str(pdf.with_suffix(""))], check=True)
    return [Image.open(path) for path in sorted(pdf.parent.glob("*.pgm"))]


def read_codes(pages: list[Image.Image]) -> list[str]:
    return sorted(code.text for page in pages for code in zxingcpp.read_barcodes(page))


@pytest.fixture
def addresses(alone: Village) -> list[str]:
    """What the codes of 20 households must say: three sheets."""

    def more(connection) -> None:  # type: ignore[no-untyped-def]
        for number in range(100, 115):
            home = {"code": f"{number}", "group_name": "一组", "residency": "local", "token": new_token()}
            added = connection.execute(insert(household).values(village_id=1, **home)).inserted_primary_key
            person = {"name": "王建国", "relation": "户主", "head": True}
            connection.execute(insert(member).values(village_id=1, household_id=added[0], **person))

    alone.write(more)
    with alone.database.read() as connection:
        return sorted(coded_address(home.token, LAN) for home in households(connection, 1))


def test_every_code_on_the_printed_sheets_can_be_read(
    addresses: list[str], settings: Settings, tmp_path: Path
) -> None:
    print_plates(settings, tmp_path / "plates.pdf")
    pages = sheets(tmp_path / "plates.pdf")
    assert [page.size for page in pages] == [pytest.approx(A4, abs=3)] * 3
    assert read_codes(pages) == addresses


def test_longer_words_in_english_stay_beside_the_code(
    addresses: list[str], settings: Settings, tmp_path: Path
) -> None:
    print_plates(settings, tmp_path / "plates.pdf", "en")
    boxes = subprocess.run(
        ["pdftotext", "-bbox", tmp_path / "plates.pdf", "-"], capture_output=True, text=True, check=True
    ).stdout
    begins = [float(left) for left in re.findall(r'xMin="([\d.]+)"[^>]*>Scan<', boxes)]
    ends = [float(right) for right in re.findall(r'xMax="([\d.]+)"[^>]*>points<', boxes)]
    assert len(begins) == len(ends) == len(addresses)
    code, plate = 62 / 25.4 * 72, 97 / 25.4 * 72  # where the first one's code ends, and the width of a plate
    assert min(begins) > code
    assert max(begins) > code + plate
    assert max(ends) < 8 / 25.4 * 72 + 2 * plate


def test_a_code_printed_fifteen_millimetres_wide_can_be_read(
    addresses: list[str], settings: Settings, tmp_path: Path
) -> None:
    print_plates(settings, tmp_path / "plates.html")
    text = (tmp_path / "plates.html").read_text("utf-8")
    small, changed = re.subn(r"\.plate-qr{[^}]*}", ".plate-qr{width:15mm;height:15mm}", text)
    assert changed == 1
    browser = shutil.which("chromium")
    assert browser
    print_pdf(browser, small, tmp_path / "small.pdf")
    assert read_codes(sheets(tmp_path / "small.pdf")) == addresses
