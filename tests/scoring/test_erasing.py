"""Words about a deed or of an objection are erased; the ledger does not notice."""

import pytest
from sqlalchemy import text

from kiosk.scoring import answering, erasing, history, ledger, objections, remarks
from kiosk.scoring.actors import Actor
from kiosk.scoring.objections import Figures
from kiosk.scoring.problems import Refused
from kiosk.scoring.tables import metadata
from kiosk.scoring.verification import verify
from tests.scoring.small_village import ADMIN, RECORDER, REVIEWER, A, SmallVillage, at, book, small_village
from tests.scoring.test_objections import SUMMER, answer, objects

CLERK = Actor(77, "周平", "admin", 1)


def erase(village: SmallVillage, event_id: int, by: Actor = CLERK) -> object:
    deed = history.deed(village.connection, 1, event_id)
    assert deed
    return erasing.erase(village.connection, 1, deed, by)


def test_the_words_go_and_points_and_chain_stay(qingshan: SmallVillage) -> None:
    qingshan.record("A", "2026-07-01", member=1)
    before = history.deed(qingshan.connection, 1, 1)
    assert before
    assert verify(qingshan.connection, 1) == []
    assert erase(qingshan, 1) == []
    after = history.deed(qingshan.connection, 1, 1)
    assert after
    assert (after.place, after.reason, after.basis, after.photo) == ("", "", "", "")
    assert (after.points, after.code) == (before.points, before.code)
    assert verify(qingshan.connection, 1) == []
    assert erase(qingshan, 1) is None  # a second click


def test_a_photo_that_another_deed_shows_stays(qingshan: SmallVillage) -> None:
    for day in ("2026-07-01", "2026-07-02"):
        qingshan.record("A", day, member=1)
    qingshan.connection.execute(text(f"UPDATE note SET photo = '{'a' * 64}'"))
    assert erase(qingshan, 1) == []
    assert erase(qingshan, 2) == ["a" * 64]


def test_what_is_still_needed_is_not_erased_nor_ones_own(qingshan: SmallVillage) -> None:
    qingshan.record("A", "2026-07-01", member=1)
    recorder = history.deed(qingshan.connection, 1, 1)
    assert recorder
    with pytest.raises(Refused, match="You recorded this yourself"):
        erase(qingshan, 1, Actor(recorder.recorder_id, recorder.recorder, "admin", 1))
    with pytest.raises(Refused, match=r"Ask somebody else|own household"):
        erase(qingshan, 1, Actor(77, "周平", "admin", 1, recorder.household_id))
    qingshan.connection.execute(
        text("INSERT INTO waiting (event_id, village_id, month) VALUES (1, 1, 202607)")
    )
    with pytest.raises(Refused, match="awaits a decision"):
        erase(qingshan, 1)
    assert erasing.has_words(qingshan.connection, 1)


def everything_in(village: SmallVillage) -> str:
    """Whatever stands in any table."""
    tables = metadata.sorted_tables
    return str([tuple(row) for table in tables for row in village.connection.execute(table.select())])


def test_what_was_asked_back_and_why_it_was_rejected_go_with_the_words() -> None:
    with small_village(book(A | {"review": "always"})) as village:
        for photo in ("", "b" * 64):
            event_id = village.record("A", "2026-07-01", member=1).event_id
            remarks.ask(village.connection, 1, event_id, REVIEWER, "王大爷当时醉了吗？", at("2026-09-20"))
            remarks.answer(village.connection, 1, event_id, RECORDER, "醉了", photo, at("2026-09-20"))
            ledger.decide(village.connection, 1, event_id, "rejected", REVIEWER, "醉酒闹事", at("2026-09-20"))
        with pytest.raises(Refused, match="The reason of the decision is your own"):
            erase(village, 1, Actor(REVIEWER.account_id, REVIEWER.name, "admin", 1))
        assert [erase(village, 1), erase(village, 2)] == [[], ["b" * 64]]
        assert "醉" not in everything_in(village)
        deed = history.deed(village.connection, 1, 2)
        assert deed
        assert (deed.grounds_erased, deed.status, deed.decided_by, deed.decision_reason, deed.erased) == (
            True,
            "rejected",
            "刘主任",
            "",
            True,
        )
        assert [one.words for one in remarks.of_events(village.connection, [2])[2]] == ["", ""]
        assert verify(village.connection, 1) == []


def test_what_an_objection_and_its_answer_say_goes_and_what_came_of_it_stays(qingshan: SmallVillage) -> None:
    deed = qingshan.record("B", "2026-07-01", points="5").event_id
    left = {"words": "他家醉酒闹事", "name": "醉翁", "contact": "13800醉"}
    found = objects(qingshan, kind="event", event_id=deed, source="notice", household_id=None, **left)
    with pytest.raises(Refused, match="is open"):
        erasing.erase_objection(qingshan.connection, 1, found, ADMIN)
    found = answer(qingshan, found, answering.TakeBack(deed), reason="查实醉酒")
    with pytest.raises(Refused, match="The answer is your own"):
        erasing.erase_objection(qingshan.connection, 1, found, REVIEWER)
    with pytest.raises(Refused, match="own household"):
        erasing.erase_objection(qingshan.connection, 1, found, Actor(77, "周平", "admin", 1, 1))
    assert erasing.erase_objection(qingshan.connection, 1, found, ADMIN)
    assert "醉" not in everything_in(qingshan)
    after = objections.numbered_in(qingshan.connection, 1, found.number)
    assert (after.state, after.effect, after.answered_by) == ("upheld", "taken back", "刘主任")
    assert objections.figures(qingshan.connection, 1, SUMMER) == Figures(raised=1, upheld=1)
    undone = history.deed(qingshan.connection, 1, deed)
    assert undone
    assert (undone.status, undone.reversed_by, undone.erased, undone.grounds_erased) == (
        "reversed",
        "刘主任",
        False,
        True,
    )
    assert verify(qingshan.connection, 1) == []
    assert not erasing.erase_objection(qingshan.connection, 1, after, ADMIN)  # a second click
