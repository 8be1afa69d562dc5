"""The rulebook's pages: what holds, every version, what differs, and who may bring in the next."""

import pytest
from litestar import Litestar

from kiosk.accounts import accounts
from kiosk.scoring import rulebooks
from kiosk.scoring.rulebook import parse_rulebook, to_data
from kiosk.sheets.rulebook import read_rulebook
from tests.accounts.staff import hire
from tests.conftest import Village
from tests.pages.desks import Desk, signed_in, where


@pytest.fixture
def clerk(app: Litestar, village: Village) -> Desk:
    return signed_in(app, village, "周平", "admin")


def second_version() -> str:
    """More base points, H01 worth 3 and at most once."""
    data = to_data(rulebooks.default_rulebook()) | {"title": "第二版细则", "base_points": "10"}
    items = (item for category in data["category"] for item in category["item"])
    next(item for item in items if item["item"] == "H01").update(points="3", max_times=1, per="month")
    return rulebooks.canonical(parse_rulebook(data))


def bring_in(clerk: Desk) -> tuple[int, str]:
    return where(clerk.post("/admin/rulebook", content=second_version(), applies_from="2026-09-01"))


def test_an_administrator_reads_every_item_and_takes_the_workbook_along(clerk: Desk) -> None:
    text = clerk.get("/admin/rulebook").text
    assert text.count("<tr><td>") >= len(rulebooks.default_rulebook().items)
    assert "H01 Volunteered" in text
    content = clerk.get("/admin/rulebook.xlsx").content
    assert read_rulebook(content, rulebooks.default_rulebook()) == rulebooks.default_rulebook()
    assert clerk.get("/admin/rulebook?version=9").status_code == 404
    assert clerk.get("/admin/rulebook.xlsx?version=9").status_code == 404


def test_any_two_versions_are_compared_with_settings_points_and_caps(clerk: Desk) -> None:
    assert bring_in(clerk) == (303, "/admin/rulebook?saved=true")
    shown = clerk.get("/admin/rulebook").text
    assert "What it changed" in shown
    assert "from 1 January 2026 on" in shown  # the second one holds from September on
    text = clerk.get("/admin/rulebook/difference?before=1&after=2").text
    assert "Base points: <del>0</del> → <strong>10</strong>" in text
    assert "H01 Volunteered" in text
    assert "At most so many times: <del>" in text
    assert "<strong>1</strong>" in text
    assert "C01" not in text
    assert "第二版细则" in clerk.get("/admin/rulebook?version=2").text
    assert clerk.get("/admin/rulebook/difference?before=1&after=9").status_code == 404


def test_with_a_township_its_rulebook_is_not_the_villages_to_change(clerk: Desk, village: Village) -> None:
    village.write(lambda connection: hire(connection, "孙镇", "township", None))
    page = clerk.get("/admin/rulebook").text
    assert "The township brings in a new rulebook" in page
    assert "rulebook_file" not in page
    assert bring_in(clerk)[0] == 403
    assert clerk.post("/admin/rulebook/draft").status_code == 403

    def close(connection) -> None:  # type: ignore[no-untyped-def]
        found = accounts.accounts_of(connection, None)
        accounts.set_active(connection, found[0], False)

    village.write(close)
    assert bring_in(clerk)[0] == 303
