"""The ranking on a phone or PC."""

from datetime import date
from decimal import Decimal

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy import Connection, insert, update

from kiosk.scoring import tables
from kiosk.scoring.actors import Actor
from kiosk.scoring.drafts import Draft
from kiosk.scoring.ledger import record_from_paper
from kiosk.scoring.villages import changed
from tests.conftest import Clock, Village

CLERK = Actor(None, "老账本", "admin", 1)


def count(
    village: Village, clock: Clock, household: str, item: str, day: date, points: str | None = None
) -> None:
    """An approved deed of the whole household."""
    draft = Draft(
        submission_key=f"{household}-{item}-{day}",
        household_id=village.households[household],
        member_id=None,
        item=item,
        points=Decimal(points) if points else None,
        occurred_on=day,
        place="",
        reason="清扫门前",
        basis="巡查",
        photo="",
    )
    village.write(
        lambda connection: record_from_paper(connection, 1, draft, "老账本", CLERK, clock(), approved=True)
    )


def choose_names(village: Village, choice: str | None) -> None:
    def work(connection: Connection) -> None:
        connection.execute(update(tables.village).values(public_names=choice))
        changed(connection, 1)

    village.write(work)


def test_the_page_shows_every_household_without_a_script(client: TestClient[Litestar]) -> None:
    text = client.get("/v/qingshan").text
    assert "<script" not in text
    for shown in ("青山村", "2026年第三季度", "张三", "王建国", "欧阳建华", "李四", "一组"):
        assert shown in text


def test_the_english_page_is_english(client: TestClient[Litestar]) -> None:
    text = client.get("/v/qingshan", headers={"cookie": "lang=en"}).text
    assert '<html lang="en"' in text
    assert "Q3 2026" in text
    assert "How points come about" in text


def test_a_minor_at_the_head_of_a_household_is_never_named(
    client: TestClient[Litestar], village: Village
) -> None:
    for choice in ("full", "masked", "code", None):
        choose_names(village, choice)
        text = client.get("/v/qingshan").text
        assert "赵" not in text
        assert "005" in text


def test_nobody_is_named_before_the_village_has_chosen(
    client: TestClient[Litestar], village: Village
) -> None:
    choose_names(village, None)
    text = client.get("/v/qingshan").text
    assert "张三" not in text
    assert "001" in text


def test_a_masked_name_keeps_a_compound_surname(client: TestClient[Litestar], village: Village) -> None:
    choose_names(village, "masked")
    text = client.get("/v/qingshan").text
    assert "欧阳*" in text
    assert "建华" not in text


@pytest.mark.parametrize(("asked", "found"), [("003", "欧阳建华"), ("3", "欧阳建华"), ("欧阳", "欧阳建华")])
def test_a_household_is_found_by_its_code(client: TestClient[Litestar], asked: str, found: str) -> None:
    text = client.get("/v/qingshan", params={"q": asked}).text
    assert found in text
    assert "王建国" not in text
    assert f'value="{asked}"' in text


def test_an_unknown_code_says_where_the_number_stands(client: TestClient[Litestar]) -> None:
    text = client.get("/v/qingshan?q=999").text
    assert "名单里没有这个户号" in text
    assert 'value="999"' in text


def test_what_is_typed_into_the_search_is_never_markup(client: TestClient[Litestar]) -> None:
    assert "<script" not in client.get("/v/qingshan", params={"q": "<script>alert(1)</script>"}).text


def test_a_group_can_be_looked_at_alone(client: TestClient[Litestar]) -> None:
    table = client.get("/v/qingshan", params={"group": "二组"}).text.partition("<tbody>")[2]
    assert "欧阳建华" in table
    assert "王建国" not in table


def test_an_approved_deed_leads_the_ranking(
    client: TestClient[Litestar], village: Village, clock: Clock
) -> None:
    assert 'class="leaders"' not in client.get("/v/qingshan").text
    item = next(item for item in _household_items() if item.minimum == item.maximum)
    count(village, clock, "002", item.code, date(2026, 8, 3))
    leaders = client.get("/v/qingshan").text.partition('class="leaders"')[2].partition("</ol>")[0]
    assert "王建国" in leaders
    assert "第1名" in leaders


def test_a_thousand_households_fit_into_thirty_kilobytes(
    client: TestClient[Litestar], village: Village
) -> None:
    village.write(_thousand_households)
    answer = client.get("/v/qingshan", headers={"accept-encoding": "gzip"})
    assert answer.text.count("<tr><td>") == 1005
    assert int(answer.headers["content-length"]) < 30_000


def test_a_village_without_households_says_so(client: TestClient[Litestar], village: Village) -> None:
    village.write(
        lambda connection: connection.execute(insert(tables.village).values(code="kong", name="空村"))
    )
    assert "还没有农户" in client.get("/v/kong").text


def test_an_unknown_village_is_a_page_in_words(client: TestClient[Litestar]) -> None:
    answer = client.get("/v/nowhere")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.text


def _household_items() -> list[object]:
    from kiosk.scoring.rulebooks import default_rulebook

    return [item for item in default_rulebook().items if item.subject == "household" and item.maximum > 0]


def _thousand_households(connection: Connection) -> None:
    surnames, given = "王李张刘陈杨赵黄周吴", "伟芳娜秀英敏静丽强磊"
    houses = [
        {"id": 1000 + n, "village_id": 1, "code": f"{1000 + n}", "group_name": f"{n % 9}组", "token": f"T{n}"}
        for n in range(1000)
    ]
    people = [
        {
            "village_id": 1,
            "household_id": 1000 + n,
            "name": surnames[n % 10] + given[n // 10 % 10] + given[n // 100],
            "relation": "户主",
            "head": True,
            "born": date(1960, 1, 1),
        }
        for n in range(1000)
    ]
    connection.execute(insert(tables.household).values(residency="local"), houses)
    connection.execute(insert(tables.member), people)
    changed(connection, 1)
