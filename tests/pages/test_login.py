"""Signing in and out."""

import pytest
from litestar import Litestar

from kiosk.accounts import accounts
from tests.accounts.staff import PASSWORD, hire
from tests.conftest import Clock, Village
from tests.pages.desks import Desk, signed_in, told, where

WRONG = ["The name or the password is wrong. Check both and try again."]


@pytest.fixture
def desk(app: Litestar, village: Village) -> Desk:
    village.write(hire)
    return Desk(app)


@pytest.mark.parametrize(
    ("role", "start"),
    [("recorder", "/record"), ("reviewer", "/review"), ("admin", "/admin"), ("township", "/admin")],
)
def test_everybody_begins_where_their_work_is(app: Litestar, village: Village, role: str, start: str) -> None:
    place = None if role == "township" else 1
    village.write(lambda connection: hire(connection, "王芳", role, place))
    assert where(Desk(app).sign_in("王芳")) == (303, start)


def test_a_page_that_was_asked_for_comes_after_the_sign_in(desk: Desk) -> None:
    asked = desk.get("/admin/household?q=001")
    assert where(asked) == (303, "/login?next=%2Fadmin%2Fhousehold%3Fq%3D001")
    form = desk.get(asked.headers["location"]).text
    assert 'value="/admin/household?q=001"' in form
    assert where(desk.sign_in("张会计", next="/admin/household?q=001")) == (303, "/admin/household?q=001")


@pytest.mark.parametrize("goal", ["https://evil.example", "//evil.example", "/\\evil.example", "/login", "x"])
def test_it_leads_nowhere_else(desk: Desk, goal: str) -> None:
    assert where(desk.sign_in("张会计", next=goal)) == (303, "/admin")


@pytest.mark.parametrize(("name", "password"), [("张会计", "wrong"), ("nobody", PASSWORD), ("", "")])
def test_a_wrong_name_and_a_wrong_password_sound_alike(desk: Desk, name: str, password: str) -> None:
    answer = desk.sign_in(name, password)
    assert (answer.status_code, told(answer)) == (422, WRONG)
    assert f'name="username" type="text" value="{name}"' in answer.text
    assert "session" not in desk.browser.cookies


def test_a_name_may_be_typed_with_wide_letters_and_spaces(app: Litestar, village: Village) -> None:
    village.write(lambda connection: hire(connection, "Li 2", "admin"))
    assert where(Desk(app).sign_in(" Ｌｉ　２ ")) == (303, "/admin")


def test_the_session_is_new_at_every_sign_in(desk: Desk, app: Litestar) -> None:
    desk.browser.cookies.set("session", "planted by somebody else", "testserver.local")
    desk.sign_in("张会计")
    assert desk.browser.cookies["session"] != "planted by somebody else"
    planted = Desk(app)
    planted.browser.cookies.set("session", "planted by somebody else")
    assert planted.get("/admin").status_code == 303


def test_signing_in_again_ends_the_session_before(desk: Desk, app: Litestar) -> None:
    desk.sign_in("张会计")
    first = desk.browser.cookies["session"]
    desk.sign_in("张会计")
    assert desk.browser.cookies["session"] != first
    thief = Desk(app)
    thief.browser.cookies.set("session", first)
    assert thief.get("/admin").status_code == 303


def test_signing_out_ends_it_on_the_server(desk: Desk, app: Litestar) -> None:
    desk.sign_in("张会计")
    thief = Desk(app)
    thief.browser.cookies.set("session", desk.browser.cookies["session"])
    assert thief.get("/admin").status_code == 200
    assert where(desk.post("/logout")) == (303, "/login")
    assert "session" not in desk.browser.cookies
    assert thief.get("/admin").status_code == 303


def test_signing_out_everywhere_ends_the_lost_tablet_too(desk: Desk, app: Litestar) -> None:
    tablet = Desk(app)
    tablet.sign_in("张会计")
    desk.sign_in("张会计")
    assert "Devices on which you are signed in: 2" in desk.get("/password").text
    desk.post("/logout", everywhere="1")
    assert tablet.get("/admin").status_code == 303


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(desk: Desk, village: Village) -> None:
    cookies = desk.sign_in("张会计").headers.get_list("set-cookie")
    session = next(cookie for cookie in cookies if cookie.startswith("session="))
    device = next(cookie for cookie in cookies if cookie.startswith("device="))
    for cookie in (session, device):
        assert "HttpOnly" in cookie
        assert "SameSite=lax" in cookie
        assert "Secure" not in cookie  # plain http in the LAN; the browser would drop it
    assert "Max-Age" not in session  # ends with the office PC's browser
    assert "Path=/login" in device


def test_a_tablets_session_outlives_its_browser(app: Litestar, village: Village) -> None:
    village.write(lambda connection: hire(connection, "李秀英", "recorder"))
    cookies = Desk(app).sign_in("李秀英").headers.get_list("set-cookie")
    assert any(cookie.startswith("session=") and "Max-Age=604800" in cookie for cookie in cookies)


def test_who_is_signed_in_is_not_asked_again(desk: Desk) -> None:
    desk.sign_in("张会计")
    assert where(desk.get("/login?next=/admin/people")) == (303, "/admin/people")


def test_a_closed_account_cannot_sign_in(desk: Desk, village: Village) -> None:
    def close(connection: object) -> None:
        found = accounts.account_by_name(connection, "张会计")  # type: ignore[arg-type]
        assert found
        hire(connection, "周平")  # type: ignore[arg-type]  # a village keeps an administrator
        accounts.set_active(connection, found[0], False)  # type: ignore[arg-type]

    village.write(close)
    assert told(desk.sign_in("张会计", "wrong")) == WRONG
    answer = desk.sign_in("张会计")
    assert told(answer) == ["This account is closed. Ask the village's administrator to open it again."]
    assert "session" not in desk.browser.cookies


def test_the_wait_is_told_and_the_own_tablet_still_gets_in(
    app: Litestar, village: Village, clock: Clock
) -> None:
    tablet = signed_in(app, village, "李秀英", "recorder")
    tablet.post("/logout")
    stranger = Desk(app)
    for _ in range(10):
        assert stranger.sign_in("李秀英", "guess").status_code == 422
    clock.move(minutes=11)
    answer = stranger.sign_in("李秀英")
    assert answer.status_code == 429
    assert told(answer) == ["Too many wrong passwords. Try again in 4 minutes."]
    assert where(tablet.sign_in("李秀英")) == (303, "/record")
    clock.move(minutes=5)
    assert where(stranger.sign_in("李秀英")) == (303, "/record")


def test_a_new_password_takes_the_old_one_twice_the_new_one_and_ends_other_sessions(
    desk: Desk, app: Litestar
) -> None:
    tablet = Desk(app)
    tablet.sign_in("张会计")
    desk.sign_in("张会计")
    before = desk.browser.cookies["session"]
    wrong = desk.post("/password", password="x", password_new="new one 123", password_again="new one 123")
    assert told(wrong) == ["This is not your password of now. Type it once more."]
    unlike = desk.post("/password", password=PASSWORD, password_new="short", password_again="other")
    assert told(unlike) == [
        "Choose a password of at least 8 characters",
        "The two new passwords are not the same. Type both once more.",
    ]
    good = desk.post("/password", password=PASSWORD, password_new="new one 123", password_again="new one 123")
    assert where(good) == (303, "/password?changed=true")
    assert desk.browser.cookies["session"] != before
    assert "is changed" in desk.get("/password?changed=true").text
    assert tablet.get("/admin").status_code == 303
    assert desk.sign_in("张会计").status_code == 422
    assert desk.sign_in("张会计", "new one 123").status_code == 303


def test_a_tablet_left_lying_about_is_no_way_to_try_passwords(desk: Desk) -> None:
    desk.sign_in("张会计")
    for _ in range(10):
        desk.post("/password", password="guess")
    assert "Too many wrong passwords" in told(desk.post("/password", password=PASSWORD))[0]
