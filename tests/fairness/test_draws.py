"""The sample that nobody can steer: drawn once, after the notice, from what counted then."""

from collections.abc import Iterator
from hashlib import sha256

import pytest
from sqlalchemy import select

from kiosk.fairness import draws
from kiosk.fairness.draws import Draw
from kiosk.fairness.inspections import Inspection, inspect, inspections_of, may_not_note, outcomes
from kiosk.office import closing
from kiosk.office.activity import activities
from kiosk.scoring import chain, ledger, settlement
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import parse_period
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import event
from tests.scoring.small_village import (
    ADMIN,
    RECORDER,
    REVIEWER,
    SmallVillage,
    at,
    register_kin,
    small_village,
)

Q2, Q3 = parse_period("2026Q2"), parse_period("2026Q3")
LOTTERY = "福彩3D连续两期"
NUMBER = "03111722283109"
LOOKED = "王大力、赵小妹"


@pytest.fixture
def qingshan() -> Iterator[SmallVillage]:
    """Thirty deeds in the third quarter; one is taken back before the notice and one after it."""
    with small_village() as village:
        for number in range(30):
            village.record("B", f"2026-07-{number % 28 + 1:02}", points="1", household=number % 2 + 1)
        ledger.reverse(village.connection, 1, 5, REVIEWER, "重复", at("2026-09-25"))
        settlement.publish(village.connection, 1, Q3, "村委会", at("2026-10-02"))
        yield village


def draw(village: SmallVillage, number: str = "03 11 17 22 28 31 09", now: str = "2026-10-05") -> Draw:
    return draws.draw(village.connection, 1, Q3, number, ADMIN, at(now))


def refusal(village: SmallVillage, **changed: str) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as caught:
        draw(village, **changed)
    return [(problem.field, problem.text()) for problem in caught.value.problems]


def test_ten_events_are_drawn_as_anybody_can_recompute(qingshan: SmallVillage) -> None:
    made = draw(qingshan)
    seed = sha256(f"{chain.START}|2026Q3|{NUMBER}".encode()).hexdigest()
    assert made.seed == seed
    counted = [number for number in range(1, 31) if number != 5]
    by_hash = sorted(counted, key=lambda number: sha256(f"{seed}|{number}".encode()).hexdigest())
    assert list(made.events) == by_hash[:10]
    said = activities(qingshan.connection, 1, topic="fairness")
    assert [one.said.text() for one in said] == [f"Drew the sample of 2026Q3 with the number {NUMBER}"]
    assert (made.drawn_by, made.drawn_at) == ("周支书", at("2026-10-05"))


def test_another_number_draws_another_sample(qingshan: SmallVillage) -> None:
    before = qingshan.connection.begin_nested()
    first = draw(qingshan)
    before.rollback()
    second = draw(qingshan, number="03 11 17 22 28 31 10")
    assert set(first.events) != set(second.events)
    assert draws.all_of(qingshan.connection, 1) == {Q3: second}


def test_which_number_it_will_be_is_fixed_at_publication() -> None:
    """Its first result after that day: nobody can know it, whatever source is named."""
    with small_village() as village:
        day = at("2026-10-02T23:30")
        state = closing.publish(village.connection, 1, Q3, ADMIN, day, f"  {LOTTERY} ")
        promised = draws.promise(state)
        assert promised
        assert promised.text() == f"{LOTTERY}; the first result drawn on 2026-10-03 or later"
        with pytest.raises(Refused, match="published already"):
            closing.publish(village.connection, 1, Q3, ADMIN, day, "另一种彩票")
        assert settlement.state(village.connection, 1, Q3, day).draw_source == LOTTERY
        earlier = settlement.publish(village.connection, 1, Q2, "村委会", day)
        assert "Double-colour ball" in draws.promise(earlier).text()
        with pytest.raises(Refused, match="at most 200"):
            closing.publish(village.connection, 1, parse_period("2026Q1"), ADMIN, day, "长" * 201)


def test_the_digest_on_the_notice_before_is_part_of_the_seed() -> None:
    with small_village() as village:
        village.record("B", "2026-06-05", points="1")
        settlement.publish(village.connection, 1, Q2, "村委会", at("2026-09-25"))
        digest = chain.head(village.connection, 1)[1]
        village.record("B", "2026-07-05", points="1")
        settlement.publish(village.connection, 1, Q3, "村委会", at("2026-10-02"))
        made = draw(village)
    assert made.previous == digest
    assert made.seed == draws.seed_of(digest, Q3, NUMBER)
    assert made.events == (2,)


def test_what_happens_after_the_notice_changes_nothing_about_the_draw(qingshan: SmallVillage) -> None:
    before = draws.sample(
        draws.seed_of(chain.START, Q3, NUMBER),
        draws.counting(
            qingshan.connection, 1, Q3, settlement.state(qingshan.connection, 1, Q3, at("2026-10-03")).number
        ),
    )
    ledger.reverse(qingshan.connection, 1, before[0], REVIEWER, "不想被查到", at("2026-10-03"))
    qingshan.record("B", "2026-08-08", now="2026-10-03", points="1")
    assert list(draw(qingshan).events) == before


def test_it_is_drawn_once_and_a_second_click_changes_nothing(qingshan: SmallVillage) -> None:
    first = draw(qingshan)
    assert draw(qingshan, number="０３,11，17 22-28 31 09", now="2026-10-06") == first
    assert refusal(qingshan, number="2222 1111") == [
        ("", "The sample of 2026Q3 has been drawn already; it is drawn once")
    ]
    assert draws.latest(qingshan.connection, 1) == first


def test_a_number_that_could_be_chosen_is_refused(qingshan: SmallVillage) -> None:
    assert refusal(qingshan, now="2026-10-02T23:00") == [
        ("", "The number must not be known when the notice goes up: draw from 2026-10-03 on")
    ]
    for number in ("7", "12a4", "1" * 101, "٣٣٣٣", ""):
        assert [field for field, _ in refusal(qingshan, number=number)] == ["public_number"]
    with pytest.raises(Refused, match="has not been published yet"):
        draws.draw(qingshan.connection, 1, Q2, NUMBER, ADMIN, at("2026-10-05"))
    assert draws.draw_of(qingshan.connection, 1, Q3) is None


def test_a_small_quarter_gives_a_small_sample() -> None:
    assert sorted(draws.sample("0" * 64, [7, 8, 9])) == [7, 8, 9]
    assert draws.sample("0" * 64, []) == []
    assert draws.sample("0" * 64, range(50)) != draws.sample("1" * 64, range(50))


def looked(outcome: str = "confirmed", remark: str = "", by: str = LOOKED) -> Inspection:
    return Inspection(0, outcome, remark, by, at("2026-10-06"))


def note(village: SmallVillage, event_id: int, found: Inspection, by: Actor = ADMIN) -> None:
    inspect(village.connection, 1, Q3, event_id, found, by, at("2026-10-06"))


def problems(village: SmallVillage, event_id: int, found: Inspection, by: Actor = ADMIN) -> list[str]:
    with pytest.raises(Refused) as caught:
        note(village, event_id, found, by)
    return [problem.text() for problem in caught.value.problems]


def of_household(village: SmallVillage, events: tuple[int, ...], household: int) -> int:
    homes = dict(village.connection.execute(select(event.c.id, event.c.household_id)).all())
    return next(one for one in events if homes[one] == household)


def test_an_outcome_is_noted_once(qingshan: SmallVillage) -> None:
    first, second, *_ = draw(qingshan).events
    note(qingshan, first, looked())
    note(qingshan, first, looked())
    note(qingshan, second, looked("wrong", "院子没有打扫"))
    assert problems(qingshan, first, looked("wrong", "改主意了")) == [
        "The outcome of this event has been noted already; it does not change"
    ]
    assert outcomes(qingshan.connection, 1, Q3) == {"confirmed": 1, "doubtful": 0, "wrong": 1}
    assert inspections_of(qingshan.connection, 1, Q3)[second].remark == "院子没有打扫"
    assert problems(qingshan, 5, looked()) == ["This event is not in the sample; load the page again"]


def test_an_outcome_needs_its_words_and_names(qingshan: SmallVillage) -> None:
    first = draw(qingshan).events[0]
    assert problems(qingshan, first, looked("wrong", "", " ")) == [
        "Write what is doubtful or wrong about it",
        "Write who of the supervising group went and looked",
    ]
    assert problems(qingshan, first, looked("maybe")) == ["Choose what was found"]


def test_nobody_checks_what_they_wrote_down_or_what_is_at_their_home(qingshan: SmallVillage) -> None:
    events = draw(qingshan).events
    at_home = of_household(qingshan, events, 1)
    assert problems(qingshan, events[0], looked(), RECORDER) == [
        "You recorded or decided this event yourself, so somebody else notes what was found"
    ]
    assert problems(qingshan, at_home, looked(by="陈会计，张三")) == [
        "陈会计 recorded or decided this event, so somebody else goes and looks",
        "This is 张三's own or their kin's household, so somebody else goes and looks",
    ]
    register_kin(qingshan.connection, ADMIN, 1)
    assert "registered as your kin" in problems(qingshan, at_home, looked())[0]
    assert "周支书's own or their kin's" in problems(qingshan, at_home, looked(by="周支书"), REVIEWER)[0]
    row = qingshan.connection.execute(select(event).where(event.c.id == at_home)).one()
    assert may_not_note(qingshan.connection, 1, row, REVIEWER) == []


def test_whoever_took_it_back_does_not_check_it_either(qingshan: SmallVillage) -> None:
    first = draw(qingshan).events[0]
    ledger.reverse(qingshan.connection, 1, first, REVIEWER, "记错了户", at("2026-10-06"))
    assert "recorded or decided this event yourself" in problems(qingshan, first, looked(), REVIEWER)[0]
