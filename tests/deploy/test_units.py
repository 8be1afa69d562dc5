"""The units of the box: systemd reads them without a word, and what faces the network is shut in."""

import re
import shutil
import subprocess
from configparser import RawConfigParser
from pathlib import Path

import pytest

BOX = Path(__file__).resolve().parent.parent.parent / "deploy" / "raspberry-pi"
UNITS = sorted((BOX / "units").iterdir())
SHUT_IN = {
    "kiosk.service": 20,
    "kiosk-backup.service": 20,
    "kiosk-stick.service": 20,
    "kiosk-settle.service": 20,
    "kiosk-screen.service": 20,
}
ROOT = {"kiosk-stick.service", "kiosk-settle.service"}  # one mounts, one lays units and scripts
needs_systemd = pytest.mark.skipif(
    not shutil.which("systemd-analyze"), reason="the package systemd is not installed"
)


def said_of(folder: Path) -> str:
    """What systemd finds wrong. The programs stand on the box, not here."""
    for unit in folder.glob("*.service"):
        unit.write_text(
            re.sub(r"^ExecStart=.*$", "ExecStart=/bin/true", unit.read_text(), flags=re.MULTILINE)
        )
    told = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(folder.iterdir())],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/bin:/bin", "SYSTEMD_UNIT_PATH": f"{folder}:"},
    )
    # other packages' units are none of ours
    return "".join(line for line in told.stderr.splitlines(keepends=True) if "kiosk" in line)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for unit in UNITS:
        shutil.copy(unit, tmp_path)
    return tmp_path


@needs_systemd
def test_systemd_finds_nothing_wrong_with_the_units(folder: Path) -> None:
    assert said_of(folder) == ""


@needs_systemd
@pytest.mark.teeth
def test_a_misspelt_line_is_found(folder: Path) -> None:
    unit = folder / "kiosk.service"
    unit.write_text(unit.read_text().replace("WatchdogSec=", "WatchdogSeconds="))
    assert "WatchdogSeconds" in said_of(folder)


@needs_systemd
@pytest.mark.parametrize("name", SHUT_IN)
def test_a_service_is_shut_in(name: str) -> None:
    asked = ["systemd-analyze", "security", "--offline=yes", "--no-pager", f"--threshold={SHUT_IN[name]}"]
    told = subprocess.run([*asked, BOX / "units" / name], capture_output=True, text=True, check=False)
    assert "Overall exposure level" in told.stdout
    assert told.returncode == 0, told.stdout[-200:]


def unit(name: str) -> RawConfigParser:
    parser = RawConfigParser(strict=False, delimiters=("=",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(BOX / "units" / name, "utf-8")
    return parser


def test_every_service_is_measured() -> None:
    assert SHUT_IN.keys() == {path.name for path in UNITS if path.suffix == ".service"}


@pytest.mark.parametrize("name", sorted(SHUT_IN.keys() - ROOT))
def test_no_service_is_root(name: str) -> None:
    assert unit(name)["Service"]["User"] in ("kiosk", "kiosk-screen")
    assert unit(name)["Service"]["NoNewPrivileges"] == "yes"
    assert (
        "SupplementaryGroups" not in unit(name)["Service"]
    )  # one that is missing would keep it from starting


@pytest.mark.parametrize("name", sorted(ROOT))
def test_a_service_that_is_root_does_not_take_the_data_for_root(name: str) -> None:
    service = unit(name)["Service"]
    assert "StateDirectory" not in service  # it would give all of it to root
    assert "User" not in service  # said, it takes the right to become another user away
    assert service["NoNewPrivileges"] == "yes"


def test_the_server_is_watched_and_waits_for_no_clock() -> None:
    server = unit("kiosk.service")
    assert server["Service"]["Type"] == "notify"
    assert server["Service"]["WatchdogSec"] == "60s"
    assert server["Service"]["Restart"] == "always"
    assert all("time-sync" not in server["Unit"].get(key, "") for key in ("After", "Wants", "Requires"))
    assert all("network-online" not in server["Unit"].get(key, "") for key in ("After", "Wants", "Requires"))


def test_the_browser_keeps_nothing_and_reaches_only_this_machine() -> None:
    screen = unit("kiosk-screen.service")["Service"]
    assert screen["RuntimeDirectory"] == "kiosk-screen"
    assert "XDG_RUNTIME_DIR=/run/kiosk-screen " in screen["ExecStart"]
    session = RawConfigParser()
    session.read(BOX / "files" / "screen-slice.conf", "utf-8")
    for part in (screen, session["Slice"]):
        assert (part["IPAddressDeny"], part["IPAddressAllow"]) == ("any", "localhost")
        assert part["MemoryMax"] == "1200M"


def understands_rules() -> bool:
    """From version 254 on it does."""
    asked = ["udevadm", "verify", "--help"]
    return (
        bool(shutil.which("udevadm"))
        and not subprocess.run(asked, capture_output=True, check=False).returncode
    )


@pytest.mark.skipif(not understands_rules(), reason="there is no udevadm that verifies")
def test_udev_finds_nothing_wrong_with_the_rule_for_the_stick() -> None:
    asked = ["udevadm", "verify", BOX / "files" / "70-kiosk-stick.rules"]
    told = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="the package shellcheck is not installed")
def test_the_shell_scripts_are_sound() -> None:
    folders = (BOX, BOX / "files", Path(__file__).parent)
    scripts = [path for folder in folders for path in folder.iterdir() if is_shell(path)]
    told = subprocess.run(["shellcheck", *scripts], capture_output=True, text=True, check=False)
    assert scripts
    assert told.stdout == ""


def is_shell(path: Path) -> bool:
    return path.is_file() and path.read_bytes().startswith((b"#!/bin/sh", b"#!/bin/bash"))


@pytest.mark.parametrize("name", [path.stem for path in UNITS if path.suffix == ".timer"])
def test_a_timer_has_its_service(name: str) -> None:
    assert (BOX / "units" / f"{name}.service").exists()
