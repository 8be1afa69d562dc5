"""The doctor says in plain words how the box and what surrounds it is."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import update

from kiosk import mounts
from kiosk.accounts import sessions
from kiosk.backups import back_up
from kiosk.doctor import examining, fonts
from kiosk.doctor.address import address
from kiosk.doctor.backed_up import backup
from kiosk.doctor.https import https
from kiosk.doctor.machine import memory, temperature
from kiosk.doctor.screens import Screens, screens
from kiosk.mounts import Mount
from kiosk.roster.villages import villages
from kiosk.scoring.tables import member, village
from kiosk.selftest import Check
from kiosk.settings import Settings
from kiosk.tls.setting_up import set_up
from tests.accounts.staff import hire
from tests.conftest import Clock, Village


@pytest.fixture(autouse=True)
def _on_a_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wherever these tests run, the data lie on an ordinary disk, and fonts are another matter."""
    monkeypatch.setattr(mounts, "mount_of", lambda folder: Mount("ext4", read_only=False))
    monkeypatch.setattr(fonts.shutil, "which", lambda name: None)


def line(checks: list[Check], name: str) -> tuple[str, str]:
    return next((check.level, check.found.text()) for check in checks if check.name == name)


def test_every_line_that_is_not_ok_says_what_to_do(alone: Village, settings: Settings, clock: Clock) -> None:
    clock.move(days=3)
    checks = examining.examine(settings, clock())
    ill = [check for check in checks if check.level != "ok"]
    assert {check.name for check in ill} >= {"backup", "address"}
    assert all(check.advice for check in ill)


def test_before_the_first_start_only_the_address_is_missing(settings: Settings, clock: Clock) -> None:
    checks = examining.examine(settings, clock())
    assert {check.name for check in checks if check.level != "ok"} - {"temperature", "memory"} == {"address"}
    assert not settings.data.exists()


def test_a_glance_tells_of_a_database_that_cannot_be_read(
    alone: Village, settings: Settings, clock: Clock
) -> None:
    assert line(examining.glance(settings, alone.database, clock()), "ledger")[0] == "ok"
    alone.database.close()
    (settings.data / "kiosk.db").write_bytes(b"x" * 50_000)
    checks = examining.glance(settings, alone.database, clock())
    assert line(checks, "database") == (
        "problem",
        "The database is damaged. Restore the newest backup.",
    )
    assert checks[-1].name == "tablets"


# backups


def test_a_backup_older_than_two_days_is_a_warning(alone: Village, settings: Settings, clock: Clock) -> None:
    began = clock()
    file = back_up(settings, clock())
    clock.move(days=2)
    assert backup(settings, began, clock()).level == "ok"
    clock.move(minutes=1)
    old = backup(settings, began, clock())
    assert (old.level, old.found.text()) == ("warning", f"The newest is of 2026-08-15 10:00: {file}.")
    back_up(settings, clock())
    assert backup(settings, began, clock()).level == "ok"


def test_a_new_installation_has_two_days_for_its_first_backup(
    alone: Village, settings: Settings, clock: Clock
) -> None:
    began = clock()
    clock.move(days=2)
    assert backup(settings, began, clock()).level == "ok"
    clock.move(hours=1)
    assert backup(settings, began, clock()).level == "warning"


def test_a_backup_from_the_future_reassures_nobody(alone: Village, settings: Settings, clock: Clock) -> None:
    back_up(settings, clock() + timedelta(days=700))
    doubtful = backup(settings, None, clock())
    assert (doubtful.level, "later than the clock" in doubtful.found.text()) == ("warning", True)


def test_a_database_server_sees_to_its_own_backup(settings: Settings, clock: Clock) -> None:
    there = replace(settings, database_url="postgresql://localhost/kiosk")
    assert backup(there, clock() - timedelta(days=100), clock()).level == "ok"


# the machine


@pytest.mark.parametrize(("free", "level"), [("3000000", "ok"), ("60000", "warning")])
def test_memory(tmp_path: Path, free: str, level: str) -> None:
    table = tmp_path / "meminfo"
    table.write_text(f"MemTotal:  4000000 kB\nMemFree: 1 kB\nMemAvailable:   {free} kB\n")
    assert memory(table).level == level


@pytest.mark.parametrize(("degrees", "level"), [("51234", "ok"), ("81000", "warning")])
def test_temperature(tmp_path: Path, degrees: str, level: str) -> None:
    for number, shown in enumerate(("20000\n", f"{degrees}\n", "broken")):
        (tmp_path / f"thermal_zone{number}").mkdir()
        (tmp_path / f"thermal_zone{number}" / "temp").write_text(shown)
    found = temperature(tmp_path)
    assert (found.level, found.found.text()) == (level, f"{int(degrees) // 1000} °C.")


def test_what_a_machine_does_not_tell_is_not_checked(tmp_path: Path) -> None:
    for check in (memory(tmp_path / "none"), temperature(tmp_path)):
        assert (check.level, check.found.text()[:12]) == ("ok", "Not checked:")


# fonts


def with_fonts(monkeypatch: pytest.MonkeyPatch, room: Path, script: str) -> None:
    program = room / "fc-list"
    program.write_text(f"#!{sys.executable}\n{script}")
    program.chmod(0o755)
    monkeypatch.setattr(fonts.shutil, "which", lambda name: str(program))


def test_a_character_that_no_font_has_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with_fonts(monkeypatch, tmp_path, "print('20-7e 4e00-9fa5\\n4e00 a0')")
    assert fonts.fonts("张三 李四", 5).level == "ok"
    missing = fonts.fonts("张㐱𠅤三", 5)
    assert (missing.level, missing.found.text()) == (
        "warning",
        "2 characters of the names are in none: 㐱 𠅤",
    )


def test_what_only_an_old_system_or_a_newer_unicode_knows_is_named_too(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_fonts(monkeypatch, tmp_path, "print('4e00-9fa5')")
    assert fonts.fonts("张 \u3000\u200b", 5).level == "ok"  # blanks need no glyph
    newer = fonts.fonts("张\U000323b0", 5)
    assert newer.level == "warning"
    assert newer.advice
    assert "fonts-noto-cjk" in newer.advice.text()
    private = fonts.fonts("张\ue863", 5)
    assert private.found.text() == "1 characters of the names are in none: U+E863"
    assert private.advice
    assert "anew in the roster" in private.advice.text()


@pytest.mark.parametrize("script", ["import time; time.sleep(9)", "raise SystemExit(1)"])
def test_fonts_that_cannot_be_asked_are_not_checked(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str
) -> None:
    with_fonts(monkeypatch, tmp_path, script)
    began = monotonic()
    assert fonts.fonts("张", 0.3).found.text() == "Not checked: fontconfig did not answer in time."
    assert monotonic() - began < 2


# the address


@contextmanager
def answering(text: bytes, status: int = 200, delay: float = 0.0) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            threading.Event().wait(delay)
            self.send_response(status)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Answer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("text", "status", "level"),
    [(b"ok\n", 200, "ok"), (b"full", 503, "warning"), (b"router", 200, "warning")],
)
def test_the_printed_address_must_answer(settings: Settings, text: bytes, status: int, level: str) -> None:
    with answering(text, status) as url:
        assert address(replace(settings, base_url=url), 2).level == level


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "No address is set"),
        ("http://127.0.0.1:1", "Nobody answers"),
        ("http://no-such-box.invalid", "is not known here"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_warning(settings: Settings, url: str, told: str) -> None:
    found = address(replace(settings, base_url=url), 2)
    assert (found.level, told in found.found.text()) == ("warning", True)


@pytest.mark.parametrize(
    ("here", "told"),
    [
        (["192.168.1.37"], "Nobody answers at http://127.9.9.9:1, and this machine is 192.168.1.37."),
        ([], "Nobody answers at http://127.9.9.9:1: this machine is in no network."),
        (["127.9.9.9"], "Nobody answers at http://127.9.9.9:1."),
    ],
)
def test_a_box_that_moved_or_lost_its_network_hears_so(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, here: list[str], told: str
) -> None:
    monkeypatch.setattr(examining.address, "addresses", lambda: here)
    found = address(replace(settings, base_url="http://127.9.9.9:1"), 2)
    assert (found.level, found.found.text()) == ("warning", told)


def test_a_machine_knows_its_own_addresses() -> None:
    for one in examining.address.addresses():
        with socket.socket() as bound:
            bound.bind((one, 0))  # refused for an address of another machine


def test_a_glance_waits_for_nobody(
    alone: Village, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examining.address, "addresses", lambda: ["10.0.0.1"])
    monkeypatch.setattr(examining, "_AT_A_GLANCE", 0.2)
    monkeypatch.setattr(examining.address, "address", lambda *_: threading.Event().wait(3))
    began = monotonic()
    checks = examining.glance(replace(settings, base_url="http://10.0.0.1"), alone.database, clock())
    assert monotonic() - began < 1.5
    assert line(checks, "address") == ("warning", "Nobody answers at http://10.0.0.1.")


def test_the_certificate_for_tablets_is_looked_at(settings: Settings, clock: Clock) -> None:
    def told(settings: Settings) -> tuple[str, str]:
        found = https(settings, clock())
        return found.level, found.found.text()

    assert told(settings) == ("ok", "It is off; kiosk tls init makes what it needs.")
    set_up(settings, clock())
    level, text = told(settings)
    assert (level, "820 days" in text, "port 8443" in text.lower()) == ("ok", True, True)
    assert "switched off" in told(replace(settings, tls_port=0))[1]
    moved = replace(settings, base_url="http://192.168.77.7:8000")
    assert told(moved) == ("warning", "The certificate does not name 192.168.77.7 of KIOSK_BASE_URL.")
    clock.move(days=800)
    assert told(settings)[0] == "warning"


# the screen and the tablets


def screen(alone: Village, settings: Settings, clock: Clock) -> tuple[str, str]:
    with alone.database.read() as connection:
        found = screens(settings, villages(connection), clock())
    return found.level, found.found.text()


def test_a_screen_that_went_quiet_is_missed(alone: Village, settings: Settings, clock: Clock) -> None:
    noted = Screens(settings.data)
    assert screen(alone, settings, clock)[0] == "ok"
    noted.asked("qingshan", clock())
    clock.move(minutes=14)
    assert screen(alone, settings, clock) == ("ok", "The last one asked at 2026-08-15 10:00.")
    clock.move(minutes=2)
    quiet = "The screen of 青山村 has not asked since 2026-08-15 10:00."
    assert screen(alone, settings, clock) == ("warning", quiet)
    noted.asked("qingshan", clock())
    assert screen(alone, settings, clock)[0] == "ok"
    clock.move(days=15)
    assert screen(alone, settings, clock)[0] == "ok"  # it was taken down


def test_a_screen_may_sleep_at_night(alone: Village, settings: Settings, clock: Clock) -> None:
    alone.database.write(
        lambda connection: connection.execute(update(village).values(screen_on="06:30", screen_off="21:30"))
    )
    Screens(settings.data).asked("qingshan", clock())
    levels = []
    for hour, minute in ((21, 0), (22, 0), (6, 35), (6, 50)):
        clock.now = clock().replace(hour=hour, minute=minute)
        levels.append(screen(alone, settings, clock)[0])
    clock.move(days=1)
    levels.append(screen(alone, settings, clock)[0])
    assert levels == ["warning", "ok", "ok", "ok", "warning"]


def test_a_disk_that_is_full_does_not_keep_the_screen_from_its_board(
    settings: Settings, clock: Clock
) -> None:
    Screens(settings.data / "gone").asked("qingshan", clock())


def test_recorders_devices_are_counted(alone: Village, settings: Settings, clock: Clock) -> None:
    for name, role, devices in (("刘敏", "recorder", 2), ("周平", "admin", 1)):
        alone.database.write(lambda connection, name=name, role=role: hire(connection, name, role))
        person = 1 if name == "刘敏" else 2
        for _ in range(devices):
            alone.database.write(
                lambda connection, person=person: sessions.begin(connection, person, clock())
            )
    told = line(examining.glance(settings, alone.database, clock()), "tablets")
    assert told == ("ok", "Recorders' devices seen today: 2.")
    clock.move(hours=20)
    assert "No recorder's" in line(examining.glance(settings, alone.database, clock()), "tablets")[1]


def test_names_of_all_people_are_compared_with_the_fonts(
    alone: Village, settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with_fonts(monkeypatch, tmp_path, "print('4e00-9fa5')")
    alone.database.write(
        lambda connection: connection.execute(
            update(member).where(member.c.name == "李四").values(name="李𠅤")
        )
    )
    assert line(examining.glance(settings, alone.database, clock()), "fonts")[0] == "warning"


@pytest.mark.skipif(fonts.shutil.which("fc-list") is None, reason="there is no fontconfig here")
def test_fontconfig_says_what_we_expect() -> None:
    told = subprocess.run(["fc-list", "--format", "%{charset}\n"], capture_output=True, text=True, check=True)
    assert ord("A") in fonts.covered(told.stdout)
