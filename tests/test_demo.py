"""The demo village is believable, the same for the same seed, and made by the ledger's own doors."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

import click
import pytest
from click.testing import CliRunner, Result
from sqlalchemy import Connection, text

from kiosk.commands import serve
from kiosk.commands.demo import demo_command
from kiosk.database import migrate, open_database
from kiosk.demo import deeds, families, staff
from kiosk.demo.families import Family
from kiosk.demo.making import Recipe, first_day, make
from kiosk.demo.names import COMPOUND, RARE
from kiosk.scoring import boards
from kiosk.scoring.periods import quarter_of
from kiosk.scoring.rulebooks import default_rulebook
from kiosk.scoring.verification import verify
from kiosk.settings import Settings

ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 24, 10, 30, tzinfo=ZONE)
TODAY = NOW.date()
START = date(2024, 10, 1)


def village(count: int = 320, seed: int = 1) -> list[Family]:
    return staff.at_home(families.families(Random(seed), count, TODAY))


@pytest.mark.parametrize("count", [1, 8, 320, 1500])
def test_every_family_has_a_code_a_head_and_no_child_born_tomorrow(count: int) -> None:
    made = village(count)
    assert len({family.code for family in made}) == count
    assert all(family.head.relation == "户主" for family in made)
    assert all(person.born <= TODAY for family in made for person in family.people)
    assert all(len({person.name for person in family.people}) == len(family.people) for family in made)


def test_there_are_unusual_families_as_in_every_real_village() -> None:
    made = village()
    names = "".join(person.name for family in made for person in family.people)
    assert all(letter in names for letter in (*RARE, "·"))
    assert any(family.head.name.startswith(COMPOUND) for family in made)
    assert any(family.residency == "resident" for family in made)
    assert any((TODAY - family.head.born).days < 18 * 365 for family in made)
    assert any(person.left for family in made for person in family.people)
    assert len({family.group for family in made}) == 8


def test_the_same_seed_makes_the_same_village_and_another_another() -> None:
    assert village(seed=3) == village(seed=3)
    assert village(seed=3) != village(seed=4)


def test_deeds_are_mostly_good_and_come_in_order_up_to_now() -> None:
    made = deeds.deeds(Random(1), village(), 2000, START, NOW)
    assert made == deeds.deeds(Random(1), village(), 2000, START, NOW)
    moments = [deed.recorded_at for deed in made]
    assert moments == sorted(moments)
    assert moments[-1] <= NOW
    assert all(deed.occurred_on <= deed.recorded_at.date() for deed in made)
    book = default_rulebook()
    bad = [deed for deed in made if (item := book.item(deed.item)) and item.deduction]
    assert 0 < len(bad) < 60
    this_week = [deed for deed in made if deed.recorded_at > NOW - timedelta(days=7)]
    assert len(this_week) > 20
    assert any(deed.late for deed in made)


def test_every_habit_fits_the_default_rulebook() -> None:
    book = default_rulebook()
    for habit in deeds.habits():
        item = book.item(habit.item)
        assert item is not None
        assert (item.subject == "household") == (habit.who == "household")
        assert item.fixed != bool(habit.points)
        assert all(item.minimum <= int(points) <= item.maximum for points in habit.points)


def test_deeds_are_done_by_people_of_a_fitting_age_who_lived_there() -> None:
    made = village()
    who = {habit.item: habit.who for habit in deeds.habits()}
    seen = Counter[str]()
    for deed in deeds.deeds(Random(1), made, 1000, START, NOW):
        if deed.person is not None:
            person = made[deed.family].people[deed.person]
            youngest, oldest = deeds.AGES[who[deed.item]]
            assert youngest <= (deed.occurred_on - person.born).days // 365 <= oldest
            assert person.here(deed.occurred_on)
            seen[who[deed.item]] += 1
    assert set(seen) == {"adult", "worker", "child"}


@contextmanager
def made(folder: Path, recipe: Recipe, now: datetime = NOW) -> Iterator[Connection]:
    settings = Settings(data=folder)
    migrate(settings, now)
    database = open_database(settings)
    try:
        make(database, recipe, now, lambda: None)
        with database.read() as connection:
            yield connection
    finally:
        database.close()


def test_the_ledger_of_the_demo_is_sound_and_holds_every_kind_of_event(tmp_path: Path) -> None:
    with made(tmp_path, Recipe(households=16, events=300)) as connection:
        assert verify(connection, 1) == []
        for kind, query in {
            "events": "SELECT count(*) >= 300 FROM event",
            "waiting": "SELECT count(*) FROM waiting",
            "taken back": "SELECT count(*) FROM decision WHERE verdict = 'reversed'",
            "upheld": "SELECT count(*) FROM objection_answer WHERE outcome = 'upheld'",
            "objected to": "SELECT count(*) FROM objection WHERE start = 202610",
            "declared": "SELECT count(*) FROM declaration WHERE state = 'waiting'",
            "asked back": "SELECT count(*) FROM remark",
            "capped": "SELECT count(*) FROM entry JOIN event ON event.id = event_id"
            " WHERE cause = 'award' AND entry.points < event.points",
            "honours": "SELECT count(*) > 9 FROM honour_decision WHERE year = 2025 AND decision = 'granted'",
            "rewards": "SELECT count(*) > 2 FROM reward WHERE year = 2025",
            "drawn for checking": "SELECT count(*) = 8 FROM draw",
            "looked into": "SELECT count(*) > 40 FROM inspection",
            "doubtful": "SELECT count(*) > 0 FROM inspection WHERE outcome = 'doubtful'",
            "this quarter": "SELECT count(*) > 15 FROM entry WHERE month BETWEEN 202610 AND 202612",
        }.items():
            assert connection.scalar(text(query)), kind
        settled = text("SELECT start FROM settlement ORDER BY start")
        quarters = list(connection.scalars(settled))
        assert (quarters[0], quarters[-1], len(quarters)) == (202410, 202607, 8)
        assert boards.standings(connection, 1, quarter_of(TODAY), TODAY)[0].total > 0


@pytest.mark.parametrize("day", ["2026-10-01T00:00:05", "2026-10-03T12:00:00", "2028-02-29T23:59:00"])
def test_the_demo_can_be_made_at_any_moment(tmp_path: Path, day: str) -> None:
    now = datetime.fromisoformat(day).replace(tzinfo=ZONE)
    with made(tmp_path, Recipe(households=8, events=15), now) as connection:
        assert verify(connection, 1) == []
    assert first_day(now.date()).year == now.year - 2


@click.command()
def only_say_so() -> None:
    click.echo("serving")


def demo(folder: Path, *words: str) -> Result:
    environment = {"KIOSK_DATA": str(folder), "KIOSK_LANG": "en"}
    return CliRunner().invoke(demo_command, words, env=environment)


def test_the_demo_is_made_once_shown_and_served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "serve_command", only_say_so)
    first = demo(tmp_path / "demo", "--households", "8", "--events", "10")
    assert first.exit_code == 0
    for told in (
        "Making 青山村: 8 households",
        "/v/qingshan/square",
        "/h/",
        "李秀英",
        staff.PASSWORD,
        "serving",
    ):
        assert told in first.output
    again = demo(tmp_path / "demo")
    assert "Using the demo village" in again.output
    assert "Making" not in again.output
    anew = demo(tmp_path / "demo", "--seed", "2")
    assert "anew" in anew.output
    assert "8 households, 10 events" in anew.output


def test_the_demo_keeps_away_from_other_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serve, "serve_command", only_say_so)
    precious = tmp_path / "kiosk.db"
    precious.write_text("a real village")
    refused = demo(tmp_path)
    assert refused.exit_code == 1
    assert "holds data that are no demo" in refused.output
    assert precious.read_text() == "a real village"
