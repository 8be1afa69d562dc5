"""What a tablet carries, and the page that it keeps."""

from datetime import UTC, date, datetime, timedelta

import pytest
from litestar import Litestar
from sqlalchemy import Connection, insert, select, update

from kiosk.roster.carried import plate_mark
from kiosk.scoring.tables import event, household, kin, member
from kiosk.storage import FULL, Unsaved
from tests.conftest import Clock, Village
from tests.pages.recorders import Desk, deed, hire, sit_down
from tests.pages.test_photos import photo

SHELL = {"x-shell": "1"}


@pytest.fixture
def liu(app: Litestar, village: Village) -> Desk:
    """刘敏, who records; the household 003 is her kin."""
    village.write(lambda connection: hire(connection, village))
    return sit_down(app, village, "刘敏")


def test_the_tablet_hears_who_holds_it_and_what_time_it_is(liu: Desk) -> None:
    said = liu.get("/record/tablet", accept="application/json").json()
    assert said["account"] == {"id": 1, "name": "刘敏", "role": "recorder"}
    assert (said["village"]["name"], said["today"]) == ("青山村", "2026-08-15")
    assert said["now"].startswith("2026-08-15T10:00:00")


def test_it_carries_who_lives_where_and_whom_one_must_leave_to_others(liu: Desk) -> None:
    homes = {home["code"]: home for home in liu.get("/record/tablet/roster").json()["households"]}
    assert homes["001"]["people"][0][:3] == ["张三", "张三", "户主"]
    assert "barred" not in homes["001"]
    assert "陈静" in homes["003"]["barred"]


def test_it_carries_neither_dates_of_birth_nor_tokens(liu: Desk, village: Village) -> None:
    def give(connection: Connection) -> str:
        connection.execute(update(member).values(born=date(2016, 5, 17)))
        return str(connection.scalar(select(household.c.token).limit(1)))

    token = village.write(give)
    carried = liu.get("/record/tablet/roster").text
    assert "2016" not in carried
    assert token not in carried
    assert plate_mark(token) in carried


def test_an_unchanged_roster_is_not_sent_again(liu: Desk, village: Village) -> None:
    tag = liu.get("/record/tablet/roster").headers["etag"]
    again = liu.get("/record/tablet/roster", **{"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    row = {"account_id": 1, "household_id": village.households["001"]}
    village.write(lambda connection: connection.execute(insert(kin).values(row)))
    assert liu.get("/record/tablet/roster", **{"if-none-match": tag}).status_code == 200


def test_those_who_are_not_on_the_roll_today_stay_at_home(liu: Desk, village: Village) -> None:
    gone = update(member).where(member.c.name == "李秀英").values(left=date(2026, 8, 14))
    village.write(lambda connection: connection.execute(gone))
    assert "李秀英" not in liu.get("/record/tablet/roster").text


def test_items_have_numbers_for_keys_with_figures_only(liu: Desk) -> None:
    items = {item["code"]: item for item in liu.get("/record/tablet/rulebook").json()["items"]}
    assert (items["A01"]["number"], items["H01"]["number"]) == ("101", "801")
    assert items["H01"] | {"minimum": "2", "maximum": "2", "subject": "member"} == items["H01"]


def test_the_kept_page_holds_nothing_of_anybody(liu: Desk) -> None:
    liu.json("/record", deed(place="河堤东头", reason="清理河道"))
    kept = liu.get("/record", **SHELL)
    assert kept.headers["cache-control"] == "private, max-age=604800"
    for word in ("刘敏", "张三", "河堤东头", "清理河道", liu.browser.cookies["csrftoken"]):
        assert word not in kept.text
    assert 'name="occurred_on"' in kept.text
    again = liu.get("/record", **SHELL, **{"if-none-match": kept.headers["etag"]})
    assert again.status_code == 304


def test_the_page_of_its_reader_is_never_stored(liu: Desk) -> None:
    assert liu.get("/record").headers["cache-control"] == "no-store"


def test_a_deed_is_taken_from_the_person_who_wrote_it_down_alone(
    liu: Desk, app: Litestar, village: Village
) -> None:
    assert liu.json("/record", deed(account="1")).status_code == 201
    refused = sit_down(app, village, "陈静").json("/record", deed(account="1"))
    assert refused.status_code == 403
    assert refused.json()["problems"][0]["field"] == ""


def test_the_tablets_own_time_is_kept_beside_the_servers(liu: Desk, village: Village) -> None:
    for told in ("2026-08-15T01:30:00.000Z", "half past nine", "9999-99-99", ""):
        assert liu.json("/record", deed(device_at=told)).status_code == 201
    with village.database.read() as connection:
        kept = list(connection.scalars(select(event.c.device_at).order_by(event.c.id)))
    assert kept[0] == datetime(2026, 8, 15, 1, 30, tzinfo=UTC)
    assert kept[1:] == [None, None, None]


def test_a_ticket_stands_for_the_photo_in_further_deeds(liu: Desk) -> None:
    first = liu.json("/record", deed(item="E01"), files={"photo": ("a.jpg", photo(), "image/jpeg")}).json()
    second = liu.json("/record", deed(item="E01", member="李秀英", photo_ticket=first["photo_ticket"]))
    assert second.status_code == 201
    assert "photo_ticket" not in liu.json("/record", deed()).json()


def test_what_arrived_long_after_it_was_noted_says_both_times(
    liu: Desk, app: Litestar, village: Village
) -> None:
    liu.json(
        "/record",
        deed(item="E01", device_at="2026-08-14T23:30:00Z"),
        {"photo": ("a.jpg", photo(), "image/jpeg")},
    )
    assert "07:30" in liu.get("/record/today").text
    liu.json("/record", deed(device_at="2026-08-15T01:58:00Z"))
    assert "09:58" not in liu.get("/record/today").text


def sees(app: Litestar, village: Village, name: str, shown: str, tablet: str = "") -> Desk:
    """Somebody's tablet asks what is new, as it does with every page, and tells what its clock shows."""
    desk = sit_down(app, village, name)
    assert desk.get("/record/tablet", **{"x-tablet-time": shown, "x-tablet": tablet}).status_code == 200
    return desk


def test_two_tablets_that_show_another_day_put_the_clock_in_doubt(app: Litestar, village: Village) -> None:
    village.write(lambda connection: hire(connection, village))
    liu = sees(app, village, "刘敏", "2026-08-15T02:01:00.000Z")
    assert liu.get("/record/tablet").json()["doubt"] == ""
    sees(app, village, "刘敏", "2026-08-18T02:01:00.000Z")
    sees(app, village, "陈静", "2026-08-18T02:04:00.000Z")
    assert "有 2 台平板显示 2026年8月18日 10:01" in liu.get("/record/tablet").json()["doubt"]
    page = liu.get("/record").text
    assert "请核对日期，并告诉管理主机的人" in page
    assert 'type="date" value="2026-08-15"  max=' not in page


def test_two_people_on_one_tablet_are_one_witness(app: Litestar, village: Village) -> None:
    village.write(lambda connection: hire(connection, village))
    for name in ("刘敏", "陈静"):
        desk = sees(app, village, name, "2026-08-18T02:01:00.000Z", "ab" * 16)
    assert desk.get("/record/tablet").json()["doubt"] == ""


@pytest.mark.parametrize("shown", ["", "soon", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "2026-08-18"])
def test_a_tablet_that_was_never_set_is_no_witness(app: Litestar, village: Village, shown: str) -> None:
    village.write(lambda connection: hire(connection, village))
    for name in ("刘敏", "陈静"):
        desk = sees(app, village, name, shown)
    assert desk.get("/record/tablet").json()["doubt"] == ""


def test_in_a_box_that_woke_in_the_past_todays_deed_is_written_down_with_the_tablets_time(
    app: Litestar, village: Village, clock: Clock
) -> None:
    village.write(lambda connection: hire(connection, village))
    clock.move(days=-40)  # still after the program was made
    liu, today = (
        sit_down(app, village, "刘敏"),
        deed(occurred_on="2026-08-15", device_at="2026-08-15T02:00:00Z"),
    )
    assert liu.json("/record", today).status_code == 422  # a clock that nothing speaks against
    village.database.healthy(clock.now + timedelta(days=40))
    assert (
        liu.json("/record", deed(occurred_on="2026-08-16", device_at="2026-08-15T02:00:00Z")).status_code
        == 422
    )
    assert liu.json("/record", today).status_code == 201
    with village.database.read() as connection:
        row = connection.execute(select(event)).one()
    assert (row.occurred_on, row.recorded_at.date(), row.device_at.date()) == (
        date(2026, 8, 15),
        date(2026, 7, 6),
        date(2026, 8, 15),
    )


def test_a_disk_that_takes_no_witness_does_not_keep_the_tablet_from_what_it_carries(
    liu: Desk, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise Unsaved(FULL)

    monkeypatch.setattr(village.database, "write", full)
    answer = liu.get("/record/tablet", **{"x-tablet-time": "2026-08-15T02:01:00.000Z"})
    assert (answer.status_code, answer.json()["account"]["name"]) == (200, "刘敏")
