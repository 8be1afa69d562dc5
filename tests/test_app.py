"""The application's outer walls: headers, hosts, origins, cookies, languages."""

from litestar import Litestar
from litestar.testing import TestClient


def test_every_answer_carries_the_security_headers(client: TestClient[Litestar]) -> None:
    for address in ("/healthz", "/nowhere", "/style/public.css"):
        headers = client.get(address).headers
        assert headers["content-security-policy"].startswith("default-src 'none'; script-src 'self'")
        assert headers["referrer-policy"] == "same-origin"
        assert headers["x-content-type-options"] == "nosniff"
