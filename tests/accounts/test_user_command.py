"""`kiosk user add`."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.accounts import accounts, passwords
from kiosk.accounts.accounts import Account
from kiosk.commands.user import add_user
from kiosk.office import activity
from tests.accounts.staff import PASSWORD
from tests.conftest import Village


@pytest.fixture(autouse=True)
def _at_home(alone: Village, settings: object, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("KIOSK_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KIOSK_LANG", "en")


def run(*arguments: str, typed: str = f"{PASSWORD}\n") -> Result:
    return CliRunner().invoke(add_user, arguments, input=typed)


def person(village: Village, name: str) -> tuple[Account, str]:
    with village.database.read() as connection:
        found = accounts.account_by_name(connection, name)
    assert found
    return found


def test_a_recorder_is_added_by_standard_input(alone: Village) -> None:
    given = (
        "李秀英",
        "--role",
        "recorder",
        "--village",
        "qingshan",
        "--household",
        "001",
        "--password-stdin",
    )
    result = run(*given)
    assert result.exit_code == 0, result.output
    assert "Added 李秀英 (recorder)" in result.stderr
    added, stored = person(alone, "李秀英")
    assert (added.village_id, added.household_id) == (1, alone.households["001"])
    assert passwords.matches(PASSWORD, stored)
    with alone.database.read() as connection:
        noted = next(activity.activities(connection, 1))
    assert (noted.name, noted.by_command) == ("kiosk user add", True)
    assert noted.said.text() == "Added 李秀英, who may sign in now"


def test_the_password_is_asked_for_twice_and_not_shown(alone: Village) -> None:
    result = run("孙镇", "--role", "township", typed=f"{PASSWORD}\n{PASSWORD}\n")
    assert result.exit_code == 0, result.output
    assert PASSWORD not in result.output
    assert person(alone, "孙镇")[0].village_id is None


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("王芳", "--role", "recorder"), "--village CODE"),
        (("王芳", "--role", "recorder", "--village", "nowhere"), "no village nowhere"),
        (("孙镇", "--role", "township", "--village", "qingshan"), "leave the village out"),
        (("王芳", "--role", "recorder", "--village", "qingshan", "--household", "999"), "no household 999"),
    ],
)
def test_what_is_wrong_is_told_before_a_password_is_asked_for(arguments: tuple[str, ...], told: str) -> None:
    result = run(*arguments, typed="")
    assert result.exit_code == 1
    assert told in result.output


def test_a_weak_password_is_refused() -> None:
    given = ("王芳", "--role", "admin", "--village", "qingshan", "--password-stdin")
    result = run(*given, typed="1234\n")
    assert result.exit_code == 1
    assert "at least 8 characters" in result.output


def test_an_unknown_role_is_wrong_usage() -> None:
    assert run("王芳", "--role", "king").exit_code == 2
