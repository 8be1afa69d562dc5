"""A client that costs little: ready-made requests over connections that stay open."""

import re
import selectors
import socket
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes
    size: int  # bytes on the wire
    cookies: Sequence[str] = ()


def request(
    port: int, path: str, headers: Mapping[str, str] | None = None, method: str = "GET", body: bytes = b""
) -> bytes:
    """The bytes of a request, as a browser that takes gzip sends it."""
    lines = {"host": f"localhost:{port}", "accept": "text/html", "accept-encoding": "gzip", **(headers or {})}
    if body:
        lines["content-length"] = str(len(body))
    said = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"{method} {path} HTTP/1.1\r\n{said}\r\n".encode() + body


def once(port: int, asked: bytes) -> Answer:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(asked)
        return read(connection)


def read(connection: socket.socket) -> Answer:
    """One whole answer with a content-length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _some(connection)
    head, _, body = data.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    pairs = [(name.lower(), value.strip()) for name, _, value in (line.partition(":") for line in lines)]
    headers, cookies = dict(pairs), [value for name, value in pairs if name == "set-cookie"]
    length = int(headers.get("content-length", 0))
    while len(body) < length:
        body += _some(connection)
    return Answer(int(first.split()[1]), headers, body, len(head) + 4 + length, cookies)


def rate(port: int, asked: bytes, seconds: float, connections: int = 16, most: int | None = None) -> float:
    """Answers a second that all the connections together get; each asks again when it has its answer.

    Ends after the seconds, or after `most` answers.
    """
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        opened = socket.create_connection(("127.0.0.1", port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(opened, selectors.EVENT_READ, _Awaited())
        opened.sendall(asked)
    count, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds and (most is None or count < most):
        for key, _ in selector.select(1):
            if key.data.is_whole_with(_some(key.fileobj)):  # type: ignore[arg-type]
                count += 1
                key.fileobj.send(asked)  # type: ignore[union-attr]
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return count / passed


class _Awaited:
    """How much of one connection's answer is still to come. Pages change while they are asked for, so each
    answer is as long as it says."""

    _LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)

    def __init__(self) -> None:
        self._missing = 0

    def is_whole_with(self, part: bytes) -> bool:
        if not self._missing:
            end = part.index(b"\r\n\r\n") + 4
            length = self._LENGTH.search(part, 0, end)
            self._missing = end + (int(length[1]) if length else 0)
        self._missing -= len(part)
        return not self._missing


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(262_144)
    if not data:
        raise ConnectionError("the server hung up")
    return data
