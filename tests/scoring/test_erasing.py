"""Words about a deed are erased; the ledger does not notice."""

import pytest
from sqlalchemy import text

from kiosk.scoring import erasing, history
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import Refused
from kiosk.scoring.verification import verify
from tests.scoring.small_village import SmallVillage

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
