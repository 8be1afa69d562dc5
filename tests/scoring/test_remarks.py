"""Asking back about an event that waits, and answering."""

from collections.abc import Iterator

import pytest
from sqlalchemy import update

from kiosk.scoring import deciding, history, ledger, recusal, remarks
from kiosk.scoring.actors import Actor
from kiosk.scoring.awaiting import Awaiting, awaiting
from kiosk.scoring.batches import decide_each
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import account, village
from tests.scoring.small_village import (
    ADMIN,
    EXAMPLE,
    RECORDER,
    REVIEWER,
    SmallVillage,
    at,
    book,
    register_kin,
    small_village,
)

NOW = at("2026-09-21")
OTHER = Actor(9, "吴老", "recorder", 1)


@pytest.fixture
def waits() -> Iterator[SmallVillage]:
    """Everything of 5 points or more waits here."""
    items = [{name: value for name, value in item.items() if name != "review"} for item in EXAMPLE]
    with small_village(book(*items)) as here:
        here.connection.execute(
            account.insert().values(
                id=9, name="吴老", role="recorder", village_id=1, password="", active=True
            )
        )
        yield here


def ask(here: SmallVillage, number: int, words: str = "有照片吗？", by: Actor = REVIEWER) -> bool:
    return remarks.ask(here.connection, 1, number, by, words, NOW)


def answer(here: SmallVillage, number: int, words: str = "有", by: Actor = RECORDER, photo: str = "") -> bool:
    return remarks.answer(here.connection, 1, number, by, words, photo, NOW)


def seen(here: SmallVillage, by: Actor = REVIEWER) -> dict[int, Awaiting]:
    return {one.deed.event_id: one for one in awaiting(here.connection, 1, by, NOW)}


def refusal(fields: list[str], work: object) -> None:
    with pytest.raises(Refused) as caught:
        work()  # type: ignore[operator]
    assert [problem.field for problem in caught.value.problems] == fields


def test_a_question_and_its_answer_move_the_deed_back_and_forth(waits: SmallVillage) -> None:
    number = waits.record("A", "2026-09-20", member=1).event_id
    states = [seen(waits)[number].state]
    for step in (lambda: ask(waits, number), lambda: answer(waits, number)):
        step()
        states.append(seen(waits)[number].state)
    assert states == ["new", "asked", "answered"]
    assert [(one.kind, one.name, one.words) for one in seen(waits)[number].remarks] == [
        ("question", "刘主任", "有照片吗？"),
        ("answer", "陈会计", "有"),
    ]


def test_a_second_click_asks_once_and_answers_once(waits: SmallVillage) -> None:
    number = waits.record("A", "2026-09-20", member=1).event_id
    assert [ask(waits, number), ask(waits, number)] == [True, False]
    assert [answer(waits, number), answer(waits, number)] == [True, False]
    assert len(seen(waits)[number].remarks) == 2


def test_pages_learn_of_a_question(waits: SmallVillage) -> None:
    number = waits.record("A", "2026-09-20", member=1).event_id
    revision = village.select().with_only_columns(village.c.revision)
    before = waits.connection.scalar(revision)
    ask(waits, number)
    assert waits.connection.scalar(revision) == before + 1
    assert remarks.asked_among(waits.connection, [number]) == {number}


def test_only_who_may_decide_asks(waits: SmallVillage) -> None:
    number = waits.record("A", "2026-09-20", member=1).event_id
    own = waits.record("A", "2026-09-19", member=1, by=ADMIN).event_id
    refusal([""], lambda: ask(waits, number, by=OTHER))
    refusal([""], lambda: ask(waits, own, by=ADMIN))
    register_kin(waits.connection, REVIEWER, 1)
    refusal(["household"], lambda: ask(waits, number))
    refusal([""], lambda: ask(waits, 99))


def test_a_question_has_words_and_is_about_something_that_waits(waits: SmallVillage) -> None:
    number = waits.record("A", "2026-09-20", member=1).event_id
    refusal(["question"], lambda: ask(waits, number, "  "))
    refusal(["question"], lambda: ask(waits, number, "字" * 501))
    ledger.decide(waits.connection, 1, number, "approved", REVIEWER, "", NOW)
    refusal([""], lambda: ask(waits, number))


def test_only_the_recorder_answers_and_only_what_was_asked(waits: SmallVillage) -> None:
    number = waits.record("A", "2026-09-20", member=1).event_id
    refusal([""], lambda: answer(waits, number))
    ask(waits, number)
    refusal([""], lambda: answer(waits, number, by=OTHER))
    refusal([""], lambda: answer(waits, number, by=REVIEWER))
    refusal(["answer"], lambda: answer(waits, number, ""))
    assert answer(waits, number, "", photo="a" * 64)
    assert remarks.open_questions(waits.connection, 1, RECORDER) == []


def test_where_the_recorder_is_gone_any_other_may_answer_but_for_their_kin(waits: SmallVillage) -> None:
    number = waits.record("A", "2026-09-20", member=1).event_id
    ask(waits, number)
    assert remarks.open_questions(waits.connection, 1, RECORDER) == [number]
    assert remarks.open_questions(waits.connection, 1, OTHER) == []
    waits.connection.execute(update(account).where(account.c.id == RECORDER.account_id).values(active=False))
    assert remarks.open_questions(waits.connection, 1, OTHER) == [number]
    register_kin(waits.connection, OTHER, 1)
    assert remarks.open_questions(waits.connection, 1, OTHER) == []
    refusal(["household"], lambda: answer(waits, number, by=OTHER))


def test_the_prospect_counts_what_waits_before(waits: SmallVillage) -> None:
    """The third of an item that counts twice a quarter promises nothing, and an earlier quarter is another."""
    waits.connection.exec_driver_sql("DELETE FROM waiting")
    first = waits.record("A", "2026-09-01", member=1).event_id
    ledger.decide(waits.connection, 1, first, "approved", REVIEWER, "", NOW)
    rows = [("2026-09-02", 1), ("2026-09-03", 1), ("2026-09-04", 2), ("2026-06-30", 1)]
    numbers = [waits.record("A", day, member=who).event_id for day, who in rows]
    found = seen(waits)
    assert [str(found[number].prospect.points) for number in numbers] == ["5.0", "0.0", "5.0", "5.0"]
    assert found[numbers[1]].prospect.why is not None
    assert [one.event_id for one in found[numbers[0]].same] == [first]
    assert (found[numbers[3]].many, found[numbers[3]].same) == (0, [])


def test_what_many_are_told_is_what_one_is_told(waits: SmallVillage) -> None:
    """The questions that are asked once for many answer like those for a single deed."""
    waits.record("A", "2026-09-20", member=1)
    waits.record("A", "2026-09-20", member=1, by=ADMIN)
    waits.record("B", "2026-09-20", points="6", household=2)
    register_kin(waits.connection, ADMIN, 2)
    deeds = history.awaiting(waits.connection, 1)
    for by in (RECORDER, REVIEWER, ADMIN, Actor(3, "周支书", "admin", 1, household_id=1)):
        many = deciding.barred(waits.connection, 1, deeds, by)
        single = {deed.event_id: deciding.may_not_decide(waits.connection, 1, deed, by) for deed in deeds}
        assert many == {number: problems for number, problems in single.items() if problems}
    assert "周支书" not in recusal.who_can(waits.connection, 1, 2, deciding=True)


def test_a_batch_decides_what_it_may_and_says_why_not_the_rest(waits: SmallVillage) -> None:
    mine, others = (waits.record("A", "2026-09-20", member=1, by=by).event_id for by in (ADMIN, RECORDER))
    decided = decide_each(waits.connection, 1, [mine, others, 99], "approved", ADMIN, "", NOW)
    assert [one.event_id for one in decided.receipts] == [others]
    assert sorted(decided.refused) == [mine, 99]
    assert [one.event_id for one in awaiting_numbers(waits)] == [mine]
    again = decide_each(waits.connection, 1, [others], "approved", ADMIN, "", NOW)
    assert [one.new for one in again.receipts] == [False]
    refusal(["reason"], lambda: decide_each(waits.connection, 1, [mine], "rejected", REVIEWER, " ", NOW))


def awaiting_numbers(here: SmallVillage) -> list[history.Deed]:
    return history.awaiting(here.connection, 1)
