"""Whether the box's clock can be right: what was written before, and what tablets show."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection

from kiosk import trust, uptime, witnesses
from kiosk.uptime import Uptime
from tests.conftest import Clock, Village
from tests.pages.recorders import hire

WANG, LIU, CHEN = 1, 2, 3
NOON = datetime.fromisoformat("2026-08-15T12:00+08:00")
HOURS, DAYS, YEARS = timedelta(hours=1), timedelta(days=1), timedelta(days=365)


def after(*minutes: float) -> list[datetime]:
    return [NOON + timedelta(minutes=one) for one in minutes]


def test_two_tablets_that_agree_with_each_other_outvote_a_box_without_friends() -> None:
    assert witnesses.count(after(300, 305), NOON).outvoted
    assert witnesses.count(after(300, 305, 0, 303), NOON).outvoted


@pytest.mark.parametrize("shown", [(300,), (300, 301, 0, 1), (300, -300), (300, 330), (0, 1, 14), ()])
def test_one_tablet_or_several_that_disagree_do_not(shown: tuple[float, ...]) -> None:
    assert not witnesses.count(after(*shown), NOON).outvoted


def test_two_that_agree_with_the_box_bear_it_out_unless_as_many_do_not() -> None:
    assert witnesses.count(after(0, 14), NOON).confirmed
    assert witnesses.count(after(0, -14, 500), NOON).confirmed
    assert not witnesses.count(after(0), NOON).confirmed
    assert not witnesses.count(after(0, 1, 500, 501), NOON).confirmed


@given(st.lists(st.integers(-3000, 3000), max_size=8))
def test_nobody_is_counted_twice_and_no_box_is_both_right_and_wrong(shown: list[int]) -> None:
    votes = witnesses.count(after(*shown), NOON)
    assert votes.agreeing + len(votes.against) <= len(shown)
    assert not (votes.confirmed and votes.outvoted)
    if votes.against:
        assert max(votes.against) - min(votes.against) <= witnesses.ALIKE


class Box:
    """青山村's box: its clock and how long it has been running. Only the village's people move either."""

    def __init__(self, village: Village, clock: Clock) -> None:
        self.village, self.clock, self.up = village, clock, Uptime("first", 1000)

    def hear(self, account: int, device_at: datetime, device: str = "") -> None:
        self.village.write(lambda connection: witnesses.tell(connection, account, device_at, self.up, device))

    def pass_by(self, time: timedelta) -> None:
        """Time passes, for the clock too."""
        self.clock.now += time
        self.up = Uptime(self.up.boot, self.up.seconds + int(time.total_seconds()))

    @property
    def doubt(self) -> str:
        with self.village.database.read() as connection:
            problem = trust.clock(connection, self.clock())
        return problem.text() if problem else ""


@pytest.fixture
def box(alone: Village, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Iterator[Box]:
    alone.write(lambda connection: hire(connection, alone))
    assert alone.database.healthy(clock()) is None
    made = Box(alone, clock)
    monkeypatch.setattr(uptime, "uptime", lambda: made.up)
    return made


def test_a_box_that_woke_in_the_past_stays_in_doubt_whatever_is_written_then(box: Box) -> None:
    box.clock.move(days=-3)
    assert "but it was" in box.doubt
    for _ in range(3):
        box.pass_by(HOURS)
        assert box.village.database.healthy(box.clock()) is None
        assert "but it was" in box.doubt


def test_a_clock_that_ran_ahead_is_doubted_by_two_tablets(box: Box) -> None:
    right = box.clock()
    box.clock.now += 2 * YEARS
    assert box.doubt == ""  # nothing that was written is later
    box.hear(WANG, right)
    assert box.doubt == ""
    box.hear(LIU, right + timedelta(minutes=3))
    assert "but 2 tablets show 2026-08-15" in box.doubt
    box.clock.now = right  # set right: without asking the tablets again
    box.pass_by(HOURS)
    assert box.doubt == ""


def test_once_it_was_ahead_two_tablets_or_a_watch_bear_the_right_time_out(box: Box) -> None:
    right = box.clock()
    assert box.village.database.healthy(right + 2 * YEARS) is None
    assert "but it was 2028" in box.doubt
    box.hear(WANG, right)
    box.hear(LIU, right)
    assert box.doubt == ""
    box.pass_by(2 * DAYS)  # what they said is too long ago
    assert "but it was 2028" in box.doubt
    box.village.write(lambda connection: trust.confirm_clock(connection, box.clock()))
    box.pass_by(DAYS)
    assert box.doubt == ""
    box.clock.move(days=-2)
    assert "but it was" in box.doubt


def test_a_watch_outweighs_the_same_tablets_until_the_clock_is_set_or_the_box_started_anew(box: Box) -> None:
    wrong = box.clock() - 8 * HOURS  # two tablets in another time zone
    for account in (WANG, LIU):
        box.hear(account, wrong)
    assert "2 tablets show" in box.doubt
    box.village.write(lambda connection: trust.confirm_clock(connection, box.clock()))
    assert box.doubt == ""
    for account in (WANG, LIU):
        box.hear(account, wrong)
    box.pass_by(HOURS)
    assert box.doubt == ""
    box.clock.move(hours=1)
    assert "2 tablets show" in box.doubt


def test_one_device_on_which_two_people_signed_in_is_one_witness(box: Box) -> None:
    for account in (WANG, LIU):
        box.hear(account, box.clock() - DAYS, "the office's PC")
    assert box.doubt == ""
    box.hear(CHEN, box.clock() - DAYS, "a tablet")
    assert "2 tablets show" in box.doubt


def test_after_a_restart_tablets_are_asked_anew(box: Box) -> None:
    for account in (WANG, LIU):
        box.hear(account, box.clock() - YEARS)
    assert "2 tablets show" in box.doubt
    box.up = Uptime("second", 1001)
    assert box.doubt == ""


def test_the_same_is_not_written_again_and_again(box: Box) -> None:
    def news(connection: Connection) -> bool:
        return witnesses.is_news(connection, WANG, box.clock(), box.up)

    def asked() -> bool:
        with box.village.database.read() as connection:
            return news(connection)

    assert asked()
    box.hear(WANG, box.clock())
    box.pass_by(timedelta(minutes=5))
    assert not asked()
    box.clock.move(hours=3)  # somebody sets the tablet
    assert asked()
    box.clock.move(hours=-3)
    box.pass_by(timedelta(minutes=6))
    assert asked()


def test_this_machine_knows_how_long_it_has_been_running() -> None:
    first, then = uptime.uptime(), uptime.uptime()
    assert first.boot == then.boot
    assert 0 < first.seconds <= then.seconds
