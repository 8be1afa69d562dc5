"""The `kiosk` command: what it lists, imports, says and exits with."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from kiosk.cli import kiosk
from kiosk.commands.lazy import Lazy, LazyGroup
from kiosk.languages import speak

COMMANDS = (
    *("serve", "demo", "village add", "user add", "import roster", "import rulebook", "import events"),
    *("export roster", "export rulebook", "export events", "export standings", "export ledger"),
    *(
        "quarter publish",
        "quarter settle",
        "plates",
        "verify",
        "backup",
        "backup-key",
        "update",
        "restore",
        "stick",
        "doctor",
        "tls init",
    ),
)


def called(group: LazyGroup, before: str = "") -> Iterator[str]:
    for name, entry in group.entries.items():
        if isinstance(entry, Lazy):
            yield before + name
        else:
            yield from called(entry, f"{name} ")


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


@pytest.fixture(autouse=True)
def _english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("KIOSK_LANG", "en")
    speak("en")


def run(words: str) -> Result:
    return CliRunner().invoke(kiosk, words.split(), prog_name="kiosk")


def in_a_process(words: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-c", "from kiosk.cli import main; main()", *words.split()],
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_promised_commands_are_there() -> None:
    assert set(called(kiosk)) == set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_command_explains_itself(words: str) -> None:
    told = run(f"{words} --help")
    assert told.exit_code == 0
    assert f"Usage: kiosk {words}" in told.output
    assert len(told.output.splitlines()) > 5


def test_a_list_of_commands_imports_none_of_them() -> None:
    script = "import sys; from kiosk.cli import kiosk; kiosk(['--help'], standalone_mode=False)"
    check = "; print([name for name in sys.modules if name.startswith(('kiosk.pages', 'sqlalchemy', 'litestar'))])"
    told = subprocess.run([sys.executable, "-c", script + check], capture_output=True, text=True, check=True)
    assert told.stdout.splitlines()[-1] == "[]"


def test_the_default_language_is_chinese(tmp_path: Path) -> None:
    told = in_a_process("import roster --help", KIOSK_LANG="", KIOSK_DATA=str(tmp_path), LANGUAGE="de")
    assert told.returncode == 0
    assert "用法： kiosk import roster" in told.stdout
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", told.stdout.replace("kiosk import roster", ""))


def test_wrong_usage_in_chinese(tmp_path: Path) -> None:
    told = in_a_process("export standings --format pdf --village qingshan", KIOSK_LANG="zh_Hans")
    assert told.returncode == 2
    assert "pdf" in told.stderr
    assert "is not" not in told.stderr


@pytest.mark.parametrize(
    "words", ["fly", "export roster", "village add qingshan", "doctor --loudly", "import"]
)
def test_wrong_usage_exits_with_2(words: str) -> None:
    assert run(words).exit_code == 2


def test_a_village_that_is_not_there_exits_with_1_and_names_those_that_are(data: Path) -> None:
    assert run("village add qingshan 青山村 --public-names masked").exit_code == 0
    told = run("export roster --village baiyun")
    assert told.exit_code == 1
    assert "the villages here are: qingshan" in told.stderr
    assert data.is_dir()


@pytest.mark.parametrize("setting", ["KIOSK_LANG", "KIOSK_TZ", "KIOSK_PORT", "KIOSK_BASE_URL"])
def test_a_bad_setting_is_named_without_a_traceback(setting: str, tmp_path: Path) -> None:
    told = in_a_process("verify", KIOSK_DATA=str(tmp_path), **{setting: "x:/y"})
    assert told.returncode == 1
    assert setting in told.stderr
    assert "Traceback" not in told.stderr


def test_a_data_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told = in_a_process("verify", KIOSK_DATA=str(tmp_path / "file" / "data"))
    assert told.returncode == 1
    assert "Traceback" not in told.stderr


def test_every_option_says_what_it_is_for_or_speaks_for_itself() -> None:
    """What has no help is named like what it takes."""
    context, bare = click.Context(kiosk), set()
    for words in COMMANDS:
        command: click.Command | None = kiosk
        for word in words.split():
            assert isinstance(command, click.Group)
            command = command.get_command(context, word)
        assert command
        bare |= {
            option.name for option in command.params if isinstance(option, click.Option) and not option.help
        }
    assert bare <= {"village", "form", "target", "role"}
