"""The smallest application to measure against: `python -m benchmarks.hello PORT [BODY] [--database]`.

Granian serves it as it serves the kiosk. BODY is a file of gzip bytes that every request is answered with.
"""

import asyncio
import sys
from pathlib import Path
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.embed import Server
from litestar import Litestar, Response, get


def main(port: int, body: Path | None, database: bool) -> None:
    content = body.read_bytes() if body else b"hello"
    headers = {"content-encoding": "gzip", "vary": "accept-encoding"} if body else {}
    queries = _queries() if database else None

    @get(["/", "/{rest:path}"], sync_to_thread=False)
    def hello() -> Response[bytes]:
        if queries:
            queries()
        return Response(content, media_type="text/html; charset=utf-8", headers=headers)

    app = Litestar([hello], openapi_config=None, logging_config=None)
    server = Server(
        app,
        address="127.0.0.1",
        port=port,
        interface=Interfaces.ASGI,
        websockets=False,
        http1_settings=HTTP1Settings(header_read_timeout=3_000),
        log_level=LogLevels.error,
    )
    asyncio.run(server.serve())


def _queries() -> Any:
    from sqlalchemy import create_engine, text

    engine, statement = create_engine("sqlite://"), text("SELECT 1")

    def query() -> None:
        with engine.connect() as connection:
            connection.execute(statement).scalar_one()

    return query


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if not word.startswith("--")]
    main(int(words[0]), Path(words[1]) if len(words) > 1 else None, "--database" in sys.argv)
