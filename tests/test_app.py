"""The application's outer walls: headers, hosts, origins, cookies, languages, and what a start imports."""

import subprocess
import sys
from dataclasses import replace

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from kiosk.app import create_app
from kiosk.pages.languages import safe_back
from kiosk.pages.site import open_secrets
from kiosk.settings import Settings
from tests.conftest import Clock

Browser = TestClient[Litestar]
# what only some commands or pages need; the server must start without them
LAZY = (
    "alembic",
    "qrcode",
    "pypinyin",
    "PIL",
    "python_calamine",
    "xlsxwriter",
    "rich",
    "httpx",
    "babel",
    "cryptography",
)


def test_every_answer_carries_the_security_headers(client: Browser) -> None:
    for address in ("/healthz", "/nowhere", "/style/public.css", "/v/qingshan", "/static/icon.svg"):
        headers = client.get(address).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert "strict-transport-security" not in headers  # villagers come to the same name by plain http
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
        assert "manifest-src 'self'; worker-src 'self'" in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"


@pytest.mark.parametrize(
    "host", ["localhost:8000", "192.168.1.20:8000", "10.0.0.5", "[fe80::1]:8000", "kiosk.local:8000"]
)
def test_the_box_answers_to_its_own_names_whatever_the_port(client: Browser, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "localhost.evil.example", "", "192.168.1.20.nip.io", "[::"])
def test_a_foreign_name_for_the_box_is_refused(client: Browser, host: str) -> None:
    assert client.get("/healthz", headers={"host": host}).status_code == 400


def test_the_base_address_names_another_host(settings: Settings, clock: Clock, app: Litestar) -> None:
    del app
    named = replace(settings, base_url="https://points.example.cn")
    with TestClient(create_app(named, clock)) as browser:
        assert browser.get("/healthz", headers={"host": "points.example.cn"}).status_code == 200
        cookie = browser.get("/", headers={"host": "points.example.cn"}).history[0].headers["set-cookie"]
        assert "Secure" in cookie
        assert "SameSite=lax" in cookie


@pytest.mark.parametrize("origin", ["http://evil.example", "null", "https://testserver.local.evil.example"])
def test_a_change_asked_for_by_another_site_is_refused(client: Browser, origin: str) -> None:
    answer = client.post("/logout", headers={"origin": origin})
    assert answer.status_code == 403
    assert client.post("/logout", headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_a_change_without_the_token_is_refused(client: Browser, app: Litestar) -> None:
    client.get("/")
    for route in app.routes:
        if "POST" in getattr(route, "methods", ()) and "{" not in route.path:
            assert client.post(route.path).status_code == 403, route.path


def test_a_stale_csrf_cookie_heals_in_one_reload(client: Browser) -> None:
    client.cookies.set("csrftoken", "0" * 128)
    healed = client.get("/healthz", headers={"cookie": f"a=1; csrftoken={'0' * 128}; lang=en"})
    assert "set-cookie" not in healed.headers  # this address sets none
    answer = client.get("/", headers={"cookie": f"csrftoken={'0' * 128}"}, follow_redirects=False)
    fresh = answer.cookies["csrftoken"]
    assert len(fresh) == 128
    again = client.get("/", headers={"cookie": f"csrftoken={fresh}"}, follow_redirects=False)
    assert "set-cookie" not in again.headers


def test_the_secret_is_made_once_and_kept_from_others(settings: Settings) -> None:
    settings.data.mkdir()
    first = open_secrets(settings.data)
    assert open_secrets(settings.data) == first
    assert (settings.data / "secret").stat().st_mode & 0o077 == 0
    assert first.key("csrf") != first.key("session")


def test_the_switch_sets_the_language_and_goes_back(client: Browser) -> None:
    answer = client.get("/language/en?back=/v/qingshan%3Fgroup%3D1", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/v/qingshan?group=1")
    assert '<html lang="en"' in client.get("/nowhere").text
    assert client.get("/language/xx").status_code == 404


@pytest.mark.parametrize(
    "back", ["//evil.example", "https://evil.example", "/\\evil.example", "x", "/a\nb", ""]
)
def test_the_switch_goes_nowhere_else(back: str) -> None:
    assert safe_back(back) == "/"


def test_styles_are_kept_for_ever_at_an_address_of_their_content(client: Browser) -> None:
    page = client.get("/nowhere").text
    address = page.partition('<link rel="stylesheet" href="')[2].partition('"')[0]
    answer = client.get(address)
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert answer.text.startswith("@layer reset,tokens,base,parts,pages,print;")
    assert len(answer.content.decode()) > 2000


def test_no_page_has_a_style_or_script_of_its_own() -> None:
    from kiosk.pages.answers import _TEMPLATES

    for template in _TEMPLATES.glob("*.html"):
        text = template.read_text("utf-8")
        assert " style=" not in text, template.name
        assert "<style" not in text, template.name
        assert "<script>" not in text, template.name
        assert " onclick=" not in text, template.name


def test_a_body_that_is_too_large_is_a_page(client: Browser) -> None:
    client.get("/")
    token = client.cookies["csrftoken"]
    typed = {"x-csrftoken": token, "content-type": "application/x-www-form-urlencoded"}
    answer = client.post("/login", content=b"username=" + b"x" * 17_000_000, headers=typed)
    assert answer.status_code == 413
    assert "<h1" in answer.text


def test_the_start_imports_nothing_it_does_not_need(tmp_path: object) -> None:
    code = (
        "import sys; from pathlib import Path; from kiosk.settings import Settings; "
        "from kiosk.app import create_app; import kiosk.commands.serve; "
        f"create_app(Settings(data=Path({str(tmp_path)!r}))).state.site.database.close(); "
        f"print([name for name in {LAZY!r} if name in sys.modules])"
    )
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
