"""Rounds through the public door, as the tablet's outbox tells of them."""

from collections.abc import Callable
from typing import Any

import pytest
from httpx import Response
from litestar import Litestar
from sqlalchemy import func, insert, select

from kiosk.office.tables import visit, walk
from kiosk.scoring.tables import account, event
from kiosk.scoring.tables import village as village_table
from tests.conftest import Village
from tests.pages.recorders import Desk, deed, hire, sit_down

KEY = "0123456789abcdef" * 2
_LINHE = insert(village_table).values(id=2, code="linhe", name="临河村")


@pytest.fixture
def at(app: Litestar, village: Village) -> Callable[[str], Desk]:
    """Somebody of the staff at their tablet."""
    village.write(lambda connection: hire(connection, village))
    return lambda name: sit_down(app, village, name)


@pytest.fixture
def liu(at: Callable[[str], Desk]) -> Desk:
    """刘敏, whose kin is household 003, has begun a round of the whole village."""
    desk = at("刘敏")
    assert tell(desk, "", round=KEY, group="", items="C01\nC02").status_code == 200
    return desk


def tell(desk: Desk, place: str, **fields: str) -> Response:
    return desk.json(f"/record/rounds{place}", fields)


def yard(code: str, **changed: str) -> dict[str, str]:
    """A yard that was looked at on the round."""
    fields = deed(household=code, member="", item="C01", points="4", round=KEY, reason="", place="")
    return {**fields, **changed}


def state(desk: Desk) -> dict[str, Any]:
    (one,) = desk.get("/record/rounds/state").json()["rounds"]
    return dict(one)


def test_the_page_holds_nothing_of_anybody(liu: Desk) -> None:
    kept = liu.get("/record/rounds", **{"x-shell": "1"})
    assert kept.headers["cache-control"] == "private, max-age=604800"
    assert "刘敏" not in kept.text
    assert 'csrf_token" value=""' in kept.text
    assert liu.get("/record/rounds").headers["cache-control"] == "no-store"


def test_a_round_is_walked_by_two(liu: Desk, at: Callable[[str], Desk]) -> None:
    zhao = at("赵强")
    assert liu.json("/record", yard("001")).status_code == 201
    assert tell(zhao, f"/{KEY}/visits", household="003", outcome="absent").json()["mine"]
    seen = state(zhao)
    assert (seen["key"], seen["group"], seen["items"], seen["started_by"]) == (
        KEY,
        "",
        ["C01", "C02"],
        "刘敏",
    )
    assert [(code, one["outcome"], one["by"]) for code, one in seen["visits"].items()] == [
        ("001", "recorded", "刘敏"),
        ("003", "absent", "赵强"),
    ]
    (noted,) = seen["visits"]["001"]["deeds"]
    assert (noted["item"], noted["points"], noted["counted"]) == ("C01", "4", "4")
    assert tell(zhao, f"/{KEY}/end").status_code == 200
    assert state(liu)["finished_by"] == "赵强"


def test_everything_told_twice_is_done_once(liu: Desk, village: Village) -> None:
    sent = yard("001")
    for _ in range(2):
        tell(liu, "", round=KEY, group="一组", items="C01")
        tell(liu, f"/{KEY}/visits", household="002", outcome="nothing", device_at="2026-08-15T01:30:00.000Z")
        assert liu.json("/record", sent).status_code in (200, 201)
    with village.database.read() as connection:
        counted = [connection.scalar(select(func.count()).select_from(one)) for one in (walk, visit, event)]
        told = connection.scalar(select(visit.c.device_at).where(visit.c.outcome == "nothing"))
    assert counted == [1, 2, 1]
    assert told
    assert told.isoformat() == "2026-08-15T01:30:00+00:00"


def test_a_second_set_of_points_comes_back_and_is_not_counted(liu: Desk, at: Callable[[str], Desk]) -> None:
    liu.json("/record", yard("002"))
    zhao = at("赵强")
    answer = zhao.json("/record", yard("002", points="5"))
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["problems"]] == ["round"]
    assert "刘敏" in answer.json()["detail"]
    assert zhao.json("/record", yard("002", points="5", round="")).status_code == 201


def test_what_cannot_be_is_said_at_its_field(liu: Desk) -> None:
    for place, fields, field in (
        ("", {"round": "another-round", "items": ""}, "items"),
        (f"/{KEY}/visits", {"household": "003", "outcome": "nothing"}, "household"),  # her kin
        (f"/{KEY}/visits", {"household": "001", "outcome": "recorded"}, "outcome"),
        (f"/{KEY}/visits", {"household": "009", "outcome": "absent"}, "household"),
        ("/unknown-round/visits", {"household": "001", "outcome": "absent"}, "round"),
        ("/unknown-round/end", {}, "round"),
    ):
        answer = tell(liu, place, **fields)
        assert (answer.status_code, [one["field"] for one in answer.json()["problems"]]) == (422, [field])


def test_what_somebody_else_wrote_down_is_not_taken_from_this_tablet(liu: Desk, village: Village) -> None:
    for place in ("", f"/{KEY}/visits", f"/{KEY}/end"):
        told = tell(liu, place, round="b" * 32, items="C01", household="001", outcome="absent", account="999")
        assert told.status_code == 403
    noted = liu.json("/record", yard("002")).json()["event"]
    assert liu.json(f"/record/{noted}/reversal", {"account": "999"}).status_code == 403
    with village.database.read() as connection:
        ours = connection.scalar(select(account.c.id).where(account.c.name == "刘敏"))
    assert list(state(liu)["visits"]) == ["002"]
    assert (
        tell(liu, f"/{KEY}/visits", household="001", outcome="absent", account=str(ours)).status_code == 200
    )


def test_another_village_knows_nothing_of_it(liu: Desk, app: Litestar, village: Village) -> None:
    village.write(lambda connection: connection.execute(_LINHE))
    village.write(
        lambda connection: connection.execute(
            insert(account).values(name="何主任", role="admin", village_id=2, password="-", active=True)
        )
    )
    he = sit_down(app, village, "何主任")
    assert he.get("/record/rounds/state").json() == {"rounds": []}
    assert tell(he, f"/{KEY}/end").status_code == 422
