"""kiosk.toml, as a clerk writes it on another computer, and what the box makes of it."""

import configparser
import re
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


CABLE = '\n[cable]\nfixed = "192.168.1.20/24"\ngateway = "192.168.1.1"\n'
HOTSPOT = '\n[hotspot]\nname = "青山村积分"\npassword = "renyi2026"\n'
OWN = EXAMPLE.replace("192.168.1.20", "10.42.0.1")


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
    assert (install["SCREEN_ON"], install["SCREEN_OFF"]) == ("06:30", "21:30")
    assert not (tmp_path / "wifi.nmconnection").exists()


@pytest.mark.parametrize("section", ["cable", "wifi", "hotspot"])
def test_a_section_of_the_example_is_good_once_its_signs_are_taken_away(section: str, tmp_path: Path) -> None:
    before, _, after = EXAMPLE.partition(f"# [{section}]\n")
    lines, _, rest = after.partition("\n\n")
    text = before + f"[{section}]\n" + re.sub("^# ", "", lines, flags=re.MULTILINE) + "\n\n" + rest
    if section == "hotspot":
        text = text.replace('"http://192.168.1.20"', '"http://10.42.0.1"')
    told = made(text, tmp_path)
    assert told.returncode == 0, told.stderr
    assert (tmp_path / f"{section}.nmconnection").exists()


def test_a_television_that_hangs_upright_is_turned(tmp_path: Path) -> None:
    for written, told in (("turn = 0", ""), ("turn = 90", "90")):
        assert made(EXAMPLE.replace("turn = 0", written), tmp_path).returncode == 0
        assert environment(tmp_path / "screen.env")["SCREEN_TURN"] == told


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


def ini(file: Path) -> configparser.RawConfigParser:
    parser = configparser.RawConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(file, "utf-8")
    return parser


def test_a_cable_keeps_its_address_by_either_of_two_programs(tmp_path: Path) -> None:
    told = made(EXAMPLE + CABLE, tmp_path)
    assert told.returncode == 0, told.stderr
    by_manager = ini(tmp_path / "cable.nmconnection")
    assert by_manager["connection"]["type"] == "ethernet"
    assert dict(by_manager["ipv4"]) == {
        "method": "manual",
        "address1": "192.168.1.20/24,192.168.1.1",
        "dns": "192.168.1.1;",
    }
    by_networkd = ini(tmp_path / "cable.network")
    assert dict(by_networkd["Network"]) == {
        "Address": "192.168.1.20/24",
        "Gateway": "192.168.1.1",
        "DNS": "192.168.1.1",
    }


def test_a_wifi_keeps_its_address_without_a_way_out(tmp_path: Path) -> None:
    told = made(EXAMPLE + WIFI + 'fixed = "192.168.1.20/24"\n', tmp_path)
    assert told.returncode == 0, told.stderr
    assert dict(ini(tmp_path / "wifi.nmconnection")["ipv4"]) == {
        "method": "manual",
        "address1": "192.168.1.20/24",
    }


def test_a_box_is_its_own_access_point(tmp_path: Path) -> None:
    told = made(OWN + HOTSPOT + 'channel = 11\nhost = "jifen.lan"\n', tmp_path)
    assert told.returncode == 0, told.stderr
    spot = ini(tmp_path / "hotspot.nmconnection")
    assert (spot["wifi"]["mode"], spot["wifi"]["ssid"], spot["wifi"]["channel"]) == ("ap", "青山村积分", "11")
    assert (spot["wifi-security"]["key-mgmt"], spot["wifi-security"]["psk"]) == ("wpa-psk", "renyi2026")
    assert dict(spot["ipv4"]) == {"method": "shared", "address1": "10.42.0.1/24"}
    assert (tmp_path / "hotspot.dnsmasq").read_text() == "address=/jifen.lan/10.42.0.1\n"
    assert environment(tmp_path / "install.env")["WIFI_COUNTRY"] == "CN"


def test_without_an_address_the_plates_say_the_one_that_is_fixed(tmp_path: Path) -> None:
    made(HOTSPOT, tmp_path)
    assert environment(tmp_path / "kiosk.env")["KIOSK_BASE_URL"] == "http://10.42.0.1"
    named = HOTSPOT + 'host = "jifen.lan"\n'
    assert made('address = "http://jifen.lan"\n' + named, tmp_path).returncode == 0
    assert environment(tmp_path / "kiosk.env")["KIOSK_BASE_URL"] == "http://jifen.lan"


@pytest.mark.parametrize(
    ("text", "where", "told"),
    [
        (EXAMPLE + CABLE.replace(".20/", ".21/"), "address", "they must be the same"),
        (EXAMPLE + HOTSPOT, "address", "they must be the same"),
        (EXAMPLE + CABLE.replace("/24", ""), "cable.fixed", "write it like"),
        (EXAMPLE + CABLE.replace(".20/24", ".255/24"), "cable.fixed", "cannot be a machine's address"),
        (EXAMPLE + CABLE.replace("1.20/24", "1.20/33"), "cable.fixed", "write it like"),
        (EXAMPLE + "\n[cable]\n", "cable.fixed", "write it like"),
        (EXAMPLE + CABLE.replace("1.1", "2.1"), "cable.gateway", "192.168.1.0/24"),
        (EXAMPLE + CABLE + 'dns = ["one"]\n', "cable.dns", "write it like"),
        (EXAMPLE + WIFI + 'gateway = "192.168.1.1"\n', "wifi.fixed", "write it like"),
        (EXAMPLE + WIFI.replace("村委会 5G", "青山村村民委员会办公大楼"), "wifi.name", "32 bytes"),
        (OWN + HOTSPOT.replace("renyi2026", "short"), "hotspot.password", "8 to 63"),
        (OWN + HOTSPOT.replace('password = "renyi2026"', ""), "hotspot.password", "reads along"),
        (OWN + HOTSPOT + "channel = 36\n", "hotspot.channel", "1 to 13"),
        (OWN + HOTSPOT + 'host = "www.gov.cn"\n', "hotspot.host", "jifen.lan"),
        (OWN + HOTSPOT + WIFI, "hotspot", "keep either"),
        (OWN + HOTSPOT + CABLE.replace("192.168.1", "10.42.0"), "hotspot.fixed", "different networks"),
    ],
)
def test_a_network_that_cannot_work_is_named(text: str, where: str, told: str, tmp_path: Path) -> None:
    answer = made(text, tmp_path)
    assert answer.returncode == 1
    lines = [line.strip() for line in answer.stderr.splitlines()]
    said = [line for line in lines if line.startswith(f"{where}: ")]
    assert any(told in line for line in said), answer.stderr
    assert all(re.search("[一-龥]", line) for line in said)
    assert [path.name for path in tmp_path.iterdir()] == ["kiosk.toml"]


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
        ("turn = 0", "turn = 45", "screen.turn"),
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
