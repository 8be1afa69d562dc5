"""/healthz, for the box."""

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from kiosk.scoring.problems import Problem
from tests.conftest import Village


def test_a_healthy_box_says_ok(client: TestClient[Litestar]) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    assert answer.headers["cache-control"] == "no-store"


def test_a_disk_that_takes_no_writes_is_503_with_the_reason(
    client: TestClient[Litestar], village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = Problem("", "The disk is full.")
    monkeypatch.setattr(village.database, "healthy", lambda now: full)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.text) == (503, "The disk is full.\n")
