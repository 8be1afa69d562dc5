"""`kiosk verify` and `kiosk quarter`: what the office types to close a quarter and to prove the ledger."""

import os
import re
import sqlite3
from pathlib import Path

import pytest

from kiosk.commands.quarter import quarter_publish_command, quarter_settle_command
from kiosk.commands.verify import verify_command
from kiosk.scoring import proof
from tests.village_on_disk import VillageOnDisk, found


@pytest.fixture
def qingshan(tmp_path: Path) -> VillageOnDisk:
    return found(tmp_path / "data")


def test_a_sound_ledger_verifies(qingshan: VillageOnDisk) -> None:
    qingshan.record("C01", "2024-08-01", "5")
    told = qingshan.kiosk(verify_command)
    assert told.exit_code == 0
    assert "Checking 青山村 (qingshan), 1 entries" in told.output
    assert "everything agrees" in told.output


def test_one_changed_byte_is_named_by_household_and_entry(qingshan: VillageOnDisk) -> None:
    qingshan.record("C01", "2024-08-01", "5")
    qingshan.record("H01", "2024-08-02", member_id=2)
    with sqlite3.connect(qingshan.file) as raw:
        for (trigger,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            raw.execute(f"DROP TRIGGER {trigger}")
        raw.execute("UPDATE entry SET points = 90 WHERE number = 2")
    raw.close()
    told = qingshan.kiosk(verify_command, "--village", "qingshan")
    assert told.exit_code == 1
    assert "household 001, entry no. 2: its content does not match its digest" in told.output


def test_a_village_that_is_not_there_is_refused_by_name(qingshan: VillageOnDisk) -> None:
    told = qingshan.kiosk(verify_command, "--village", "nowhere")
    assert told.exit_code == 1
    assert "There is no village nowhere; the villages here are: qingshan" in told.output


def test_an_ended_quarter_is_published_and_then_settled(qingshan: VillageOnDisk) -> None:
    qingshan.record("C01", "2024-06-01", "5")
    settled_too_early = qingshan.kiosk(quarter_settle_command, "2024Q2", "--village", "qingshan")
    assert settled_too_early.exit_code == 1
    assert "publish it first" in settled_too_early.output
    published = qingshan.kiosk(quarter_publish_command, "2024Q2", "--village", "qingshan")
    assert published.exit_code == 0
    assert "2024Q2 is on notice until" in published.output
    [digest] = re.findall(r"digest ([0-9a-f]{64})", published.output)
    assert f"On paper the digest reads {proof.grouped(digest)}." in published.output
    spare = qingshan.file.parent / "photos" / "aa" / f"{'a' * 64}.jpg"
    spare.parent.mkdir(parents=True)
    spare.write_bytes(b"picture")
    os.utime(spare, (0, 0))
    settled = qingshan.kiosk(quarter_settle_command, "2024q2", "--village", "qingshan")
    assert (settled.exit_code, spare.exists()) == (0, False)  # as from the page
    assert qingshan.kiosk(verify_command).exit_code == 0


@pytest.mark.parametrize("words", [["2024-08"], ["yesterday"], []])
def test_what_is_no_quarter_is_wrong_usage(qingshan: VillageOnDisk, words: list[str]) -> None:
    assert qingshan.kiosk(quarter_publish_command, *words, "--village", "qingshan").exit_code == 2
