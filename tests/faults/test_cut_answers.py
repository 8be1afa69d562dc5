"""R4 and R5 over HTTP: answers that never arrive, and the same form sent many times at once."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from tests.faults.cutting import CuttingProxy
from tests.faults.retrying import Tablet, at_work, everything_acknowledged
from tests.faults.serving import Served, found, run, stored

CUT = 0.3
TABLETS = 6
AT_ONCE = 50


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    served = Served(found(tmp_path_factory.mktemp("cut")))
    served.start()
    yield served
    served.kill()


@pytest.fixture
def network(served: Served) -> Iterator[CuttingProxy]:
    with CuttingProxy(served.port, CUT).running() as network:
        yield network


def record_each(network: CuttingProxy, name: str, deeds: int, forgetful: bool = False) -> list[Tablet]:
    """Six tablets behind the network record so many deeds together."""
    tablets = [Tablet(network.url, f"{name}{number}", forgetful) for number in range(TABLETS)]
    for tablet in tablets:
        tablet.sign_in()
    with at_work(tablets, lambda tablet: len(tablet.acknowledged) < deeds // TABLETS):
        pass
    for tablet in tablets:
        tablet.close()
    return tablets


@pytest.mark.parametrize("deeds", [300, pytest.param(10_002, marks=pytest.mark.long)])
def test_every_deed_is_there_once_though_three_answers_in_ten_are_cut(
    served: Served, network: CuttingProxy, deeds: int
) -> None:
    tablets = record_each(network, f"{deeds}件里", deeds)
    there = stored(served.data).events
    acknowledged = everything_acknowledged(tablets)
    assert len(acknowledged) == deeds
    assert {reason: there[reason] for reason in acknowledged} == {
        reason: [event] for reason, event in acknowledged.items()
    }
    assert sum(tablet.tries for tablet in tablets) > deeds * 1.2
    assert network.cut > network.answers * CUT / 2
    assert run(served.data, "verify").exit_code == 0


@pytest.mark.long  # six seconds of two cores
@pytest.mark.teeth
def test_where_the_key_is_ignored_a_cut_answer_is_a_second_deed(
    served: Served, network: CuttingProxy
) -> None:
    tablets = record_each(network, "健忘", 60, forgetful=True)
    assert stored(served.data).doubled
    assert sum(tablet.tries for tablet in tablets) > 60


def test_fifty_identical_posts_at_once_are_one_event_and_fifty_equal_answers(served: Served) -> None:
    tablet, together = Tablet(served.url, "同时"), Barrier(AT_ONCE)
    tablet.sign_in()

    def send(_number: int) -> tuple[int, dict[str, Any]]:
        together.wait()
        answer = tablet.send("一次", "the-same-key-of-the-same-form")
        return answer.status_code, answer.json()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(send, range(AT_ONCE)))
    tablet.close()
    assert sorted(status for status, _ in answers) == [200] * (AT_ONCE - 1) + [201]
    assert sorted(told.pop("new") for _, told in answers) == [False] * (AT_ONCE - 1) + [True]
    first = answers[0][1]
    assert all(told == first for _, told in answers)
    assert stored(served.data).events["一次"] == [first["event"]]
