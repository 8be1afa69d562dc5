"""A client that costs little: ready-made requests over connections that stay open."""

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
    expected = once(port, asked).size
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        opened = socket.create_connection(("127.0.0.1", port))
        opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(opened, selectors.EVENT_READ, [0])
        opened.sendall(asked)
    count, began = 0, time.perf_counter()
    while (passed := time.perf_counter() - began) < seconds and (most is None or count < most):
        for key, _ in selector.select(1):
            got = key.data
            got[0] += len(key.fileobj.recv(262_144))  # type: ignore[union-attr]
            if got[0] >= expected:
                got[0] = 0
                count += 1
                key.fileobj.send(asked)  # type: ignore[union-attr]
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    return count / passed


def _some(connection: socket.socket) -> bytes:
    data = connection.recv(262_144)
    if not data:
        raise ConnectionError("the server hung up")
    return data
