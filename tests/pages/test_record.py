"""The recorder's form, through the public door."""

import asyncio
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from pathlib import Path

import pytest
from httpx import ASGITransport, AsyncClient, Response
from litestar import Litestar
from PIL import Image
from sqlalchemy import func, insert, select

from kiosk.scoring import settlement
from kiosk.scoring.periods import parse_period
from kiosk.scoring.tables import entry, event, member
from kiosk.settings import Settings
from tests.conftest import Clock, Village
from tests.pages.recorders import Desk, deed, hire, sit_down
from tests.pages.test_photos import photo

REQUIRED = "E01"  # 拾金不昧: a member's, +3, with evidence


@pytest.fixture
def at(app: Litestar, village: Village) -> Callable[[str], Desk]:
    """Somebody of the staff at their browser."""
    village.write(lambda connection: hire(connection, village))
    return lambda name: sit_down(app, village, name)


@pytest.fixture
def liu(at: Callable[[str], Desk]) -> Desk:
    """刘敏, who records; the household 003 is her kin."""
    return at("刘敏")


def count(village: Village) -> int:
    with village.database.read() as connection:
        return connection.scalar(select(func.count()).select_from(event)) or 0


def total(village: Village, code: str) -> float:
    points = select(func.sum(entry.c.points)).where(entry.c.household_id == village.households[code])
    with village.database.read() as connection:
        return float(connection.scalar(points) or 0)


def text(page: str) -> str:
    """What a reader sees, without tags."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def english(desk: Desk) -> Desk:
    desk.browser.cookies.set("lang", "en")
    return desk


# ---- finding people ----


def test_a_household_is_found_by_code_head_or_member(liu: Desk) -> None:
    for typed in ("001", "张三", "李秀英"):
        found = liu.get(f"/record/households?q={typed}", **{"hx-request": "true"}).text
        assert "/record/who?household=001" in found
        assert "张三" in found


def test_choosing_a_household_shows_who_lives_there(liu: Desk) -> None:
    chosen = liu.get("/record/who?household=001&member=李秀英").text
    assert re.findall(r'name="member" value="([^"]*)"', chosen) == ["", "张三", "李秀英", "张小明"]
    assert 'value="李秀英" checked' in chosen


def test_those_who_have_left_are_not_offered(liu: Desk, village: Village, clock: Clock) -> None:
    village.write(
        lambda connection: connection.execute(
            member.update().where(member.c.name == "王芳").values(left=clock.now.date().replace(day=1))
        )
    )
    assert "王芳" not in liu.get("/record/who?household=002").text


def test_two_of_one_name_are_told_apart_by_relation(liu: Desk, village: Village) -> None:
    twin = {"village_id": 1, "household_id": village.households["002"], "name": "王芳", "head": False}
    village.write(lambda connection: connection.execute(insert(member).values(**twin, relation="孙女")))
    assert "王芳（孙女）" in liu.get("/record/who?household=002").text
    assert liu.json("/record", deed(household="002", member="王芳（孙女）")).status_code == 201


def test_one_is_told_at_once_that_a_household_is_kin(liu: Desk) -> None:
    assert "陈静" in text(liu.get("/record/who?household=003").text)
    assert "陈静" not in text(liu.get("/record/who?household=001").text)


# ---- sending ----


def test_a_deed_is_recorded_and_counts_at_once(liu: Desk, village: Village) -> None:
    answer = liu.json("/record", deed())
    assert answer.status_code == 201
    assert answer.json() | {"event": 1, "status": "counted", "claimed": "2", "awarded": "2"} == answer.json()
    assert re.fullmatch(r"[A-Z2-9]{8}", answer.json()["code"])
    assert total(village, "001") == 2


def test_a_retry_of_the_same_deed_is_one_event_with_the_same_receipt(liu: Desk, village: Village) -> None:
    sent = deed()
    first, again = liu.json("/record", sent), liu.json("/record", sent)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() | {"new": False} == again.json()
    assert count(village) == 1


def test_the_same_key_with_other_content_is_refused_and_both_are_shown(liu: Desk, village: Village) -> None:
    sent = deed()
    liu.post("/record", sent)
    answer = liu.post("/record", {**sent, "household": "002", "member": "王芳", "reason": "另一件"})
    assert answer.status_code == 409
    assert all(word in text(answer.text) for word in ("张三", "清理河道", "王芳", "另一件"))
    assert sent["submission_key"] not in answer.text
    assert count(village) == 1


def test_fifty_identical_posts_at_once_are_one_event(app: Litestar, liu: Desk, village: Village) -> None:
    sent, cookies = deed(), dict(liu.browser.cookies)
    headers = {"accept": "application/json", "x-csrftoken": cookies["csrftoken"]}

    async def post_all() -> list[Response]:
        to_app = ASGITransport(app)  # type: ignore[arg-type]
        async with AsyncClient(transport=to_app, base_url="http://localhost", cookies=cookies) as tablet:
            posts = [tablet.post("/record", data=sent, headers=headers) for _ in range(50)]
            return await asyncio.gather(*posts)

    answers = asyncio.run(post_all())
    assert sorted(answer.status_code for answer in answers) == [200] * 49 + [201]
    assert len({answer.json()["code"] for answer in answers}) == 1
    assert count(village) == 1


def test_without_a_script_the_answer_is_a_page_with_receipt_and_fresh_form(liu: Desk) -> None:
    sent = deed()
    answer = liu.post("/record", sent)
    assert answer.status_code == 201
    assert answer.text.startswith("<!DOCTYPE html>")
    assert 'class="receipt receipt-counted"' in answer.text
    assert sent["submission_key"] not in answer.text
    assert 'name="household"' not in answer.text.partition("<template")[0]


def test_with_htmx_the_answer_is_the_part_that_is_swapped(liu: Desk) -> None:
    answer = liu.part("/record", deed())
    assert answer.status_code == 201
    assert answer.text.lstrip().startswith('<div id="record"')
    assert answer.headers["cache-control"] == "no-store"


def test_an_item_that_needs_review_waits(liu: Desk, village: Village) -> None:
    answer = liu.json("/record", deed(household="001", member="", item="C04", basis="表彰文件"))
    assert (answer.json()["status"], answer.json()["awarded"]) == ("waiting", None)
    assert total(village, "001") == 0


def test_the_list_of_today_shows_own_deeds_alone(at: Callable[[str], Desk], clock: Clock) -> None:
    at("刘敏").post("/record", deed(place="河堤"))
    at("陈静").post("/record", deed(household="002", member="王芳", item="C05"))
    clock.move(days=1)
    at("刘敏").post("/record", deed(occurred_on="2026-08-16", item="I01"))
    shown = at("刘敏").get("/record").text
    assert re.findall(r'<li id="deed-(\d+)"', shown) == ["3"]
    assert "河堤" in shown  # as a place used lately


def test_points_are_taken_from_a_range(liu: Desk) -> None:
    answer = liu.json("/record", deed(member="", item="C01", points="4"))
    assert answer.json()["awarded"] == "4"


def test_points_may_be_written_as_people_write_them(liu: Desk) -> None:
    for typed in ("３", " 3 ", "3.0", "+3"):
        answer = liu.json("/record", deed(member="", item="C02", points=typed))
        assert answer.json()["claimed"] == "3"


# ---- refusing ----

BAD = {
    "no household": ({"household": ""}, "household"),
    "unknown household": ({"household": "999"}, "household"),
    "a stranger": ({"member": "王芳"}, "member"),
    "nobody for a member's item": ({"member": ""}, "member"),
    "somebody for the household's item": ({"item": "C03"}, "member"),
    "no item": ({"item": ""}, "item"),
    "unknown item": ({"item": "Z99"}, "item"),
    "no day": ({"occurred_on": ""}, "occurred_on"),
    "no such day": ({"occurred_on": "2026-02-30"}, "occurred_on"),
    "tomorrow": ({"occurred_on": "2026-08-16"}, "occurred_on"),
    "another way to write a day": ({"occurred_on": "20260815"}, "occurred_on"),
    "points in words": ({"points": "两分"}, "points"),
    "points beyond all bounds": ({"points": "1" + "0" * 30}, "points"),
    "points with an exponent": ({"points": "1e9"}, "points"),
    "points outside the range": ({"item": "C01", "member": "", "points": "6"}, "points"),
    "no points for a range": ({"item": "C01", "member": ""}, "points"),
    "a reason without end": ({"reason": "好" * 501}, "reason"),
    "a control character": ({"place": "河\x07堤"}, "place"),
    "no evidence": ({"item": REQUIRED}, "photo"),
    "a document without its name": ({"item": REQUIRED, "basis": "表彰文件", "reason": ""}, "reason"),
    "kin": ({"household": "003", "member": "曾丽"}, "household"),
}


def test_bad_input_is_a_sentence_beside_its_field(liu: Desk, village: Village) -> None:
    for name, (changed, field) in BAD.items():
        answer = liu.json("/record", deed(**changed))
        assert answer.status_code == 422, name
        assert [problem["field"] for problem in answer.json()["problems"]] == [field], name
    assert count(village) == 0


def test_a_refused_form_keeps_everything_typed(liu: Desk) -> None:
    sent = deed(occurred_on="2026-08-16", reason='他说"好"<b>', place="村口", basis="群众反映")
    answer = liu.post("/record", sent)
    assert answer.status_code == 422
    for kept in (
        f'name="submission_key" value="{sent["submission_key"]}"',
        'name="household" value="001"',
        'value="张三" checked',
        'name="place" maxlength="100" autocomplete="off" list="places" value="村口"',
        'value="2026-08-16"',
        'value="群众反映" checked',
        "他说&#34;好&#34;&lt;b&gt;</textarea>",
    ):
        assert kept in answer.text
    assert re.search(r'value="H01"[^>]* checked', answer.text)
    assert 'id="occurred_on-problem"' in answer.text


def test_what_the_form_does_not_offer_is_still_refused_in_words(liu: Desk) -> None:
    assert "照常登记即可" in liu.post("/record", deed(late="1")).text


def test_a_household_that_is_not_there_stays_in_the_search(liu: Desk) -> None:
    assert (
        'type="search" name="q" form="find" value="0019"' in liu.post("/record", deed(household="0019")).text
    )


def test_junk_never_breaks_the_form(liu: Desk) -> None:
    for junk in ("\ud800", "\x00", "\u202e\u202d", "' OR 1=1 --", "%_[a-z]*", "a" * 100_000):
        for name in (
            "submission_key",
            "household",
            "member",
            "item",
            "points",
            "occurred_on",
            "photo_ticket",
        ):
            fields = {**deed(), name: junk.encode("utf-8", "surrogatepass")}
            assert liu.post("/record", fields).status_code in (201, 422)
            assert liu.post("/record/preview", fields).status_code == 200


def test_nobody_records_for_their_own_household(at: Callable[[str], Desk]) -> None:
    answer = english(at("赵强")).json("/record", deed())
    assert answer.status_code == 422
    assert "your own household" in answer.json()["detail"]
    assert "刘敏" in answer.json()["detail"]


def test_a_reviewer_makes_a_late_entry_for_a_settled_quarter(
    at: Callable[[str], Desk], village: Village, clock: Clock
) -> None:
    spring = parse_period("2026Q2")
    village.write(lambda connection: settlement.publish(connection, 1, spring, "周平", clock.now))
    village.write(lambda connection: settlement.settle(connection, 1, spring, "周平", clock.now))
    old = deed(occurred_on="2026-05-01")
    assert at("刘敏").json("/record", old).status_code == 422
    assert 'name="late"' not in at("刘敏").get("/record").text
    assert 'name="late"' in at("陈静").get("/record").text
    assert at("陈静").json("/record", {**old, "late": "1"}).status_code == 201


# ---- photos ----


def test_a_photo_is_evidence_and_only_the_staff_sees_it(
    at: Callable[[str], Desk], client: "Desk", settings: Settings
) -> None:
    files = {"photo": ("IMG_1.jpg", photo(2000, 1000), "image/jpeg")}
    number = at("刘敏").json("/record", deed(item=REQUIRED), files).json()["event"]
    shown = at("陈静").get(f"/photos/{number}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert shown.headers["cache-control"] == "no-store"
    assert Image.open(BytesIO(shown.content)).size == (1600, 800)
    assert client.get(f"/photos/{number}", follow_redirects=False).status_code in (303, 401)
    assert at("孙镇").get(f"/photos/{number}").status_code == 403
    assert at("陈静").get("/photos/99").status_code == 404
    assert len(list((settings.data / "photos").rglob("*.jpg"))) == 1


def test_a_retry_with_the_photo_is_the_same_deed(liu: Desk, village: Village) -> None:
    sent, files = deed(item=REQUIRED), {"photo": ("a.jpg", photo(), "image/jpeg")}
    assert [liu.json("/record", sent, files).status_code for _ in range(2)] == [201, 200]
    assert count(village) == 1


def test_an_accepted_photo_need_not_be_taken_again(liu: Desk, village: Village) -> None:
    files = {"photo": ("a.jpg", photo(), "image/jpeg")}
    refused = liu.post("/record", deed(item=REQUIRED, occurred_on="2027-01-01"), files)
    ticket = re.search(r'name="photo_ticket" value="([^"]+)"', refused.text)
    assert refused.status_code == 422
    assert ticket
    assert liu.json("/record", deed(item=REQUIRED, photo_ticket=ticket[1])).status_code == 201


def test_a_ticket_of_somebody_else_is_worth_nothing(at: Callable[[str], Desk]) -> None:
    files = {"photo": ("a.jpg", photo(), "image/jpeg")}
    refused = at("刘敏").post("/record", deed(item=REQUIRED, occurred_on="2027-01-01"), files)
    ticket = re.search(r'name="photo_ticket" value="([^"]+)"', refused.text)
    assert ticket
    for stolen in (ticket[1], ticket[1][:64] + ".", "é", ticket[1].split(".")[1]):
        answer = at("陈静").json("/record", deed(item=REQUIRED, photo_ticket=stolen))
        assert [problem["field"] for problem in answer.json()["problems"]] == ["photo"]


def test_what_is_no_photo_is_refused_beside_its_field(liu: Desk, village: Village) -> None:
    for upload in (b"<svg/>", photo(kind="GIF"), photo() + b"\0" * 12_000_000):
        answer = liu.post("/record", deed(), {"photo": ("a.jpg", upload, "image/jpeg")})
        assert answer.status_code == 422
        assert 'id="photo-problem"' in answer.text
        assert "清理河道" in answer.text
    assert count(village) == 0


def test_a_full_disk_is_said_and_nothing_is_lost(
    liu: Desk, village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_self: Path, _target: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    answer = liu.post("/record", deed(), {"photo": ("a.jpg", photo(), "image/jpeg")})
    assert answer.status_code == 507
    assert "清理河道" in answer.text
    assert count(village) == 0


# ---- before sending ----


def forecast(desk: Desk, **changed: str) -> str:
    answer = english(desk).part("/record/preview", deed(**changed))
    assert answer.status_code == 200
    return text(answer.text)


def test_the_forecast_says_what_will_happen(liu: Desk, village: Village) -> None:
    assert forecast(liu) == "+2 at once"
    assert forecast(liu, member="", item="C04", basis="表彰文件") == "+5 will wait for review"
    assert count(village) == 0


def test_the_forecast_names_the_quarter_of_an_earlier_day(liu: Desk) -> None:
    assert forecast(liu, occurred_on="2026-06-30") == "+2 at once An earlier day: it counts in Q2 2026"


def test_the_forecast_knows_the_cap(liu: Desk) -> None:
    for day in ("2026-08-01", "2026-08-02"):
        liu.json("/record", deed(item="A02", occurred_on=day))
    assert "0 counts nothing, but is kept" in forecast(liu, item="A02")
    assert "No. 3 this month; only 2 count" in forecast(liu, item="A02")


def test_the_forecast_names_who_recorded_the_same(at: Callable[[str], Desk], clock: Clock) -> None:
    at("陈静").json("/record", deed())
    clock.move(minutes=30)
    assert "陈静 recorded the same today at 10:00" in forecast(at("刘敏"))


def test_the_forecast_asks_for_what_is_missing(liu: Desk) -> None:
    assert forecast(liu, household="", item="") == "Find the household first Choose what was done"
    assert "for one person" in forecast(liu, member="")


def test_the_forecast_counts_a_photo_that_waits_on_the_tablet(liu: Desk) -> None:
    assert "needs evidence" in forecast(liu, item=REQUIRED)
    assert forecast(liu, item=REQUIRED, photo_ready="1") == "+3 at once"


def test_the_forecast_names_who_can_record_for_kin(liu: Desk) -> None:
    assert "registered as your kin" in forecast(liu, household="003", member="曾丽")


# ---- taking back ----


def test_a_recorder_takes_back_todays_deed_and_clicks_twice(liu: Desk, village: Village) -> None:
    number = liu.json("/record", deed()).json()["event"]
    answers = [liu.json(f"/record/{number}/reversal", {}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[0].json()["status"] == answers[1].json()["status"] == "reversed"
    assert total(village, "001") == 0


def test_taking_back_answers_the_list_and_the_receipt_to_htmx(liu: Desk) -> None:
    number = liu.json("/record", deed()).json()["event"]
    answer = liu.part(f"/record/{number}/reversal", {}).text
    assert '<section id="today"' in answer
    assert f'id="receipt-{number}" class="receipt receipt-reversed"' in answer
    assert 'data-hx-swap-oob="true"' in answer


def test_taking_back_leads_a_plain_form_back_to_the_list(liu: Desk) -> None:
    number = liu.json("/record", deed()).json()["event"]
    answer = liu.post(f"/record/{number}/reversal", {})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/record#deed-{number}")


def test_yesterdays_deed_is_for_a_reviewer_with_a_reason(
    at: Callable[[str], Desk], village: Village, clock: Clock
) -> None:
    number = at("刘敏").json("/record", deed()).json()["event"]
    clock.move(days=1)
    assert at("刘敏").json(f"/record/{number}/reversal", {}).status_code == 422
    assert at("陈静").json(f"/record/{number}/reversal", {}).status_code == 422
    assert total(village, "001") == 2
    assert at("陈静").json(f"/record/{number}/reversal", {"reason": "记错了人"}).status_code == 200
    assert total(village, "001") == 0


def test_what_is_not_there_cannot_be_taken_back(liu: Desk) -> None:
    assert liu.post("/record/77/reversal", {}).status_code == 422


# ---- who may ----


def test_the_form_is_for_recorders(at: Callable[[str], Desk], client: Desk) -> None:
    assert client.get("/record", follow_redirects=False).headers["location"].startswith("/login")
    assert at("孙镇").get("/record").status_code == 403
    assert all(at(name).get("/record").status_code == 200 for name in ("刘敏", "陈静", "周平"))


def test_the_form_is_english_for_those_who_want_it(liu: Desk) -> None:
    shown = text(english(liu).get("/record?household=001").text)
    assert "Record it" in shown
    assert "The whole household" in shown
    assert "垃圾分类投放" not in shown
