"""The first start."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import func, select

from kiosk.scoring import rulebooks
from kiosk.scoring.rulebook import to_data
from kiosk.scoring.tables import account, rulebook
from kiosk.scoring.tables import village as village_table
from tests.accounts.staff import PASSWORD
from tests.conftest import Village
from tests.pages.desks import Desk, told, where

GOOD = {
    "village_name": "青山村",
    "village_code": "qingshan",
    "public_names": "masked",
    "admin_name": "陈会计",
    "password": PASSWORD,
    "password_again": PASSWORD,
    "rulebook": "default",
}
OWN = """
title = "青山村积分细则"
[[category]]
name = "人居环境"
[[category.item]]
item = "A01"
title = "庭院整洁"
subject = "household"
points = 2
"""


@pytest.fixture
def fresh(empty_app: Litestar) -> Iterator[Litestar]:
    """The application over a database in which nothing is."""
    yield empty_app
    empty_app.state.site.database.close()


def test_an_empty_database_leads_to_the_set_up(fresh: Litestar) -> None:
    desk = Desk(fresh)
    assert where(desk.get("/")) == (303, "/setup")
    text = desk.get("/setup").text
    assert text.count('name="public_names"') == 3
    choices = text.partition('name="public_names"')[2].partition("</fieldset>")[0]
    assert "checked" not in choices  # no silent default
    assert 'value="default" checked' in text


def test_everything_is_made_in_one_go(fresh: Litestar) -> None:
    desk = Desk(fresh)
    assert where(desk.post("/setup", **GOOD)) == (303, "/admin")
    page = desk.get("/admin").text
    assert "青山村" in page
    assert "Still to do" in page
    with fresh.state.site.database.read() as connection:
        made = connection.execute(select(village_table)).one()
        assert (made.code, made.name, made.public_names) == ("qingshan", "青山村", "masked")
        newest = rulebooks.newest(connection)
    assert newest
    assert newest.book == rulebooks.default_rulebook()
    assert desk.get("/v/qingshan").status_code == 200


def test_everything_wrong_is_told_at_once_and_what_was_typed_is_still_there(fresh: Litestar) -> None:
    desk = Desk(fresh)
    wrong = {**GOOD, "village_code": "青山", "public_names": "", "password_again": "x", "rulebook": "own"}
    answer = desk.post("/setup", **wrong)
    assert answer.status_code == 422
    assert told(answer) == [
        "The village's code is part of its address: use letters a to z, digits and hyphens",
        "Choose how heads of household are named in public",
        "The two passwords are not the same. Type both once more.",
        "Choose the file of your rulebook, or take the default one",
    ]
    for typed in ('value="青山村"', 'value="青山"', 'value="陈会计"', f'value="{PASSWORD}"', '"own" checked'):
        assert typed in answer.text
    assert count(fresh) == (0, 0, 0)


def test_a_rulebook_of_ones_own(fresh: Litestar) -> None:
    desk = Desk(fresh)
    broken = OWN.replace("points = 2", 'points = "many"')
    answer = desk.post("/setup", {"rulebook_file": ("own.toml", broken)}, **{**GOOD, "rulebook": "own"})
    assert answer.status_code == 422
    assert "points" in told(answer)[0]
    assert count(fresh) == (0, 0, 0)
    good = desk.post("/setup", {"rulebook_file": ("own.toml", OWN)}, **{**GOOD, "rulebook": "own"})
    assert where(good) == (303, "/admin")
    with fresh.state.site.database.read() as connection:
        newest = rulebooks.newest(connection)
    assert newest
    assert to_data(newest.book)["title"] == "青山村积分细则"


def test_it_runs_only_once(fresh: Litestar) -> None:
    Desk(fresh).post("/setup", **GOOD)
    late = Desk(fresh)
    assert where(late.get("/setup")) == (303, "/login")
    other = {**GOOD, "village_code": "linhe", "admin_name": "何主任"}
    assert where(late.post("/setup", **other)) == (303, "/login")
    assert count(fresh) == (1, 1, 1)


def test_of_four_at_once_one_wins(fresh: Litestar) -> None:
    with TestClient(fresh) as browser, ThreadPoolExecutor(4) as pool:
        token = browser.get("/setup").cookies["csrftoken"]

        def send(number: int) -> str:
            typed = {**GOOD, "village_code": f"v{number}", "_csrf_token": token}
            answer = browser.post("/setup", data=typed, follow_redirects=False)
            return answer.headers["location"]

        assert sorted(pool.map(send, range(4))) == ["/admin", *["/login"] * 3]
        assert count(fresh) == (1, 1, 1)


def test_a_village_that_exists_needs_no_set_up(app: Litestar, village: Village) -> None:
    assert where(Desk(app).get("/setup")) == (303, "/login")


def count(app: Litestar) -> tuple[int, ...]:
    """How many villages, people and rulebooks there are."""
    with app.state.site.database.read() as connection:
        tables = (village_table, account, rulebook)
        return tuple(connection.scalar(select(func.count()).select_from(table)) or 0 for table in tables)
