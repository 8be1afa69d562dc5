"""What administrators and the township do."""

import re
from datetime import date
from importlib.resources import files

import pytest
from litestar import Litestar
from sqlalchemy import update

from kiosk.accounts import accounts
from kiosk.roster import households
from kiosk.roster.villages import village_by_id
from kiosk.scoring import rulebooks
from kiosk.scoring.problems import Refused
from kiosk.scoring.rulebook import to_data
from kiosk.scoring.tables import member
from kiosk.settings import Settings
from kiosk.sheets.rulebook import COLUMNS, read_rulebook, rows
from kiosk.sheets.writing import write_table
from tests.accounts.staff import PASSWORD, hire
from tests.conftest import Clock, Village
from tests.pages import recorders
from tests.pages.desks import Desk, signed_in, told, where
from tests.pages.test_photos import photo


@pytest.fixture
def clerk(app: Litestar, village: Village) -> Desk:
    return signed_in(app, village, "张会计", "admin")


@pytest.fixture
def town(app: Litestar, village: Village) -> Desk:
    return signed_in(app, village, "孙镇", "township", None)


def test_the_start_page_counts_and_says_what_is_left_to_do(clerk: Desk, village: Village) -> None:
    text = clerk.get("/admin").text
    assert '<dd class="figure">5</dd>' in text  # households
    assert '<dd class="figure">9</dd>' in text  # people
    assert "Add the recorders" in text
    assert "Choose how heads" not in text  # it has chosen
    whole = update(member).where(member.c.household_id == village.households["005"])
    village.database.write(lambda connection: connection.execute(whole.values(left=date(2026, 8, 1))))
    assert (
        '<dd class="figure">4</dd>' in clerk.get("/admin").text
    )  # a household that went away counts no more


def test_without_a_rulebook_the_start_page_leads_to_where_one_comes_in(
    clerk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rulebooks, "newest", lambda _: None)
    monkeypatch.setattr(rulebooks, "versions", lambda _: [])
    assert '<a href="/admin/rulebook">Bring in a rulebook' in clerk.get("/admin").text
    assert "Save the usual one" in clerk.get("/admin/rulebook").text
    content = clerk.get("/admin/rulebook.xlsx").content
    assert read_rulebook(content, rulebooks.default_rulebook()) == rulebooks.default_rulebook()


def test_a_new_recorder_can_sign_in_at_once(clerk: Desk, app: Litestar) -> None:
    added = clerk.post("/admin/people", name="李秀英", role="recorder", password=PASSWORD, household="001")
    assert where(added) == (303, "/admin/people/2?done=added")
    assert "lives in 001" in clerk.get("/admin/people").text
    assert where(Desk(app).sign_in("李秀英")) == (303, "/record")


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(clerk: Desk) -> None:
    answer = clerk.post("/admin/people", name="张会计", role="township", password="x", household="999")
    assert answer.status_code == 422
    assert told(answer) == [
        "Somebody named 张会计 can already sign in; add something to tell the two apart",
        "Choose what this person does here",
        "Choose a password of at least 8 characters",
        "There is no household 999 in this village; look the code up in the roster",
    ]
    assert 'value="张会计"' in answer.text
    assert 'value="999"' in answer.text


def test_a_forgotten_password_is_replaced(clerk: Desk, app: Litestar, village: Village) -> None:
    tablet = signed_in(app, village, "李秀英", "recorder")
    answer = clerk.post("/admin/people/2/password", password="新的密码 2026")
    assert where(answer) == (303, "/admin/people/2?done=password")
    assert tablet.get("/password").status_code == 303
    assert tablet.sign_in("李秀英", "新的密码 2026").status_code == 303


def test_an_account_is_closed_and_opened_again_but_never_ones_own(
    clerk: Desk, app: Litestar, village: Village
) -> None:
    tablet = signed_in(app, village, "李秀英", "recorder")
    clerk.post("/admin/people/2/state", active="0")
    assert tablet.get("/password").status_code == 303
    assert tablet.sign_in("李秀英").status_code == 422
    clerk.post("/admin/people/2/state", active="1")
    assert tablet.sign_in("李秀英").status_code == 303
    own = clerk.post("/admin/people/1/state", active="0")
    assert own.status_code == 422
    assert "let another administrator do it" in own.text


def test_a_role_changes_and_takes_hold_at_once(clerk: Desk, app: Litestar, village: Village) -> None:
    tablet = signed_in(app, village, "李秀英", "recorder")
    answer = clerk.post("/admin/people/2/role", role="reviewer")
    assert where(answer) == (303, "/admin/people/2?done=role")
    assert tablet.get("/record").status_code == 303  # signed out: a session may not grow into an office's
    assert where(tablet.sign_in("李秀英")) == (303, "/review")
    clerk.post("/admin/people/2/role", role="reviewer")  # no change signs nobody out
    assert tablet.get("/review").status_code == 200
    log = clerk.get("/admin/activity").text
    assert log.count("Changed what 李秀英 does here from Recorder to Reviewer") == 1
    for role in ("township", "mayor", ""):
        refused = clerk.post("/admin/people/2/role", role=role)
        assert (refused.status_code, told(refused)) == (422, ["Choose what this person does here"])


def test_a_village_keeps_an_administrator(clerk: Desk, village: Village) -> None:
    refused = clerk.post("/admin/people/1/role", role="recorder")
    last = "张会计 is the only administrator of this village; make somebody else one first"
    assert (refused.status_code, told(refused)) == (422, [last])
    village.write(lambda connection: hire(connection, "李秀英", "admin"))
    clerk.post("/admin/people/2/state", active="0")
    assert told(clerk.post("/admin/people/1/role", role="recorder")) == [last]  # a closed one leads nobody
    clerk.post("/admin/people/2/state", active="1")
    assert where(clerk.post("/admin/people/1/role", role="recorder")) == (303, "/login")
    assert clerk.get("/admin/people").status_code == 303
    with village.database.read() as connection:
        lone = accounts.account_by_id(connection, 2)
    with pytest.raises(Refused):
        village.write(lambda connection: accounts.set_active(connection, lone, active=False))


def test_home_and_kin_are_registered_and_taken_off(clerk: Desk, village: Village) -> None:
    village.write(lambda connection: hire(connection, "李秀英", "recorder"))
    clerk.post("/admin/people/2/household", household="001")
    clerk.post("/admin/people/2/kin", kin="003")
    with village.database.read() as connection:
        person = accounts.account_in(connection, 1, 2)
        assert person
        assert person.household_id == village.households["001"]
        assert accounts.kin_of(connection, 2) == [village.households["003"]]
    assert "Take 003 off" in clerk.get("/admin/people/2").text
    clerk.post("/admin/people/2/kin", kin="003", remove="1")
    clerk.post("/admin/people/2/household", household="")
    with village.database.read() as connection:
        assert accounts.kin_of(connection, 2) == []
    assert told(clerk.post("/admin/people/2/kin", kin="999")) == [
        "There is no household 999 in this village; look the code up in the roster"
    ]
    assert told(clerk.post("/admin/people/2/kin", kin="")) == ["Write the code of the household"]


def test_the_village_chooses_its_names(clerk: Desk, village: Village) -> None:
    assert where(clerk.post("/admin/village/names", public_names="code"))[0] == 303
    village.noticed()
    assert "张三" not in clerk.get("/v/qingshan").text
    answer = clerk.post("/admin/village/names", public_names="nicknames")
    assert told(answer) == ["Choose how heads of household are named in public"]


def test_the_screen_is_fitted(clerk: Desk, village: Village) -> None:
    screen = {"screen_inches": "65", "screen_metres": "8", "screen_theme": "night"}
    words = {"screen_message": "周日开会", "contact": "村部一楼"}
    assert where(clerk.post("/admin/village/screen", **screen, **words))[0] == 303
    with village.database.read() as connection:
        saved = village_by_id(connection, 1)
    assert (saved.screen_inches, saved.screen_metres, saved.screen_theme) == (65, 8, "night")
    wrong = clerk.post("/admin/village/screen", **{**screen, "screen_inches": "big"}, **words)
    assert told(wrong) == ["Write the screen's diagonal in inches, from 10 to 200"]
    assert 'value="big"' in wrong.text
    assert 'value="周日开会"' in wrong.text


def test_a_plate_is_renewed_once_and_only_when_sure(clerk: Desk, village: Village) -> None:
    before = token(village)
    assert "李秀英" in clerk.get("/admin/household/001").text
    assert (
        "001" in clerk.get("/admin/household?q=zhang").text
        or "张三" in clerk.get("/admin/household?q=张三").text
    )
    assert told(clerk.post("/admin/household/001/plate"))[0].startswith("Tick the box first")
    assert token(village) == before
    mark = clerk.get("/admin/household/001").text.partition('name="plate" value="')[2].partition('"')[0]
    answers = [clerk.post("/admin/household/001/plate", plate=mark, sure="1") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 422]  # a second click renews nothing
    assert token(village) != before
    assert "has a new code" in clerk.get("/admin/household/001?renewed=true").text


def test_the_township_sees_every_village(town: Desk, village: Village) -> None:
    village.write(_add_linhe)
    text = town.get("/admin").text
    assert "青山村" in text
    assert "临河村" in text


def test_the_township_brings_in_a_rulebook_after_looking_at_it(
    town: Desk, village: Village, clock: Clock
) -> None:
    data = to_data(rulebooks.default_rulebook())
    data["category"][0]["item"][0]["points"] = "9"
    from kiosk.scoring.rulebook import parse_rulebook

    changed = parse_rulebook(data)
    code = changed.items[0].code
    sheet = write_table(list(COLUMNS), rows(changed), "xlsx")
    draft = town.post("/admin/rulebook/draft", {"rulebook_file": ("积分细则.xlsx", sheet)})
    assert draft.status_code == 200
    assert draft.text.count('<th scope="row">') == 1
    assert f"{code} " in draft.text
    assert newest(village) == rulebooks.default_rulebook()
    content = rulebooks.canonical(changed)
    late = town.post("/admin/rulebook", content=content, applies_from="2026-08-01")
    assert told(late) == ["Choose the day from which it applies: today or later"]
    saved = town.post("/admin/rulebook", content=content, applies_from="2026-09-01")
    assert where(saved) == (303, "/admin/rulebook?saved=true")
    assert newest(village) == changed


def test_a_rulebook_with_other_honours_says_what_changes_in_them(town: Desk) -> None:
    default = (files("kiosk") / "rulebooks" / "default.toml").read_text("utf-8")
    changed = default.replace("weights = {", "rest = 0.5\nweights = {").encode()
    draft = town.post("/admin/rulebook/draft", {"rulebook_file": ("x.toml", changed)})
    text = " ".join(draft.text.split())
    assert "<del>Clean home (人居环境 alone, places: 10)</del>" in text
    assert "<strong>Clean home</strong> (人居环境 × 1, all else × 0.5, places: 10)" in text
    assert text.count("Honour of the year") == 2


@pytest.mark.parametrize("file", [b"", b"PK\x03\x04 broken", b"\xff\xfe\x00", b"title = 3", b"[[category"])
def test_a_file_that_is_no_rulebook_is_refused_in_words(town: Desk, file: bytes) -> None:
    answer = town.post("/admin/rulebook/draft", {"rulebook_file": ("x.toml", file)})
    assert answer.status_code == 422
    assert told(answer)


def test_a_table_of_commas_is_asked_for_as_a_workbook(town: Desk) -> None:
    answer = town.post("/admin/rulebook/draft", {"rulebook_file": ("x.csv", "条目,分值\nA01,5\n".encode())})
    assert "save the rulebook as .xlsx" in answer.text


@pytest.mark.parametrize("content", ["", "{}", "[]", "nothing", '{"title": []}', "9" * 5000])
def test_a_draft_that_was_tampered_with_is_refused(town: Desk, village: Village, content: str) -> None:
    answer = town.post("/admin/rulebook", content=content, applies_from="2026-09-01")
    assert told(answer) == ["The file was changed on the way; choose it once more"]
    assert newest(village) == rulebooks.default_rulebook()


def _add_linhe(connection: object) -> None:
    from kiosk.roster.villages import add_village

    add_village(connection, "linhe", "临河村")  # type: ignore[arg-type]


def token(village: Village) -> str:
    with village.database.read() as connection:
        home = households.by_code(connection, 1, "001")
    assert home
    return home.token


def newest(village: Village) -> object:
    with village.database.read() as connection:
        version = rulebooks.newest(connection)
    return version.book if version else None


@pytest.mark.parametrize("role", ["reviewer", "admin"])
def test_every_door_on_the_start_page_opens_for_whoever_sees_it(
    app: Litestar, village: Village, role: str
) -> None:
    desk = signed_in(app, village, "陈静", role)
    doors = set(re.findall(r'href="(/(?:admin|review|objections|record|v/)[^"#]*)"', desk.get("/admin").text))
    assert len(doors) >= 12
    assert ("/admin/people" in doors) == (role == "admin")
    pages = {door: desk.get(door) for door in doors}
    opened = {door: (page.status_code, "青山村" in page.text) for door, page in pages.items()}
    assert opened == dict.fromkeys(doors, (200, True))  # and each says of which village it speaks


def test_words_and_photo_of_a_deed_are_erased_for_a_reason(
    app: Litestar, village: Village, settings: Settings
) -> None:
    village.write(lambda connection: recorders.hire(connection, village))
    min_, ping = (recorders.sit_down(app, village, name) for name in ("刘敏", "周平"))
    picture = {"photo": ("雨天.jpg", photo(), "image/jpeg")}
    number = min_.json("/record", recorders.deed(), picture).json()["event"]
    stored = list((settings.data / "photos").rglob("*.jpg"))
    assert len(stored) == 1
    assert f"/admin/erasure?event={number}" in ping.get("/admin/erasure?household=001").text
    assert "清理河道" in ping.get(f"/admin/erasure?event={number}").text
    refused = ping.post("/admin/erasure", {"event": str(number), "reason": ""})
    assert (refused.status_code, refused.text.count('class="problem"')) == (422, 2)
    sure = {"event": str(number), "reason": "本人要求", "sure": "1"}
    for _click in range(2):
        assert ping.post("/admin/erasure", sure).status_code == 303
    assert not any(one.exists() for one in stored)
    assert "清理河道" not in ping.get(f"/admin/erasure?event={number}&done=true").text
    village.noticed()
    page = ping.get(f"/h/TOKEN{'001':>021}").text
    assert "+1" in page or "+2" in page
    assert "清理河道" not in page
    log = ping.get("/admin/activity", **{"cookie": "lang=en"}).text
    assert log.count(f"no. {number}: 本人要求") + log.count(f"{number} 号") >= 1
    assert ping.get("/admin/erasure?event=99").status_code == 422
    assert ping.get("/admin/erasure?household=999").status_code == 422
    assert ping.post("/admin/erasure", {**sure, "event": "99"}).status_code == 404
    assert ping.get("/admin/erasure?objection=99").status_code == 422
