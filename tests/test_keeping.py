"""Old backups go; the last of a day and of a month, and whatever is not ours, stay."""

import os
import random
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from kiosk import keeping
from kiosk.backups import back_up
from kiosk.keeping import make_room, newest, spare, tidy
from kiosk.settings import Settings
from tests.conftest import Clock, Village

TODAY = date(2026, 8, 15)


def name(moment: date | datetime) -> str:
    at = moment if isinstance(moment, datetime) else datetime(moment.year, moment.month, moment.day, 3, 30)  # noqa: DTZ001
    return f"kiosk-{at:%Y%m%d-%H%M%S}.tar"


def nightly(first: date, last: date) -> list[str]:
    return [name(first + timedelta(days=number)) for number in range((last - first).days + 1)]


def test_fourteen_days_and_twelve_months_stay() -> None:
    names = nightly(date(2024, 1, 1), TODAY)
    stays = set(names) - set(spare(names, TODAY))
    months = [date(2025, month, 1) - timedelta(days=1) for month in range(9, 13)]
    months += [date(2026, month, 1) - timedelta(days=1) for month in range(1, 9)]
    assert stays == {*nightly(date(2026, 8, 1), TODAY), *map(name, months)}


def test_every_night_for_two_years_never_holds_more_than_27() -> None:
    held: set[str] = set()
    most = 0
    for number in range(735):
        today = date(2024, 1, 1) + timedelta(days=number)
        held.add(name(today))
        held -= set(spare(held, today))
        most = max(most, len(held))
    assert (most, name(date(2025, 1, 31)) in held) == (27, True)


def test_of_a_day_the_last_stays_and_of_today_all() -> None:
    yesterday = [name(datetime(2026, 8, 14, hour)) for hour in (3, 12, 23)]  # noqa: DTZ001
    today = [name(datetime(2026, 8, 15, hour)) for hour in (3, 9)]  # noqa: DTZ001
    assert sorted(spare([*yesterday, *today], TODAY)) == yesterday[:2]


def test_a_box_that_was_off_for_a_year_loses_nothing() -> None:
    names = nightly(date(2025, 8, 2), date(2025, 8, 15))
    assert spare([*names, name(TODAY)], TODAY) == []


@pytest.mark.parametrize("today", [date(1970, 1, 1), date(2028, 8, 15)])
def test_a_wrong_clock_costs_no_backup(today: date) -> None:
    names = [*nightly(date(2026, 8, 1), date(2026, 8, 14)), name(date(2026, 6, 30))]
    assert spare([*names, name(today)], today) == []


def test_backups_from_the_future_push_none_out() -> None:
    future, past = nightly(date(2028, 1, 1), date(2028, 1, 30)), nightly(date(2026, 8, 1), TODAY)
    assert spare([*future, *past], TODAY) == []


def test_whatever_is_there_the_newest_and_what_is_not_ours_stay() -> None:
    chance = random.Random(7)
    strange = ["kiosk.db", "kiosk-20269999-000000.tar", "kiosk-20200101-000000.tar.part", "mine.tar", "last"]
    for _ in range(100):
        days = chance.sample(range(3000), chance.randint(1, 60))
        names = [name(date(2020, 1, 1) + timedelta(days=day)) for day in days]
        today = date(2020, 1, 1) + timedelta(days=chance.randint(0, 3000))
        gone = spare([*names, *strange], today)
        assert set(gone) <= set(names) - {max(names)}
        assert not set(gone) & set(spare(set(names) - set(gone), today))  # once is enough


def test_what_is_spare_is_deleted_and_nothing_else(alone: Village, settings: Settings, clock: Clock) -> None:
    folder = settings.data / "backups"
    folder.mkdir()
    for old in nightly(date(2026, 7, 1), date(2026, 8, 14)):
        (folder / old).write_bytes(b"good once")
    (folder / "before the move.tar").write_bytes(b"somebody's own")
    made = back_up(settings, clock())
    gone = tidy(settings, clock())
    left = {path.name for path in folder.iterdir()}
    assert left == {*nightly(date(2026, 7, 31), date(2026, 8, 14)), made.name, "before the move.tar"}
    assert len(gone) == 30


def test_what_a_killed_backup_left_goes_after_a_day(settings: Settings, clock: Clock) -> None:
    folder = settings.data / "backups"
    for age, room in ((2, ".making-old"), (0.1, ".making-new")):
        (folder / room).mkdir(parents=True)
        (folder / room / "kiosk.db").write_bytes(b"half")
        part = folder / f"kiosk-2026081{int(age)}-033000.tar.part"
        part.write_bytes(b"half")
        then = clock().timestamp() - age * 86400
        os.utime(folder / room, (then, then))
        os.utime(part, (then, then))
    tidy(settings, clock())
    assert sorted(path.name for path in folder.iterdir()) == [".making-new", "kiosk-20260810-033000.tar.part"]


def test_the_newest_may_lie_elsewhere(
    alone: Village, settings: Settings, clock: Clock, tmp_path: Path
) -> None:
    assert newest(settings, clock()) is None
    here = back_up(settings, clock())
    clock.move(hours=1)
    stick = back_up(settings, clock(), tmp_path)
    found = newest(settings, clock())
    assert found
    assert (found.at, found.file) == (clock(), stick)
    assert tidy(settings, clock()) == []
    assert here.exists()


def test_a_backup_of_a_wrong_clock_is_not_taken_for_the_newest(settings: Settings, clock: Clock) -> None:
    folder = settings.data / "backups"
    folder.mkdir(parents=True)
    for made in (date(2026, 8, 3), date(2028, 1, 1)):
        (folder / name(made)).touch()
    found = newest(settings, clock())
    assert found
    assert found.at.date() == date(2026, 8, 3)
    clock.move(days=-20_000)
    found = newest(settings, clock())
    assert found
    assert found.at > clock()


@pytest.mark.parametrize(("free", "left"), [(700, 6), (511, 5), (0, 3)])
def test_a_disk_that_gets_full_costs_the_oldest_backups_but_three(
    settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, free: int, left: int
) -> None:
    folder = settings.data / "backups"
    assert make_room(settings, clock()) == []
    folder.mkdir(parents=True)
    names = nightly(date(2026, 8, 9), date(2026, 8, 14))
    for old in (*names, name(date(2028, 1, 1))):
        with (folder / old).open("wb") as file:
            file.truncate(10_000_000)
    (folder / "before the move.tar").touch()

    def usage(path: Path) -> object:
        deleted = 8 - len(list(path.iterdir()))
        return type("Usage", (), {"free": (free + 10 * deleted) * 1_000_000})

    monkeypatch.setattr(keeping, "disk_usage", usage)
    gone = make_room(settings, clock())
    assert [path.name for path in gone] == names[: 6 - left]
    assert sorted(path.name for path in folder.glob("kiosk-2026*")) == names[6 - left :]
    assert (folder / name(date(2028, 1, 1))).exists()
    assert (folder / "before the move.tar").exists()
