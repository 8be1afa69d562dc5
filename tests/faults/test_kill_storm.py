"""R3: the serving process is killed again and again under six recorders who try until they are answered.

Every other kill comes at any moment; the others come when something is committed and not yet acknowledged:
the process is frozen, looked at, and killed only if the file knows more than the recorders do. No kill in n
that lost anything bounds the rate at about 3/n.
"""

import random
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from signal import SIGCONT, SIGSTOP
from statistics import median
from threading import Event

import pytest

from tests.faults.retrying import Tablet, at_work, everything_acknowledged
from tests.faults.serving import Served, found, run, stored

RECORDERS = 6
FIRST_ANSWER_WITHIN = 5.0  # seconds; the median, for the machine may be busy with other tests
_LOOKS = 200  # at a frozen process, before it is killed anyway
_MOMENT = Event()  # never set: waiting for it is waiting for a moment


class Storm:
    """Kills a server under its recorders."""

    def __init__(self, served: Served, forgetful: bool = False) -> None:
        self.served = served
        self.tablets = [Tablet(served.url, f"平板{number}", forgetful) for number in range(RECORDERS)]
        self.first_answers: list[float] = []
        self._chance = random.Random(3)
        self._over = Event()

    @contextmanager
    def raging(self) -> Iterator[None]:
        self.served.start()
        for tablet in self.tablets:
            tablet.sign_in()
        with at_work(self.tablets, lambda _tablet: not self._over.is_set()):
            try:
                yield
            finally:
                self._over.set()
                if self.served.process is None:
                    self.served.start()
        for tablet in self.tablets:
            tablet.close()

    def kill_at_any_moment(self) -> None:
        _MOMENT.wait(0.1 + self._chance.random() * 0.2)
        self._kill_and_start_again()

    def kill_between_commit_and_answer(self) -> None:
        for _ in range(_LOOKS):
            _MOMENT.wait(0.02 + self._chance.random() * 0.02)
            self.served.signal(SIGSTOP)
            if self._is_ahead():
                break
            self.served.signal(SIGCONT)
        self._kill_and_start_again()

    def _is_ahead(self) -> bool:
        """Whether the frozen server has stored what nobody was told."""
        _MOMENT.wait(0.05)  # for the answers that are on their way
        try:
            return bool(stored(self.served.data).events.keys() - everything_acknowledged(self.tablets).keys())
        except sqlite3.OperationalError:
            return False  # locked: frozen in the middle of a commit

    def _kill_and_start_again(self) -> None:
        self.served.kill()
        self.first_answers.append(self.served.start())


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    served = Served(found(tmp_path))
    yield served
    served.kill()


@pytest.mark.parametrize("kills", [5, pytest.param(500, marks=pytest.mark.long)])
def test_whatever_was_acknowledged_before_a_kill_is_there_once(served: Served, kills: int) -> None:
    storm = Storm(served)
    with storm.raging():
        for number in range(kills):
            if number % 2:
                storm.kill_at_any_moment()
            else:
                storm.kill_between_commit_and_answer()
        verified = run(served.data, "verify")
    acknowledged, there = everything_acknowledged(storm.tablets), stored(served.data)
    assert len(acknowledged) > 3 * kills
    assert {reason: there.events.get(reason) for reason in acknowledged} == {
        reason: [event] for reason, event in acknowledged.items()
    }
    assert there.events.keys() == acknowledged.keys()
    assert verified.exit_code == 0, verified.output
    assert median(storm.first_answers) < FIRST_ANSWER_WITHIN


@pytest.mark.long  # twelve seconds of two cores
@pytest.mark.teeth
def test_a_key_for_every_try_doubles_deeds(served: Served) -> None:
    storm = Storm(served, forgetful=True)
    with storm.raging():
        for _ in range(2):
            storm.kill_between_commit_and_answer()
    assert stored(served.data).doubled
