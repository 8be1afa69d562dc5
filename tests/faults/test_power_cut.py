"""R1: no power cut loses what was acknowledged, or leaves a database that does not open or does not add up."""

import random
import shutil
import sqlite3
from collections import Counter
from pathlib import Path

import pytest

from kiosk.sqlite import ROLLBACK, WRITE_AHEAD, Journal, journal_for
from tests.faults.audit import Audit
from tests.faults.power_cut import cuts
from tests.faults.recording import record, strace_works

OWN = journal_for(sqlite3.sqlite_version)
pytestmark = pytest.mark.skipif(
    not strace_works(), reason="POWER CUTS NOT TESTED: strace cannot watch a process here"
)


@pytest.fixture
def village(_qingshan_data: Path) -> Path:
    return _qingshan_data


def faults(village: Path, room: Path, journal: Journal, images: int) -> Counter[str]:
    """Record a writer and audit so many images; how many failed, by the kind of failure."""
    data, audited = room / "data", room / "audited"
    shutil.copytree(village, data)
    audited.mkdir()
    calls = record(data, journal.mode, journal.synchronous, room / "trace")
    audit, found = Audit(audited), Counter[str]()
    for image, acknowledged in cuts(village, calls, images, random.Random(20260815)):
        if wrong := audit.wrong(image, acknowledged):
            found[wrong.partition(":")[0]] += 1
    return found


def test_no_power_cut_loses_anything(village: Path, tmp_path: Path) -> None:
    assert faults(village, tmp_path, OWN, 2_000) == {}


@pytest.mark.long
@pytest.mark.parametrize("journal", [ROLLBACK, WRITE_AHEAD])
def test_no_power_cut_loses_anything_with_either_journal(
    village: Path, tmp_path: Path, journal: Journal
) -> None:
    assert faults(village, tmp_path, journal, 50_000) == {}


@pytest.mark.teeth
def test_with_synchronous_normal_three_cuts_of_ten_lose_something(village: Path, tmp_path: Path) -> None:
    normal = Journal(OWN.mode, 1)
    assert sum(faults(village, tmp_path, normal, 400).values()) >= 0.3 * 400
