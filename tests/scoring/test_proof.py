"""What a notice proves, and digests as people read and type them."""

from collections.abc import Iterator
from hashlib import sha256

import pytest

from kiosk.scoring import proof, results, settlement
from kiosk.scoring.periods import parse_period
from tests.scoring.small_village import SmallVillage, at, small_village

DIGEST = sha256("青山村".encode()).hexdigest()
SPRING, SUMMER = parse_period("2026Q2"), parse_period("2026Q3")


@pytest.fixture
def village() -> Iterator[SmallVillage]:
    with small_village() as made:
        yield made


def publish(village: SmallVillage, quarter: str, now: str) -> proof.Proof:
    settlement.publish(village.connection, 1, parse_period(quarter), "刘主任", at(now))
    made = proof.proof_of(village.connection, 1, parse_period(quarter))
    assert made
    return made


def test_people_read_130_bits_in_groups_and_a_code_carries_all_256() -> None:
    printed = proof.grouped(DIGEST)
    assert [len(group) for group in printed.split()] == [4, 4, 4, 4, 4, 4, 2]
    assert proof.coded(DIGEST).startswith(printed.replace(" ", ""))
    assert len(proof.coded(DIGEST)) == 52


@pytest.mark.parametrize(
    "text",
    [
        proof.grouped(DIGEST),
        proof.grouped(DIGEST).replace(" ", "-").lower(),
        proof.grouped(DIGEST).replace("O", "0").replace("I", "1").replace("B", "8"),
        proof.coded(DIGEST),
        DIGEST,
        DIGEST[:32],
    ],
)
def test_what_is_printed_is_known_however_it_is_typed(text: str) -> None:
    assert proof.matches(DIGEST, text)


@pytest.mark.parametrize(
    "text",
    ["", "   ", proof.grouped(DIGEST)[:-1], DIGEST[:31], proof.coded(DIGEST) + "A", proof.coded("0" * 64)],
)
def test_too_little_or_something_else_does_not_match(text: str) -> None:
    assert not proof.matches(DIGEST, text)


def test_one_letter_makes_the_difference() -> None:
    printed = proof.coded(DIGEST)[:26]
    for place, letter in enumerate(printed):
        other = "A" if letter != "A" else "C"
        assert not proof.matches(DIGEST, printed[:place] + other + printed[place + 1 :])


def test_a_notice_goes_on_where_the_one_before_ended(village: SmallVillage) -> None:
    village.record("A", "2026-05-02", member=1)
    spring = publish(village, "2026Q2", "2026-10-01")
    assert (spring.first, spring.last, spring.before) == (1, 1, None)
    village.record("A", "2026-08-02", member=1, now="2026-10-02")
    village.record("B", "2026-08-03", points="3", now="2026-10-02")
    summer = publish(village, "2026Q3", "2026-10-03")
    assert (summer.first, summer.last) == (2, 3)
    assert summer.before == spring
    assert summer.digest == proof.digest_at(village.connection, 1, 3)
    assert proof.previous_publication(village.connection, 1, SUMMER) == spring
    assert proof.previous_publication(village.connection, 1, SPRING) is None


def test_before_it_is_published_a_quarter_follows_the_newest_notice(village: SmallVillage) -> None:
    assert proof.previous_publication(village.connection, 1, SUMMER) is None
    spring = publish(village, "2026Q2", "2026-07-01")
    assert proof.previous_publication(village.connection, 1, SUMMER) == spring
    assert (spring.first, spring.last, spring.digest) == (1, 0, "0" * 64)


def test_notices_follow_the_ledger_not_the_calendar(village: SmallVillage) -> None:
    """The spring was forgotten, and is published after the summer."""
    summer = publish(village, "2026Q3", "2026-10-01")
    village.record("A", "2026-08-02", member=1, now="2026-10-02")
    spring = publish(village, "2026Q2", "2026-10-03")
    assert [one.quarter for one in proof.proofs(village.connection, 1)] == [SUMMER, SPRING]
    assert spring.before == summer


def test_a_settled_quarters_notice_tells_when_and_with_what_digest(village: SmallVillage) -> None:
    publish(village, "2026Q3", "2026-10-01")
    settlement.settle(village.connection, 1, SUMMER, "刘主任", at("2026-10-09"))
    settled = proof.proof_of(village.connection, 1, SUMMER)
    assert settled
    assert settled.settled_at == at("2026-10-09")
    result = results.settled_result(village.connection, 1, SUMMER)
    assert (result.settled_at, settled.snapshot) == (settled.settled_at, result.digest)


def test_the_newest_proof_reaches_to_the_end_of_the_ledger(village: SmallVillage) -> None:
    assert proof.newest(village.connection, 1) == proof.Newest(1, 0, "0" * 64, None)
    spring = publish(village, "2026Q2", "2026-07-01")
    village.record("A", "2026-08-02", member=1)
    end = proof.newest(village.connection, 1)
    assert (end.first, end.last, end.before) == (1, 1, spring)
    assert proof.digest_at(village.connection, 1, 2) is None
