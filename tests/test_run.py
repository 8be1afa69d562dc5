"""`./run`: what it promises before anything is installed, and what it does again."""

import re
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parent.parent
PINS = ("requirements.txt", "requirements-dev.txt")


@pytest.fixture
def run() -> ModuleType:
    """The script as a module."""
    loader = SourceFileLoader("run_script", str(ROOT / "run"))
    spec = spec_from_loader(loader.name, loader)
    assert spec
    module = module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def environment(run: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """An environment that is made without installing anything; gives what pip was asked for."""
    asked: list[list[str]] = []
    (tmp_path / ".venv").mkdir()
    monkeypatch.setattr(run, "STAMP", tmp_path / ".venv" / ".set-up")
    monkeypatch.setattr(run, "make_environment", lambda: None)
    monkeypatch.setattr(run, "pip", lambda args, _total: asked.append(args))
    return asked


def pinned(file: str) -> dict[str, str]:
    return dict(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", (ROOT / file).read_text(), re.MULTILINE))


def test_it_needs_nothing_but_the_standard_library() -> None:
    told = subprocess.run(
        [sys.executable, "-I", "-S", ROOT / "run", "--help"], capture_output=True, text=True, check=True
    )
    for name in ("demo", "test", "check", "bench", "torture", "translations", "bundle", "test-box"):
        assert f"./run {name}" in told.stdout


def test_the_second_start_installs_nothing(run: ModuleType, environment: list[list[str]]) -> None:
    run.set_up("use")
    assert len(environment) == 2
    run.set_up("use")
    assert len(environment) == 2


def test_what_the_tests_need_holds_for_the_demo_too(run: ModuleType, environment: list[list[str]]) -> None:
    run.set_up("use")
    run.set_up("work")
    assert "requirements-dev.txt" in environment[2][-1]
    run.set_up("use")
    assert len(environment) == 4


def test_other_pins_bring_the_environment_up_to_date(
    run: ModuleType, environment: list[list[str]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.set_up("use")
    newer = tmp_path / "requirements.txt"
    newer.write_text("click==9\n")
    monkeypatch.setitem(run.PINS, "use", newer)
    run.set_up("use")
    assert environment[2] == ["--require-hashes", "-r", str(newer)]


def test_a_failed_installation_is_tried_again(
    run: ModuleType, environment: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(run, "pip", lambda _args, _total: run.stop("no network", "没有网络"))
    with pytest.raises(SystemExit):
        run.set_up("use")
    assert not run.STAMP.exists()


def test_check_goes_on_after_a_failure_and_sums_up(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(run, "BIN", Path(sys.executable).parent)
    monkeypatch.setattr(run, "CHECKS", {"first": ["no_such_module"], "second": ["this"]})
    assert run.check() == 1
    told = capfd.readouterr().out
    assert re.search(r"FAILED +first", told)
    assert re.search(r"ok +second", told)


@pytest.mark.parametrize("file", PINS)
def test_every_package_is_pinned_by_hash_and_no_address_is_written(file: str) -> None:
    text = (ROOT / file).read_text()
    assert "://" not in text
    assert text.count("==") <= text.count("--hash=sha256:")
    assert {"hatchling", "editables"} <= pinned(file).keys()


def test_both_lists_name_the_same_versions() -> None:
    use, work = (pinned(file) for file in PINS)
    assert {name: work.get(name) for name in use} == use


def test_the_automatic_checks_are_the_ones_at_home() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert "set -euo pipefail" in lines
    assert [line for line in lines if line.startswith("./run")] == ["./run check", "./run test"]
    for script in (ROOT / "run", ROOT / ".ci" / "run"):
        assert script.stat().st_mode & 0o111
