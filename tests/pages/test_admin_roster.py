"""The roster's pages: the clerk looks, changes one household, and is told first what will happen."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from litestar import Litestar
from sqlalchemy import Connection

from kiosk.office.activity import activities
from kiosk.roster.comparing import plan
from kiosk.roster.households import members
from kiosk.scoring import declaring
from kiosk.scoring.declarations import Declared
from kiosk.sheets.roster import read_roster
from tests.accounts.staff import hire
from tests.conftest import Village
from tests.pages.desks import Desk, signed_in, told, where


@pytest.fixture
def clerk(app: Litestar, village: Village) -> Desk:
    return signed_in(app, village, "周平", "admin")


def log(village: Village) -> list[str]:
    with village.database.read() as connection:
        return [one.said.text() for one in activities(connection, 1, topic="roster")]


def names(village: Village, code: str) -> list[str]:
    with village.database.read() as connection:
        return [one.name for one in members(connection, village.households[code]) if one.left is None]


def test_the_list_is_searched_by_code_name_and_letters_and_by_group(clerk: Desk) -> None:
    everybody = clerk.get("/admin/roster").text
    assert "Households: 5, people: 9" in everybody
    assert "Households: 1, people: 3" in clerk.get("/admin/roster?q=小明").text
    assert "Households: 2, people: 3" in clerk.get("/admin/roster?group=二组").text
    assert "Nothing found" in clerk.get("/admin/roster?q=孙悟空").text


def test_a_new_household_gets_a_head_a_plate_and_a_line_in_the_log(clerk: Desk, village: Village) -> None:
    fields = {"code": "006", "group": "三组", "residency": "resident", "name": "马超", "relation": "户主"}
    assert where(clerk.post("/admin/roster", **fields, joined="2026-08-10")) == (
        303,
        "/admin/roster/006?done=added",
    )
    text = clerk.get("/admin/roster/006?done=added").text
    assert "马超" in text
    assert "10 August 2026" in text
    assert "马超" in clerk.get("/admin/household/006").text
    assert log(village) == ["Added household 006 with 马超"]


def test_every_mistake_in_a_new_household_stands_beside_its_field(clerk: Desk, village: Village) -> None:
    fields = {"code": "0/6", "residency": "moon", "name": "", "relation": "户主", "born": "2027-01-01"}
    answer = clerk.post("/admin/roster", **fields)
    assert answer.status_code == 422
    assert told(answer) == [
        "Write the code with letters, digits and hyphens, like 061 or A-12",
        "Choose where the household is registered",
        "Write the person's name",
        "1 January 2027 is still to come",
    ]
    assert 'value="0/6"' in answer.text
    assert told(clerk.post("/admin/roster", code="006", joined="soon")) == [
        "“soon” is no day; write it like 2026-09-01"
    ]
    assert log(village) == []


def test_a_move_is_told_first_then_made_and_a_second_click_is_refused(clerk: Desk, village: Village) -> None:
    child = village.members["张小明"]
    fields = {
        "where": "household",
        "day": "2026-08-01",
        "code": "002",
        f"goes-{child}": "1",
        f"relation-{child}": "孙子",
    }
    shown = clerk.post("/admin/roster/001/movement", **fields)
    assert shown.status_code == 200
    assert "From 1 August 2026 on 张小明 count for household 002." in shown.text
    assert 'name="sure" value="1"' in shown.text
    assert "张小明" in names(village, "001")
    assert log(village) == []
    done = clerk.post("/admin/roster/001/movement", **fields, sure="1")
    assert where(done) == (303, "/admin/roster/001?done=gone")
    assert "张小明" not in names(village, "001")
    assert "张小明" in names(village, "002")
    assert log(village) == ["张小明: from household 001 to 002 from 2026-08-01 on"]
    again = clerk.post("/admin/roster/001/movement", **fields, sure="1")
    assert again.status_code == 422
    assert told(again) == ["Tick who goes"]


def test_what_was_typed_stays_when_a_movement_is_refused(clerk: Desk, village: Village) -> None:
    answer = clerk.post(
        "/admin/roster/002/movement",
        **{"where": "new", "day": "2026-08-01", "code": "001", f"goes-{village.members['王芳']}": "1"},
    )
    assert answer.status_code == 422
    assert told(answer) == ["There is a household 001 already; choose another code"]
    assert f'name="goes-{village.members["王芳"]}" value="1" checked' in answer.text


def test_whoever_lives_there_and_signs_in_is_named(clerk: Desk, village: Village) -> None:
    village.write(lambda connection: hire(connection, "李秀英", "recorder", 1))
    clerk.post("/admin/people/2/household", household="001")
    child = village.members["张小明"]
    shown = clerk.post(
        "/admin/roster/001/movement", **{"where": "away", "day": "2026-08-01", f"goes-{child}": "1"}
    )
    assert '<a href="/admin/people/2">李秀英</a>' in shown.text


def test_one_person_is_put_right_and_one_taken_out(clerk: Desk, village: Village) -> None:
    who = village.members["曾丽"]
    page = f"/admin/roster/003/members/{who}"
    assert 'value="1969-09-09"' in clerk.get(page).text
    saved = clerk.post(page, name="曾莉", relation="妻", born="1969-09-09")
    assert where(saved) == (303, "/admin/roster/003?done=saved")
    assert "曾莉" in names(village, "003")
    shown = clerk.post(f"{page}/removal")
    assert "曾莉 was never of household 003" in shown.text
    assert where(clerk.post(f"{page}/removal", sure="1")) == (303, "/admin/roster/003?done=saved")
    assert names(village, "003") == ["欧阳建华"]
    assert log(village) == ["Took 曾莉 out of household 003", "Changed 曾莉 of household 003"]
    assert all("1969" not in line for line in log(village))


def test_somebody_the_family_has_declared_for_cannot_be_taken_out(clerk: Desk, village: Village) -> None:
    who = village.members["王芳"]

    def work(connection: Connection) -> None:
        said = Declared(
            "f" * 16, village.households["002"], who, "I01", date(2026, 8, 14), "", "参加了村民会议"
        )
        declaring.declare(connection, 1, said, datetime(2026, 8, 14, 18, tzinfo=UTC))

    village.write(work)
    answer = clerk.post(f"/admin/roster/002/members/{who}/removal", sure="1")
    assert answer.status_code == 422
    assert "The family has declared a deed of 王芳, who cannot be taken out" in answer.text
    assert "王芳" in names(village, "002")


def test_who_left_is_listed_and_comes_back(clerk: Desk, village: Village) -> None:
    who = village.members["王芳"]
    clerk.post(f"/admin/roster/002/members/{who}", name="王芳", relation="长女", left="2026-07-31")
    assert "31 July 2026" in clerk.get("/admin/roster?left=true").text
    assert 'value="王芳"' in clerk.get(f"/admin/roster/002?again={who}").text
    back = clerk.post("/admin/roster/002/members", name="王芳", relation="长女", joined="2026-08-10")
    assert where(back) == (303, "/admin/roster/002?done=saved")
    assert names(village, "002") == ["王建国", "王芳"]


def test_the_workbook_can_be_brought_in_again_and_changes_nothing(clerk: Desk, village: Village) -> None:
    clerk.post(
        f"/admin/roster/002/members/{village.members['王芳']}",
        name="王芳",
        relation="长女",
        left="2026-07-31",
    )
    clerk.post("/admin/roster/002/members", name="王芳", relation="长女", joined="2026-08-10")
    answer = clerk.get("/admin/roster.xlsx")
    assert answer.status_code == 200
    homes = read_roster(BytesIO(answer.content).read(), date(2026, 8, 15))
    assert len(homes) == 5
    with village.database.read() as connection:
        made = plan(connection, 1, homes)
    assert made.is_empty
    assert made.missing == []


def test_an_unknown_household_or_person_is_not_found(clerk: Desk, village: Village) -> None:
    assert clerk.get("/admin/roster/099").status_code == 404
    assert clerk.get("/admin/roster/1").status_code == 404  # one address a household
    assert clerk.get(f"/admin/roster/002/members/{village.members['张三']}").status_code == 404
