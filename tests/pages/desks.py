"""A browser that signs in by the form, as people do."""

import re
from typing import Any

from httpx import Response
from litestar import Litestar

from tests.accounts.staff import PASSWORD, hire
from tests.conftest import Village
from tests.visitors import visitor


class Desk:
    """Somebody's browser, in English."""

    def __init__(self, app: Litestar) -> None:
        self.app = app
        self.browser = visitor(app)
        self.browser.headers["accept"] = "text/html"
        self.browser.cookies.set("lang", "en")

    def get(self, path: str) -> Response:
        return self.browser.get(path, follow_redirects=False)

    def post(self, path: str, files: Any = None, **fields: str) -> Response:
        if "csrftoken" not in self.browser.cookies:
            self.get("/login")
        sent = {**fields, "_csrf_token": self.browser.cookies["csrftoken"]}
        return self.browser.post(path, data=sent, files=files, follow_redirects=False)

    def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> Response:
        return self.post("/login", username=name, password=password, **more)


def signed_in(app: Litestar, village: Village, name: str, role: str, place: int | None = 1) -> Desk:
    """Somebody newly hired, signed in."""
    village.write(lambda connection: hire(connection, name, role, place))
    desk = Desk(app)
    assert desk.sign_in(name).status_code == 303
    return desk


def told(answer: Response) -> list[str]:
    """The sentences beside the fields."""
    found = re.findall(r'<p class="problem"[^>]*>([^<]*)</p>', answer.text)
    return [sentence.replace("&#39;", "'") for sentence in found]


def where(answer: Response) -> tuple[int, str]:
    return answer.status_code, answer.headers.get("location", "")
