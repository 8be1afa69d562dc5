"""Whoever changes the file by hand is found, and the entry is named (R8)."""

import pytest
from sqlalchemy import text

from kiosk.scoring import chain, ledger, settlement
from kiosk.scoring.periods import parse_period
from kiosk.scoring.verification import verify
from tests.scoring.small_village import REVIEWER, SmallVillage, at


@pytest.fixture
def busy(qingshan: SmallVillage) -> SmallVillage:
    """Three deeds, one of them taken back, and a published quarter."""
    for day in ("2026-07-01", "2026-08-01", "2026-09-01"):
        qingshan.record("A", day, member=1)
    ledger.reverse(qingshan.connection, 1, 1, REVIEWER, "写错了人", at("2026-09-21"))
    settlement.publish(qingshan.connection, 1, parse_period("2026Q3"), "刘主任", at("2026-10-01"))
    return qingshan


def tamper(village: SmallVillage, sql: str) -> list[tuple[str, int | None, str]]:
    village.connection.execute(text(sql))
    found = verify(village.connection, 1)
    return [(one.household_code, one.entry_number, one.problem.text()) for one in found]


def test_an_honest_ledger_has_no_differences(busy: SmallVillage) -> None:
    assert verify(busy.connection, 1) == []


@pytest.mark.parametrize(
    ("sql", "number"),
    [
        ("UPDATE entry SET points = 60 WHERE number = 2", 2),
        ("UPDATE entry SET household_id = 2 WHERE number = 2", 2),
        ("UPDATE entry SET month = 202608 WHERE number = 1", 1),
        ("UPDATE entry SET counted_on = '2026-07-02' WHERE number = 1", 1),
        ("UPDATE entry SET posted_at = '2026-01-01T00:00:00.000000+00:00' WHERE number = 3", 3),
        ("UPDATE entry SET digest = substr(digest, 2) || 'x' WHERE number = 2", 2),
        ("UPDATE event SET occurred_on = '2026-08-02' WHERE id = 2", 2),
        ("UPDATE event SET points = 90 WHERE id = 3", 3),
        ("UPDATE event SET recorder_id = 3 WHERE id = 2", 2),
        ("UPDATE decision SET account_id = 3 WHERE event_id = 2", 2),
        ("UPDATE entry SET item = 'B2' WHERE number = 2", 2),
        ("UPDATE entry SET counted_on = '2026-0x-01' WHERE number = 2", 2),
        ("UPDATE entry SET event_id = 99 WHERE number = 4", 4),
        ("UPDATE entry SET decision_id = 99 WHERE number = 4", 4),
        ("UPDATE entry SET household_id = 99 WHERE number = 4", 4),
        ("UPDATE event SET village_id = 2 WHERE id = 2", 2),
        ("UPDATE decision SET village_id = 2 WHERE event_id = 2", 2),
        ("UPDATE decision SET decided_at = '2026-01-01T00:00:00.000000+00:00' WHERE event_id = 2", 2),
    ],
)
def test_a_changed_value_names_the_entry(busy: SmallVillage, sql: str, number: int) -> None:
    found = tamper(busy, sql)
    assert number in {entry for _household, entry, _sentence in found}


def test_a_missing_entry_is_noticed_by_the_next_one(busy: SmallVillage) -> None:
    found = tamper(busy, "DELETE FROM entry WHERE number = 2")
    assert ("001", 3, "entries are missing between no. 1 and this one") in found


def test_a_cut_tail_is_noticed_by_the_printed_digest(busy: SmallVillage) -> None:
    sentences = [sentence for *_, sentence in tamper(busy, "DELETE FROM entry WHERE number > 3")]
    assert "the ledger no longer leads to the digest on the notice of 2026Q3" in sentences


def test_a_decision_under_another_name_is_noticed(busy: SmallVillage) -> None:
    found = tamper(busy, "UPDATE decision SET decided_by = '别人' WHERE account_id IS NOT NULL")
    assert found == [("001", None, "event no. 1 names somebody else than the person who decided")]


def test_a_settled_quarter_that_says_it_is_open_is_noticed(busy: SmallVillage) -> None:
    settlement.settle(busy.connection, 1, parse_period("2026Q3"), "刘主任", at("2026-10-09"))
    assert verify(busy.connection, 1) == []
    sentences = [sentence for *_, sentence in tamper(busy, "DELETE FROM settlement")]
    assert sentences == ["2026Q3 was settled, but no longer says so"]


def test_a_minor_head_unmasked_in_a_snapshot_is_noticed(busy: SmallVillage) -> None:
    settlement.settle(busy.connection, 1, parse_period("2026Q3"), "刘主任", at("2026-10-09"))
    sentences = [sentence for *_, sentence in tamper(busy, "UPDATE standing SET head_minor = 1 - head_minor")]
    assert "the settled standings of 2026Q3 were changed" in sentences


def test_changed_words_are_noticed(busy: SmallVillage) -> None:
    found = tamper(busy, "UPDATE note SET reason = '别的' WHERE event_id = 2")
    assert found == [("001", None, "the words of event no. 2 are not those that were written down")]


def test_erased_words_leave_the_chain_whole(busy: SmallVillage) -> None:
    assert tamper(busy, "DELETE FROM note WHERE event_id = 2") == []


def test_a_changed_rulebook_is_noticed(busy: SmallVillage) -> None:
    found = tamper(busy, """UPDATE rulebook SET content = replace(content, '"5"', '"6"')""")
    assert any("rulebook" in sentence for *_, sentence in found)


@pytest.mark.teeth
def test_an_attacker_who_computes_the_chain_anew_is_found_by_the_paper_alone(busy: SmallVillage) -> None:
    """Without the printed digest the forged chain verifies; with it, it does not."""
    busy.connection.execute(
        text("UPDATE decision SET decided_at = '2026-01-01T00:00:00.000000+00:00' WHERE id = 2")
    )
    _chain_anew(busy)
    sentences = [one.problem.text() for one in verify(busy.connection, 1)]
    assert sentences == ["the ledger no longer leads to the digest on the notice of 2026Q3"]
    busy.connection.execute(text("DELETE FROM publication"))
    assert verify(busy.connection, 1) == []


def _chain_anew(village: SmallVillage) -> None:
    previous = chain.START
    for row in village.connection.execute(text("SELECT * FROM entry ORDER BY number")).all():
        link = chain.Link(
            "qingshan",
            row.number,
            row.household_id,
            row.member_id,
            row.item,
            row.counted_on,
            row.month,
            row.points,
            row.cause,
            row.correction,
            row.posted_at,
        )
        tied = chain.tip(village.connection, row.event_id, row.decision_id)
        digest = chain.entry_digest(previous, link, tied.event, tied.decision)
        values = {"previous": previous, "digest": digest, "id": row.id}
        village.connection.execute(
            text("UPDATE entry SET previous = :previous, digest = :digest WHERE id = :id"), values
        )
        previous = digest
