"""What stands between the box's screen and its server: the page of the first minute, and the switch for the night."""

import json
import socket
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType
from typing import ClassVar
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

BOX = Path(__file__).resolve().parent.parent.parent / "deploy" / "raspberry-pi"


class Answers(BaseHTTPRequestHandler):
    """A server that answers as the test wants."""

    status: ClassVar[dict[str, int]] = {"/healthz": 200, "/v/qingshan/square": 200, "/v/qingshan": 200}
    hours: ClassVar[bytes] = b""

    def do_GET(self) -> None:
        told = self.hours if self.path == "/v/qingshan/square/hours" else b""
        if self.path == "/":
            self.send_response(303)
            self.send_header("location", "/v/qingshan" if self.status["/v/qingshan"] == 200 else "/healthz")
        else:
            self.send_response(200 if told else self.status.get(self.path, 500))
        self.send_header("content-length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def served(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(Answers, "status", dict(Answers.status))
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture
def screen(served: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    loader = SourceFileLoader("kiosk_screen", str(BOX / "files" / "kiosk-screen"))
    spec = spec_from_loader("kiosk_screen", loader)
    assert spec
    module = module_from_spec(spec)
    monkeypatch.setattr("sys.dont_write_bytecode", True)
    loader.exec_module(module)
    monkeypatch.setattr(module, "SERVER", served)
    monkeypatch.setattr(module, "ADDRESS", f"{served}/v/qingshan/square")
    monkeypatch.setattr(module, "STARTING", BOX / "files" / "starting.html")
    return module


def test_it_goes_to_the_screen_once_that_is_there(screen: ModuleType) -> None:
    assert screen.ready() == screen.ADDRESS
    Answers.status["/v/qingshan/square"] = 404
    assert screen.ready() == ""


def test_a_server_that_cannot_write_still_has_something_to_show(screen: ModuleType) -> None:
    Answers.status["/healthz"] = 503
    assert screen.ready() == screen.ADDRESS
    Answers.status["/healthz"] = 500
    assert screen.ready() == ""


def test_without_an_address_it_takes_the_only_village(
    screen: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(screen, "ADDRESS", "")
    assert screen.ready() == f"{screen.SERVER}/v/qingshan/square"
    Answers.status["/v/qingshan"] = 404  # nothing is set up yet: / leads elsewhere
    assert screen.ready() == ""


def test_it_waits_while_nobody_answers(screen: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(screen, "SERVER", "http://127.0.0.1:9")
    assert screen.ready() == ""


def test_the_page_of_the_first_minute_asks_beside_itself(screen: ModuleType) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), screen.Helper) as helper:
        threading.Thread(target=helper.serve_forever, args=(0.01,), daemon=True).start()
        at = f"http://127.0.0.1:{helper.server_port}"
        with urlopen(f"{at}/") as page:
            text = page.read().decode()
        assert "正在启动" in text
        assert "Starting" in text
        assert '"/ready"' in text
        with urlopen(f"{at}/ready") as answer:
            assert answer.read().decode() == screen.ADDRESS
        Answers.status["/v/qingshan/square"] = 404
        with urlopen(f"{at}/ready") as answer:
            assert answer.status == 204
        with pytest.raises(HTTPError):
            urlopen(f"{at}/etc/passwd")
        helper.shutdown()


@pytest.fixture
def switched(screen: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the screen's switch writes what it was told."""
    tool(tmp_path, "switch", "")
    monkeypatch.setattr(screen, "DISPLAY", str(tmp_path / "switch"))
    return tmp_path


def told(on: str = "", off: str = "", silent: int | None = 5) -> bytes:
    return json.dumps({"on": on, "off": off, "silent": silent}).encode()


def nights(screen: ModuleType, switched: Path, *times: str, on: str = "06:30", off: str = "21:30") -> str:
    """What the switch was told while the clock went through these times; `-` is the server going away."""
    watch = screen.Watch()
    for now in times:
        Answers.hours = b"" if now[0] == "-" else told(on=on, off=off)
        watch.look(now.lstrip("-"))
    return (
        calls(switched).replace("switch ", "").replace("\n", " ").strip()
        if (switched / "calls").exists()
        else ""
    )


def test_the_screen_follows_the_hours_of_the_office(screen: ModuleType, switched: Path) -> None:
    day = ("06:29", "06:30", "12:00", "21:29", "21:30", "23:59", "00:00", "06:30")
    assert nights(screen, switched, *day) == "off on off on"


def test_hours_may_go_past_midnight_and_be_none(screen: ModuleType, switched: Path) -> None:
    assert nights(screen, switched, "00:30", "01:00", "05:00", on="05:00", off="01:00") == "on off on"
    assert nights(screen, switched, "00:30", "12:00", on="", off="").endswith("on off on on")


def test_new_hours_count_within_a_minute(screen: ModuleType, switched: Path) -> None:
    watch = screen.Watch()
    for off in ("21:30", "23:00"):
        Answers.hours = told(on="06:30", off=off)
        watch.look("22:00")
    assert calls(switched) == "switch off\nswitch on\n"


def test_a_server_that_is_away_switches_nothing_until_hours_are_known(
    screen: ModuleType, switched: Path
) -> None:
    assert nights(screen, switched, "-03:00", "-12:00") == ""
    assert nights(screen, switched, "12:00", "-21:00", "-21:30", "-22:00", "-06:30") == "on off on"


@pytest.mark.parametrize("silent", [None, 61])
def test_a_page_that_crashed_ends_the_browser_after_two_minutes(
    screen: ModuleType, switched: Path, silent: int | None
) -> None:
    watch = screen.Watch()
    Answers.hours = told(silent=silent)
    assert [watch.look("12:00") for _ in range(6)] == [True] * 5 + [False]
    assert screen.EVERY * screen.PATIENCE == 120


@pytest.mark.usefixtures("switched")
def test_a_slow_start_a_silent_server_and_the_night_end_no_browser(screen: ModuleType) -> None:
    watch = screen.Watch()
    for answer in (told(silent=None), told(silent=3), told(silent=70), b"", told("06:30", "21:30", 9000)):
        Answers.hours = answer
        assert all(watch.look("23:00") for _ in range(5))
    assert all(watch.look("23:00") for _ in range(20))


def test_the_browser_may_open_nothing_but_the_box() -> None:
    policy = json.loads((BOX / "files" / "chromium-policy.json").read_text())
    assert policy["URLBlocklist"] == ["*"]
    assert policy["URLAllowlist"] == ["http://localhost", "http://127.0.0.1"]
    assert policy["TranslateEnabled"] is False
    assert policy["DeveloperToolsAvailability"] == 2


def switch(wanted: str, tools: Path, turn: str = "") -> "subprocess.CompletedProcess[str]":
    environ = {
        "SCREEN_TURN": turn,
        "PATH": f"{tools}:/usr/bin:/bin",
        "KIOSK_DEV": str(tools),
        "XDG_RUNTIME_DIR": str(tools),
    }
    return subprocess.run(
        [BOX / "files" / "kiosk-display", wanted], capture_output=True, text=True, check=False, env=environ
    )


def tool(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(f'#!/bin/sh\necho "{name} $*" >> {folder}/calls\n{text}\n')
    (folder / name).chmod(0o755)


def calls(folder: Path) -> str:
    return (folder / "calls").read_text()


def test_a_television_is_told_by_its_own_wire(tmp_path: Path) -> None:
    (tmp_path / "cec0").touch()
    tool(tmp_path, "cec-ctl", 'echo "Physical Address           : 1.0.0.0"')
    tool(tmp_path, "wlr-randr", "exit 1")
    assert switch("off", tmp_path).stdout == "HDMI-CEC: off\n"
    assert "--to 0 --standby" in calls(tmp_path)
    assert switch("on", tmp_path).stdout == "HDMI-CEC: on\n"
    assert "--to 0 --image-view-on" in calls(tmp_path)


def test_a_screen_without_that_wire_loses_its_picture(tmp_path: Path) -> None:
    (tmp_path / "cec0").touch()
    tool(tmp_path, "cec-ctl", 'echo "Physical Address           : f.f.f.f"')
    tool(tmp_path, "wlr-randr", 'echo "HDMI-A-1 \\"Some screen\\""; echo "  Enabled: yes"')
    with socket.socket(socket.AF_UNIX) as wayland:
        wayland.bind(str(tmp_path / "wayland-0"))
        assert switch("off", tmp_path).stdout.endswith("wlr-randr: off\n")
        assert switch("turn", tmp_path, "90").stdout.endswith("wlr-randr: turn\n")
        switch("on", tmp_path, "90")
    assert "wlr-randr --output HDMI-A-1 --off\n" in calls(tmp_path)
    assert "wlr-randr --output HDMI-A-1 --transform 90\n" in calls(tmp_path)
    assert "wlr-randr --output HDMI-A-1 --on --transform 90\n" in calls(tmp_path)
    assert "standby" not in calls(tmp_path)


def test_where_nothing_works_the_page_is_black_and_no_unit_fails(tmp_path: Path) -> None:
    told = switch("off", tmp_path)
    assert told.returncode == 0
    assert "Office" in told.stderr
    assert switch("dim", tmp_path).returncode == 2
