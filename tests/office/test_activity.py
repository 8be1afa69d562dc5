"""Who did what."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from kiosk.office.activity import activities, note
from kiosk.pages import answers
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import parse_period
from kiosk.scoring.problems import Problem
from tests.conftest import TEN_O_CLOCK, Village

PING = Actor(None, "周平", "admin", 1)
JING = Actor(None, "陈静", "reviewer", 1)
NOON = TEN_O_CLOCK.replace(hour=12, tzinfo=ZoneInfo("Asia/Shanghai"))


def lived(connection: Connection) -> None:
    note(connection, 1, PING, NOON.replace(hour=9), "roster", "%(code)s was edited", code="001")
    note(connection, 1, JING, NOON, "quarters", "%(quarter)s was published", quarter=parse_period("2026Q2"))
    note(connection, None, PING, NOON, "rulebook", "A new rulebook")


def said(connection: Connection, **which: object) -> list[str]:
    return [one.said.text() for one in activities(connection, 1, **which)]  # type: ignore[arg-type]


def test_the_newest_stands_first_and_other_villages_matters_stay_away(alone: Village) -> None:
    alone.write(lived)
    with alone.database.read() as connection:
        assert said(connection) == ["2026Q2 was published", "001 was edited"]
        assert [one.topic for one in activities(connection, None)] == ["rulebook"]


def test_days_and_periods_are_written_as_the_reader_writes_them(alone: Village) -> None:
    sentence = "%(quarter)s: %(day)s"
    values = {"quarter": parse_period("2026Q3"), "day": date(2026, 10, 1)}
    alone.write(lambda connection: note(connection, 1, JING, NOON, "quarters", sentence, **values))
    with alone.database.read() as connection:
        [one] = activities(connection, 1)
    assert one.said.values == values
    assert answers.said(one.said, "zh_Hans") == "2026年第三季度: 2026年10月1日"
    assert answers.said(one.said, "en") == "Q3 2026: 1 October 2026"
    several = Problem("", "%(months)s", {"months": (parse_period("2026-08"), parse_period("2026"))})
    assert answers.said(several, "zh_Hans") == "2026年8月、2026年"
    assert several.text() == "2026-08, 2026"


@pytest.mark.parametrize(
    ("which", "found"),
    [
        ({"name": "周平"}, ["001 was edited"]),
        ({"topic": "quarters"}, ["2026Q2 was published"]),
        ({"since": NOON}, ["2026Q2 was published"]),
        ({"until": NOON}, ["001 was edited"]),
        ({"limit": 1}, ["2026Q2 was published"]),
    ],
)
def test_it_can_be_asked_for_a_part(alone: Village, which: dict[str, object], found: list[str]) -> None:
    alone.write(lived)
    with alone.database.read() as connection:
        assert said(connection, **which) == found


def test_a_topic_nobody_knows_is_a_mistake_of_the_program(alone: Village) -> None:
    with pytest.raises(ValueError, match="gossip"):
        alone.write(lambda connection: note(connection, 1, PING, NOON, "gossip", "x", on=date(2026, 1, 1)))
