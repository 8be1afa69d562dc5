"""The front door."""

from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import insert

from kiosk.scoring import tables
from tests.conftest import Village


def test_without_a_village_the_set_up_begins(empty_app: Litestar) -> None:
    with TestClient(empty_app) as browser:
        answer = browser.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/setup")


def test_the_only_village_is_the_front_page(client: TestClient[Litestar]) -> None:
    answer = client.get("/", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/v/qingshan")


def test_with_two_villages_one_chooses(client: TestClient[Litestar], village: Village) -> None:
    village.write(
        lambda connection: connection.execute(insert(tables.village).values(code="he", name="河村"))
    )
    text = client.get("/").text
    assert 'href="/v/qingshan"' in text
    assert 'href="/v/he"' in text
    assert "河村" in text
