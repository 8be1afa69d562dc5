"""kiosk.toml, as a clerk writes it on another computer, and what the box makes of it."""

import configparser
import shlex
import subprocess
import sys
from contextlib import redirect_stderr
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from io import StringIO
from pathlib import Path
from types import ModuleType

import pytest

from kiosk.settings import read_settings

BOX = Path(__file__).resolve().parent.parent.parent / "deploy" / "raspberry-pi"
EXAMPLE = (BOX / "kiosk.toml.example").read_text("utf-8")
WIFI = '\n[wifi]\nname = "村委会 5G"\npassword = "a b\\\\c d;e"\ncountry = "CN"\n'


def program() -> ModuleType:
    loader = SourceFileLoader("kiosk_settings", str(BOX / "files" / "kiosk-settings"))
    spec = spec_from_loader("kiosk_settings", loader)
    assert spec
    module = module_from_spec(spec)
    sys.dont_write_bytecode, before = True, sys.dont_write_bytecode
    loader.exec_module(module)
    sys.dont_write_bytecode = before
    return module


@dataclass(frozen=True)
class Told:
    returncode: int
    stderr: str


def made(text: str, folder: Path) -> Told:
    file = folder / "kiosk.toml"
    file.write_text(text, "utf-8")
    return asked(str(file), folder)


def asked(file: str, folder: Path) -> Told:
    with redirect_stderr(StringIO()) as told:
        code = program().main(file, str(folder), "kiosk.local")
    return Told(code, told.getvalue())


def environment(file: Path) -> dict[str, str]:
    return dict(word.split("=", 1) for word in shlex.split(file.read_text("utf-8")))


def test_the_example_is_a_village_with_a_screen(tmp_path: Path) -> None:
    assert made(EXAMPLE, tmp_path).returncode == 0
    settings = read_settings(environment(tmp_path / "kiosk.env"))
    assert (str(settings.data), settings.port, settings.url) == ("/var/lib/kiosk", 80, "http://192.168.1.20")
    assert (settings.lang, settings.tz) == ("zh_Hans", "Asia/Shanghai")
    assert environment(tmp_path / "screen.env")["SCREEN_ADDRESS"] == "http://localhost/v/qingshan/square"
    install = environment(tmp_path / "install.env")
    assert (install["VILLAGE_NAME"], install["ADMIN_NAME"], install["SCREEN"]) == ("青山村", "周平", "yes")
    assert "OnCalendar=*-*-* 21:30:00" in (tmp_path / "hours-off.conf").read_text()
    assert not (tmp_path / "wifi.nmconnection").exists()


def test_what_comes_from_notepad_is_read(tmp_path: Path) -> None:
    assert made("\ufeff" + EXAMPLE.replace("\n", "\r\n"), tmp_path).returncode == 0


def test_without_a_file_the_village_is_made_on_a_page(tmp_path: Path) -> None:
    assert asked("-", tmp_path).returncode == 0
    install = environment(tmp_path / "install.env")
    assert (install["VILLAGE_CODE"], install["SCREEN"]) == ("", "no")
    assert environment(tmp_path / "kiosk.env")["KIOSK_BASE_URL"] == "http://kiosk.local"


def test_a_port_in_the_address_is_where_it_serves(tmp_path: Path) -> None:
    made(EXAMPLE.replace("192.168.1.20", "192.168.1.20:8080"), tmp_path)
    assert read_settings(environment(tmp_path / "kiosk.env")).port == 8080
    assert environment(tmp_path / "screen.env")["SCREEN_SERVER"] == "http://localhost:8080"


def test_the_wifi_is_written_as_networkmanager_reads_it(tmp_path: Path) -> None:
    assert made(EXAMPLE + WIFI, tmp_path).returncode == 0
    file = tmp_path / "wifi.nmconnection"
    assert file.stat().st_mode & 0o077 == 0
    parser = configparser.RawConfigParser()
    parser.read(file, "utf-8")
    assert parser["wifi"]["ssid"] == "村委会 5G"
    assert parser["wifi-security"]["psk"] == "a\\sb\\\\c\\sd;e"


def test_a_name_is_never_taken_for_a_command(tmp_path: Path) -> None:
    name = "$(touch /tmp/x) ' \\\" ; reboot"
    assert made(EXAMPLE.replace("周平", name), tmp_path).returncode == 0
    shown = subprocess.run(
        ["sh", "-c", '. "$1"; printf %s "$ADMIN_NAME"', "sh", tmp_path / "install.env"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == name.replace("\\", "")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('address = "http://192.168.1.20"', 'address = "192.168.1.20"', "address"),
        ('address = "http://192.168.1.20"', 'address = "http://192.168.1.20:99999"', "address"),
        ('code = "qingshan"', 'code = "青山"', "village.code"),
        ('code = "qingshan"', "", "village"),
        ('public_names = "masked"', 'public_names = "all"', "village.public_names"),
        ('time_zone = "Asia/Shanghai"', 'time_zone = "Beijing"', "time_zone"),
        ("show = true", 'show = "yes"', "screen.show"),
        ('off = "21:30"', 'off = "9pm"', "screen.off"),
        ('off = "21:30"', 'off = "06:30"', "screen"),
        ('language = "zh_Hans"', 'langauge = "zh_Hans"', "langauge"),
        ("[admin]", "[[admin]]", "admin"),
        ('code = "qingshan"', "code = ”qingshan”", "kiosk.toml.example"),
    ],
)
def test_a_mistake_is_named_and_nothing_is_written(
    before: str, after: str, told: str, tmp_path: Path
) -> None:
    assert before in EXAMPLE
    answer = made(EXAMPLE.replace(before, after), tmp_path)
    assert answer.returncode == 1
    assert told in answer.stderr
    assert "Traceback" not in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["kiosk.toml"]


def test_all_mistakes_are_named_at_once(tmp_path: Path) -> None:
    told = made(EXAMPLE.replace("Asia/Shanghai", "Beijing").replace("masked", "all"), tmp_path).stderr
    assert "time_zone" in told
    assert "village.public_names" in told
