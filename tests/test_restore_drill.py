"""The drill (goals.md, R17): the box burns, a new one gets the newest backup, and everything is there."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner, Result
from litestar import Litestar
from sqlalchemy import inspect, select, text

from kiosk.commands.backup import backup_command, restore_command
from kiosk.commands.verify import verify_command
from kiosk.database import Database
from kiosk.office.tables import round_event, visit, walk
from kiosk.scoring.tables import decision, entry, note, waiting
from kiosk.settings import Settings
from kiosk.tls.setting_up import set_up
from tests.accounts import staff
from tests.conftest import Clock, Village
from tests.pages.desks import Desk
from tests.pages.recorders import deed, hire, sit_down
from tests.pages.test_admin_outbox import PICTURE, saved, take
from tests.pages.test_photos import photo
from tests.pages.test_rounds import KEY, tell, yard

Run = Callable[..., Result]
_OWN = ("backups", "serving.lock")  # what every box has of its own


@pytest.fixture
def lived_in(app: Litestar, village: Village, settings: Settings, clock: Clock) -> Village:
    """青山村 with deeds and photos, a round, a tablet's file taken in, decisions, a plate renewed, and https."""
    village.write(lambda connection: hire(connection, village))
    liu, chen, zhou = (sit_down(app, village, name) for name in ("刘敏", "陈静", "周平"))
    shown = {"photo": ("yard.jpg", photo(), "image/jpeg")}
    assert liu.post("/record", deed(household="002", member="王芳"), shown).status_code in (200, 201, 303)
    assert tell(liu, "", round=KEY, group="", items="C01").status_code == 200
    assert liu.json("/record", yard("001")).status_code == 201
    assert tell(liu, f"/{KEY}/visits", household="004", outcome="absent").status_code == 200
    assert take(zhou, saved(deed(household="001", member="张三", photo=PICTURE))).status_code == 200
    with village.database.read() as connection:
        undecided = list(connection.scalars(select(waiting.c.event_id)))
    decided = chen.post("/review/decisions", {"event": str(undecided[0]), "verdict": "approved"})
    assert decided.status_code < 400
    set_up(settings, clock())
    village.write(lambda connection: staff.hire(connection, "罗永红", "reviewer"))
    return village


@pytest.fixture
def run() -> Callable[[Path], Run]:
    def at(folder: Path) -> Run:
        def command(command: click.Command, *words: str) -> Result:
            environment = {"KIOSK_DATA": str(folder), "KIOSK_LANG": "en"}
            return CliRunner().invoke(command, words, env=environment)

        return command

    return at


def rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All that is in all tables."""
    with database.read() as connection:
        names = inspect(connection).get_table_names()
        found = {name: connection.execute(text(f'SELECT * FROM "{name}"')).all() for name in names}
    return {name: sorted(map(tuple, rows), key=repr) for name, rows in found.items()}


def files(folder: Path) -> dict[str, bytes]:
    """Every file that a backup must hold beside the database."""
    paths = [
        path for path in folder.rglob("*") if path.is_file() and not path.name.startswith(("kiosk.db", "."))
    ]
    inside = [(path.relative_to(folder), path) for path in paths]
    return {str(name): path.read_bytes() for name, path in inside if name.parts[0] not in _OWN}


def test_a_new_box_is_the_old_one_again(
    app: Litestar,
    lived_in: Village,
    settings: Settings,
    clock: Clock,
    tmp_path: Path,
    run: Callable[[Path], Run],
) -> None:
    before, kept = rows(lived_in.database), files(settings.data)
    for table in (decision, entry, walk, visit, round_event, note):
        assert before[table.name], f"the village must have lived: {table.name} is empty"
    assert {name.partition("/")[0] for name in kept} == {"photos", "secret", "tls"}
    ranking = sit_down(app, lived_in, "陈静").get("/v/qingshan/standings/2026Q3.json").json()
    stick = tmp_path / "stick"
    stick.mkdir()
    assert run(settings.data)(backup_command, str(stick)).exit_code == 0  # while the server runs
    told = run(settings.data)(verify_command).stderr

    (backup,) = stick.iterdir()
    box = replace(settings, data=tmp_path / "new box")
    restored = run(box.data)(restore_command, str(backup))
    assert (restored.exit_code, restored.stdout) == (0, "")
    verified = run(box.data)(verify_command)
    assert verified.exit_code == 0, verified.output
    assert verified.stderr == told  # number of entries and newest digest
    assert files(box.data) == kept
    assert not any((box.data / name).stat().st_mode & 0o077 for name in kept)  # for its owner alone

    site = app.state.site
    site.close()
    site.__init__(box, clock, grace=0)
    after = rows(site.database)
    assert {name for name in before if name != "session" and before[name] != after[name]} == set()
    desk = Desk(app)
    assert desk.sign_in("罗永红").status_code == 303  # with the password that she had
    assert desk.get("/v/qingshan/standings/2026Q3.json").json() == ranking
    with site.database.read() as connection:
        shown = list(connection.scalars(select(note.c.event_id).where(note.c.photo != "")))
    assert [desk.get(f"/photos/{number}").headers["content-type"] for number in shown] == ["image/jpeg"] * 2


@pytest.mark.teeth
def test_a_backup_without_its_photos_is_found(
    lived_in: Village,
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    run: Callable[[Path], Run],
) -> None:
    monkeypatch.setattr("kiosk.backups.companions", lambda *_: iter(()))
    assert run(settings.data)(backup_command, str(tmp_path)).exit_code == 0
    (backup,) = tmp_path.glob("kiosk-*.tar")
    assert run(tmp_path / "new box")(restore_command, str(backup)).exit_code == 0
    assert files(tmp_path / "new box") != files(settings.data)
