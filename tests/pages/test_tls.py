"""Https for tablets: the guide, and two doors that are kept apart by the cookie and by the origin."""

import shutil
from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from litestar import Litestar
from litestar.testing import TestClient
from PIL import Image
from sqlalchemy import select

from kiosk.app import create_app
from kiosk.scoring.tables import household
from kiosk.settings import Settings
from kiosk.tls.kept import Kept
from kiosk.tls.setting_up import set_up
from tests.accounts.staff import PASSWORD, hire
from tests.conftest import TEN_O_CLOCK, Clock

Browser = TestClient[Litestar]


@pytest.fixture(scope="module")
def box(_qingshan_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """青山村 with its certificates, and a browser at its http."""
    settings = Settings(data=tmp_path_factory.mktemp("tls") / "data", base_url="http://kiosk.local:8000")
    shutil.copytree(_qingshan_data, settings.data)
    clock = Clock(TEN_O_CLOCK.replace(tzinfo=settings.zone))
    set_up(settings, clock())
    app = create_app(settings, clock, grace=0)
    app.state.site.database.write(lambda connection: hire(connection, "刘敏", "recorder"))
    with TestClient(app, base_url="http://kiosk.local:8000") as browser:
        browser.headers["accept"] = "text/html"
        yield browser


@pytest.fixture
def plain(box: Browser) -> Browser:
    """The browser, which holds nothing yet."""
    box.cookies.clear()
    return box


@pytest.fixture
def tablet(plain: Browser) -> Browser:
    """The same browser at the box's https."""
    browser = TestClient(plain.app, base_url="https://kiosk.local:8443")
    browser.headers["accept"] = "text/html"
    browser.cookies.jar = plain.cookies.jar
    browser.blocking_portal = plain.blocking_portal  # one process, one event loop
    return browser


@pytest.fixture
def made(box: Browser) -> Kept:
    found: Kept = box.app.state.site.https
    return found


def sign_in(browser: Browser, **headers: str) -> int:
    browser.get("/login")
    csrf = next(cookie.value for cookie in browser.cookies.jar if cookie.name == "csrftoken")
    fields = {"username": "刘敏", "password": PASSWORD, "next": "", "_csrf_token": csrf or ""}
    return browser.post("/login", data=fields, headers=headers, follow_redirects=False).status_code


def test_the_guide_names_the_certificate_and_the_way_on(plain: Browser, made: Kept) -> None:
    page = plain.get("/tls").text
    assert made.fingerprint in page.replace("<wbr>", "")
    assert 'href="https://kiosk.local:8443/record"' in page
    assert 'href="/tls"' in plain.get("/login").text


def test_the_certificate_comes_as_one_and_without_its_key(plain: Browser, made: Kept) -> None:
    answer = plain.get("/tls/authority.crt")
    assert answer.headers["content-type"] == "application/x-x509-ca-cert"
    assert sha256(answer.content).hexdigest().upper() == made.fingerprint.replace(":", "")


def test_who_came_by_a_name_that_the_certificate_lacks_is_led_to_one_that_it_has(plain: Browser) -> None:
    page = plain.get("/tls", headers={"host": "unheard-of.local:8000"}).text
    assert "unheard-of" not in page
    assert ":8443/record" in page


def test_without_certificates_there_is_no_guide(client: Browser) -> None:
    assert client.get("/tls").status_code == 404
    assert client.get("/tls/authority.crt").status_code == 404
    assert "/tls" not in client.get("/login").text


def test_a_session_of_the_tablet_is_neither_seen_nor_set_by_plain_http(
    plain: Browser, tablet: Browser
) -> None:
    assert sign_in(tablet) == 303
    [cookie] = [one for one in tablet.cookies.jar if one.name == "__Host-session"]
    assert (cookie.secure, cookie.path, cookie.domain_specified) == (True, "/", False)
    assert tablet.get("/record").status_code == 200
    assert plain.get("/record", follow_redirects=False).status_code == 303
    plain.cookies.clear()
    assert plain.get("/record", headers={"cookie": f"session={cookie.value}"}).status_code == 200
    assert tablet.get("/record", headers={"cookie": f"session={cookie.value}"}).url.path == "/login"


def test_a_plate_scanned_on_the_tablet_leads_to_its_form_by_https(plain: Browser, tablet: Browser) -> None:
    with plain.app.state.site.database.read() as connection:
        token = connection.scalar(select(household.c.token).where(household.c.code == "001"))
    plate = f"/H/{token}"
    assert plain.get(plate, follow_redirects=False).status_code == 200
    assert sign_in(tablet) == 303
    led = plain.get(plate, follow_redirects=False)
    assert (led.status_code, led.headers["location"]) == (303, f"https://kiosk.local:8443{plate}")
    assert tablet.get(plate, follow_redirects=False).headers["location"] == "/record?household=001"
    assert plain.get(f"{plate}?page=1", follow_redirects=False).status_code == 200
    csrf = next(cookie.value for cookie in tablet.cookies.jar if cookie.name == "csrftoken")
    tablet.post("/logout", headers={"x-csrftoken": csrf or ""})
    assert plain.get(plate, follow_redirects=False).status_code == 200


def test_both_doors_are_open_side_by_side(plain: Browser, tablet: Browser) -> None:
    assert sign_in(tablet) == 303
    assert sign_in(plain) == 303
    assert tablet.get("/record").status_code == plain.get("/record").status_code == 200
    assert {cookie.name for cookie in plain.cookies.jar if cookie.secure} == {"__Host-session"}


def test_a_page_of_plain_http_changes_nothing_by_https(tablet: Browser) -> None:
    assert sign_in(tablet, origin="https://kiosk.local:8443") == 303
    for origin in (
        "http://kiosk.local:8443",
        "http://kiosk.local:8000",
        "https://kiosk.local:9443",
        "https://evil.cn",
    ):
        assert sign_in(tablet, origin=origin) == 403


def test_by_https_the_entry_page_is_an_app_of_the_tablet(plain: Browser, tablet: Browser) -> None:
    manifest = tablet.get("/record/app.webmanifest")
    assert manifest.headers["content-type"] == "application/manifest+json"
    told = manifest.json()
    assert (told["start_url"], told["display"], told["name"]) == ("/record", "standalone", "村民积分：记分")
    for icon in told["icons"]:
        with Image.open(BytesIO(tablet.get(icon["src"]).content)) as drawn:
            assert f"{drawn.width}x{drawn.height}" == icon["sizes"]
    worker = tablet.get("/record/worker.js")
    assert worker.headers["service-worker-allowed"] == "/record"
    assert "javascript" in worker.headers["content-type"]
    assert sign_in(tablet) == 303
    for shell in ("", "1"):
        page = tablet.get("/record", headers={"x-shell": shell}).text
        assert 'rel="manifest"' in page
        assert "tablet-app.js" in page


def test_over_plain_http_there_is_no_app(plain: Browser) -> None:
    assert plain.get("/record/app.webmanifest").status_code == 404
    assert plain.get("/record/worker.js").status_code == 404
    assert sign_in(plain) == 303
    for shell in ("", "1"):
        page = plain.get("/record", headers={"x-shell": shell}).text
        assert "manifest" not in page
        assert "tablet-app.js" not in page
