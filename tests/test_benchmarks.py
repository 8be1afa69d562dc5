"""What the speed figures are measured on must itself be right."""

from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import village as villages
from benchmarks.__main__ import GROUPS
from benchmarks.figures import in_turn
from kiosk.database import open_database
from kiosk.scoring.verification import verify


def test_a_village_made_in_bulk_passes_verification(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(villages, "DATA", tmp_path)
    settings = villages.village(villages.Size(households=10, people=2, events=90, running=10))
    database = open_database(settings)
    with database.read() as connection:
        assert verify(connection, 1) == []
        assert connection.exec_driver_sql("SELECT count(*) FROM entry").scalar_one() == 90
    database.close()


def test_no_goal_is_measured_in_two_places() -> None:
    goals = [goal for name in GROUPS for goal in import_module(f"benchmarks.{name}").GOALS]
    assert len(goals) == len(set(goals))


def test_things_are_measured_in_turn_and_the_first_round_does_not_count() -> None:
    said: list[str] = []
    values = iter([100, 100, 1, 10, 2, 20, 3, 30])

    def run(name: str) -> float:
        said.append(name)
        return next(values)

    medians = in_turn({"ours": lambda: run("ours"), "theirs": lambda: run("theirs")}, rounds=3)
    assert said == ["ours", "theirs"] * 4
    assert medians == {"ours": 2, "theirs": 20}
