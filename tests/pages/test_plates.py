"""The plates for the doors: on the administrator's page, and from the command line."""

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
import zxingcpp
from click.testing import CliRunner
from litestar import Litestar
from litestar.testing import TestClient
from PIL import Image, ImageDraw
from sqlalchemy import update

from kiosk.commands.plates import plates_command
from kiosk.roster import plates
from kiosk.roster.households import Household, by_code
from kiosk.scoring import tables
from kiosk.settings import Settings
from tests.conftest import Village
from tests.pages.recorders import Desk, hire, sit_down

LAN = "http://192.168.1.20:8000"
TOKEN = "ZFUJLSXES42RJMTO4G42ZAYLVE"
HOME = Household(1, 1, "01001", "上湾组", "上湾1号", "local", TOKEN)
_RUN = re.compile(r"M(\d+) (\d+)h(\d+)v1h-\d+z")


def scanned(plate: plates.Plate, pixels: int) -> list[str]:
    """What a telephone reads when a module is that many pixels wide."""
    image = Image.new("L", (plate.modules * pixels, plate.modules * pixels), 255)
    draw = ImageDraw.Draw(image)
    for x, y, wide in (tuple(map(int, found)) for found in _RUN.findall(plate.path)):
        draw.rectangle((x * pixels, y * pixels, (x + wide) * pixels - 1, (y + 1) * pixels - 1), fill=0)
    return [code.text for code in zxingcpp.read_barcodes(image)]


@pytest.mark.parametrize(
    ("url", "said"),
    [
        (LAN, f"HTTP://192.168.1.20:8000/H/{TOKEN}"),
        ("https://jifen.qingshan.cn", f"HTTPS://JIFEN.QINGSHAN.CN/H/{TOKEN}"),
        ("https://qingshan.cn/jifen", f"https://qingshan.cn/jifen/h/{TOKEN}"),
    ],
)
def test_the_code_says_the_address_in_capitals_where_that_does_no_harm(url: str, said: str) -> None:
    assert scanned(plates.plate(HOME, url), 4) == [said]


def test_capitals_keep_the_code_small() -> None:
    assert plates.plate(HOME, LAN).modules == 33 + 2 * plates.QUIET


def test_the_address_stands_in_letters_in_groups_of_four() -> None:
    plate = plates.plate(HOME, LAN)
    assert plate.site == "192.168.1.20:8000/h/"
    assert plate.letters[:2] == ["ZFUJ", "LSXE"]
    assert "".join(plate.letters) == TOKEN


def test_eight_plates_fill_a_sheet() -> None:
    sheets = plates.on_sheets([plates.plate(HOME, LAN)] * 17)
    assert [len(sheet) for sheet in sheets] == [8, 8, 1]


def desk_of(app: Litestar, village: Village, name: str) -> Desk:
    """A member of the staff, reading English."""
    village.write(lambda connection: hire(connection, village))
    desk = sit_down(app, village, name)
    desk.browser.cookies.set("lang", "en")
    return desk


@pytest.fixture
def desk(app: Litestar, village: Village) -> Desk:
    return desk_of(app, village, "周平")


def test_every_household_on_the_roll_gets_a_plate(desk: Desk) -> None:
    text = desk.get("/admin/plates").text
    assert re.findall(r'plate-code">(\w+)<', text) == ["001", "002", "003", "004", "005"]
    assert "张三" not in text


def test_who_has_left_gets_none(desk: Desk, village: Village) -> None:
    gone = update(tables.member).where(tables.member.c.household_id == village.households["002"])
    village.write(lambda connection: connection.execute(gone.values(left=date(2026, 8, 1))))
    assert 'plate-code">002<' not in desk.get("/admin/plates").text


def test_a_group_or_one_household_can_be_printed_alone(desk: Desk) -> None:
    group = desk.get("/admin/plates?group=二组").text
    assert re.findall(r'plate-code">(\w+)<', group) == ["003", "004"]
    one = desk.get("/admin/plates?household=004").text
    assert re.findall(r'plate-code">(\w+)<', one) == ["004"]


def test_an_unknown_group_is_told_which_there_are(desk: Desk) -> None:
    answer = desk.get("/admin/plates?group=九组")
    assert answer.status_code == 422
    assert "There is no group 九组; the groups here are: 一组、" in answer.text


def test_codes_that_would_lead_to_localhost_are_warned_about(desk: Desk) -> None:
    assert "Do not print these plates yet" in desk.get("/admin/plates").text


def test_with_a_base_address_there_is_no_warning(app: Litestar, village: Village) -> None:
    desk = desk_of(app, village, "周平")
    app.state.site.settings = replace(app.state.site.settings, base_url=LAN)
    text = desk.get("/admin/plates").text
    assert "Do not print" not in text
    assert "192.168.1.20:8000/h/" in text


def test_the_page_is_never_stored(desk: Desk) -> None:
    assert desk.get("/admin/plates").headers["cache-control"] == "no-store"


@pytest.mark.parametrize("name", ["刘敏", "陈静", "孙镇"])
def test_only_the_administrator_sees_the_keys(app: Litestar, village: Village, name: str) -> None:
    answer = desk_of(app, village, name).get("/admin/plates")
    assert answer.status_code == 403
    assert "TOKEN" not in answer.text


def test_a_stranger_is_asked_to_sign_in(client: TestClient[Litestar]) -> None:
    assert client.get("/admin/plates", follow_redirects=False).status_code == 303


def kiosk_plates(settings: Settings, *words: str, base_url: str = LAN):  # type: ignore[no-untyped-def]
    environment = {"KIOSK_DATA": str(settings.data), "KIOSK_LANG": "en", "KIOSK_BASE_URL": base_url}
    return CliRunner().invoke(plates_command, ["--village", "qingshan", *words], env=environment)


def test_the_command_writes_a_file_that_stands_alone(
    alone: Village, settings: Settings, tmp_path: Path
) -> None:
    target = tmp_path / "plates.html"
    result = kiosk_plates(settings, "-o", str(target))
    assert result.exit_code == 0, result.output
    assert "Wrote 5 plates" in result.stderr
    text = target.read_text("utf-8")
    assert text.count('class="plate"') == 5
    assert ' href="' not in text
    assert ' src="' not in text
    assert "Do not print" not in text
    with alone.database.read() as connection:
        home = by_code(connection, 1, "003")
    assert home
    assert plates.plate(home, LAN).path in text


def test_the_command_warns_when_nobody_could_follow_the_codes(
    alone: Village, settings: Settings, tmp_path: Path
) -> None:
    result = kiosk_plates(settings, "-o", str(tmp_path / "plates.html"), base_url="")
    assert result.exit_code == 0
    assert "KIOSK_BASE_URL is not set" in result.stderr
    assert "Do not print" in (tmp_path / "plates.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("-o", "plates.txt"), "must end in .html or .pdf"),
        (("-o", "plates.html", "--group", "九组"), "the groups here are: 一组、"),
        (("-o", "plates.html", "--village", "nowhere"), "qingshan"),
    ],
)
def test_what_cannot_be_printed_is_said(
    alone: Village,
    settings: Settings,
    words: tuple[str, ...],
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    result = kiosk_plates(settings, *words)
    assert result.exit_code == 1
    assert said in result.stderr
    assert not list(tmp_path.glob("plates.*"))


def test_a_pdf_without_a_browser_says_what_to_do(
    alone: Village, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.which", lambda _: None)
    result = kiosk_plates(settings, "-o", str(tmp_path / "plates.pdf"))
    assert result.exit_code == 1
    assert "write a .html and print that" in result.stderr
