"""What went wrong, in a sentence; never a traceback, and JSON only for those who ask."""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import closing
from hashlib import sha256

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from kiosk.pages import errors
from kiosk.scoring.periods import parse_period
from kiosk.scoring.problems import Problem, Refused
from kiosk.settings import Settings
from kiosk.storage import DAMAGED, FULL, Unsaved
from tests.conftest import Village
from tests.pages.household_of_zhang import ADDRESS, TOKEN

Browser = TestClient[Litestar]


def broken_by(error: Exception) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503, 507, 418, 599])
@pytest.mark.parametrize("lang", ["zh_Hans", "en"])
def test_every_status_has_a_page(status: int, lang: str) -> None:
    text = errors.draw(lang, status)
    assert f'<html lang="{"zh-CN" if lang == "zh_Hans" else "en"}"' in text
    assert "<h1>" in text


def test_a_missing_page_is_html_to_people_and_json_to_machines(client: Browser) -> None:
    assert "没有这个页面" in client.get("/nowhere").text
    answer = client.get("/nowhere", headers={"accept": "application/json"})
    assert answer.json() == {"status": 404, "detail": "没有这个页面"}
    assert "There is no such page" in client.get("/nowhere", headers={"cookie": "lang=en"}).text


def test_a_wrong_method_says_which_are_right(client: Browser) -> None:
    answer = client.put("/healthz", headers={"x-csrftoken": "x"})
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]


def test_a_full_disk_is_a_sentence_and_507(
    client: Browser, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(village.database, "healthy", broken_by(Unsaved(FULL)))
    answer = client.get("/healthz")
    assert answer.status_code == 507
    assert "<h1>磁盘已满</h1>" in answer.text


def test_a_damaged_database_is_called_so_and_a_reader_is_not_told_that_nothing_was_saved(
    client: Browser, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(village.database, "healthy", broken_by(Unsaved(DAMAGED)))
    text = client.get("/healthz").text
    assert "<h1>主机出了问题</h1>" in text
    assert ">数据库已损坏。请用最新的备份恢复。</p>" in text


def test_a_refusal_nobody_expected_is_422_with_its_sentence(
    client: Browser, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusal = Refused(Problem("", "%(quarter)s is still running", {"quarter": parse_period("2026Q3")}))
    monkeypatch.setattr(village.database, "healthy", broken_by(refusal))
    answer = client.get("/healthz")
    assert answer.status_code == 422
    assert "2026年第三季度 is still running" in answer.text


def test_a_fault_of_ours_has_a_number_and_no_traceback(
    client: Browser, village: Village, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(village.database, "healthy", broken_by(ValueError("secret of the house")))
    with caplog.at_level(logging.ERROR, "kiosk"):
        answer = client.get("/healthz")
    assert answer.status_code == 500
    assert "secret of the house" not in answer.text
    number = caplog.records[0].args[0]  # type: ignore[index]
    assert str(number) in answer.text


def test_the_log_names_the_route_and_never_the_address(
    client: Browser, app: Litestar, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("kiosk.pages.village.read_ranking", broken_by(ValueError("broken")))
    with caplog.at_level(logging.ERROR, "kiosk"):
        client.get("/v/qingshan?q=SECRETTOKEN")
    assert "/v/{village}" in caplog.text
    assert "SECRETTOKEN" not in caplog.text


@pytest.mark.parametrize("broken", ["household", "retired_token"])
def test_an_error_of_the_database_leaves_no_token_in_the_log(
    client: Browser, settings: Settings, caplog: pytest.LogCaptureFixture, broken: str
) -> None:
    """The statement is logged, what it asked for is not."""
    with closing(sqlite3.connect(settings.data / "kiosk.db")) as connection:
        connection.execute(f"ALTER TABLE {broken} RENAME TO {broken}_gone")
    with caplog.at_level(logging.DEBUG, "kiosk"):
        assert client.get(ADDRESS).status_code == 500
    logged = "\n".join(caplog.handler.format(one) for one in caplog.records if one.name.startswith("kiosk"))
    assert f"no such table: {broken}" in logged
    assert TOKEN not in logged
    assert sha256(TOKEN.encode()).hexdigest() not in logged
