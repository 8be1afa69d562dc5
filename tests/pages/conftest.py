"""Whatever page these tests open is looked at: see markup.py."""

from collections.abc import Iterator
from typing import Any

import pytest
from httpx import Client, Request, Response

from tests.pages.markup import faults

_send = Client.send


@pytest.fixture(scope="session", autouse=True)
def _no_page_is_faulty() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Client, "send", _look_and_send)
        yield


def _look_and_send(self: Client, request: Request, **how: Any) -> Response:
    answer = _send(self, request, **how)
    to_keep = request.headers.get("x-shell") == "1"  # scripts fill in who is there
    if not to_keep and answer.headers.get("content-type", "").startswith("text/html"):
        assert faults(answer.text) == [], f"{request.method} {request.url.path}"
    return answer
