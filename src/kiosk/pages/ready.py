"""Finished answers: compressed, tagged, their headers written out, waiting to be sent to those who ask."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

from litestar.types import HTTPScope, Receive, Scope, Send

from kiosk.pages.language_cookie import chosen

_LEVEL = 6
Headers = list[tuple[bytes, bytes]]
Key = tuple[str, bytes, bytes, str]


@dataclass(frozen=True)
class Asked:
    """What of a request decides its answer. Equal keys mean the same page."""

    key: Key  # path, query, Accept, language
    encodings: bytes
    known: bytes  # If-None-Match

    @property
    def accept(self) -> bytes:
        return self.key[2]

    @property
    def lang(self) -> str:
        return self.key[3]


def asked_for(scope: HTTPScope, default_lang: str) -> Asked:
    """Read the few headers that matter here."""
    headers = dict(scope["headers"])
    cookies = headers.get(b"cookie")
    lang = chosen(cookies.decode("latin-1"), default_lang) if cookies else default_lang
    return Asked(
        (scope["path"], scope["query_string"], headers.get(b"accept", b""), lang),
        headers.get(b"accept-encoding", b""),
        headers.get(b"if-none-match", b""),
    )


@dataclass(frozen=True)
class Drawn:
    """What a page's draw function gives. `keep` is false for what hardly anybody asks for again;
    `cache_control` is for browsers and whatever else is on the way."""

    text: str
    media_type: str = "text/html; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    status: int = 200
    keep: bool = True
    cache_control: str = "no-cache"


@dataclass(frozen=True)
class Ready:
    """The compressed body, and the headers of each way to send it."""

    body: bytes
    status: int
    tag: bytes
    zipped: Headers
    plain: Headers
    unchanged: Headers

    @property
    def size(self) -> int:
        return len(self.body) + 2000


def make_ready(drawn: Drawn) -> tuple[bool, Ready]:
    """Compress and tag. The tag is strong: the compressed bytes are the same on every machine and day."""
    content = drawn.text.encode()
    body = gzip.compress(content, _LEVEL, mtime=0)
    tag = sha256(body).hexdigest()[:20].encode()
    always = [(name.encode(), value.encode()) for name, value in drawn.headers.items()]
    always += [(b"cache-control", drawn.cache_control.encode())]
    always += [(b"vary", b"Accept, Accept-Encoding, Cookie")]
    typed = [*always, (b"content-type", drawn.media_type.encode())]
    return drawn.keep, Ready(
        body=body,
        status=drawn.status,
        tag=tag,
        zipped=[
            *typed,
            (b"etag", b'"%s-gz"' % tag),
            (b"content-encoding", b"gzip"),
            (b"content-length", b"%d" % len(body)),
        ],
        plain=[*typed, (b"etag", b'"%s"' % tag), (b"content-length", b"%d" % len(content))],
        unchanged=always,
    )


@dataclass(frozen=True)
class Sending:
    """The answer to one reader, who takes the encodings `accepts` and has the page that `known` names."""

    ready: Ready
    accepts: bytes
    known: bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002
        """Send the page, or 304 if it is known."""
        ready, zipped = self.ready, b"gzip" in self.accepts
        mark = b'"%s-gz"' % ready.tag if zipped else b'"%s"' % ready.tag
        if self.known and ready.status == 200 and mark in self.known:
            await _send(send, 304, [*ready.unchanged, (b"etag", mark)], b"")
        elif scope["method"] == "HEAD":  # type: ignore[typeddict-item]
            await _send(send, ready.status, ready.zipped if zipped else ready.plain, b"")
        elif zipped:
            await _send(send, ready.status, ready.zipped, ready.body)
        else:
            await _send(send, ready.status, ready.plain, gzip.decompress(ready.body))


async def _send(send: Send, status: int, headers: Headers, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
