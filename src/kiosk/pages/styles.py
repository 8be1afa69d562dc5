"""Styles and other files of the pages, at addresses that change with their content.

The style sheets of one medium are joined into one answer: an old phone asks once.
"""

import re
from functools import cache
from hashlib import sha256
from pathlib import Path

from litestar import Response, get
from litestar.datastructures import CacheControlHeader
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.static_files import create_static_files_router

_SHARED = ("reset", "tokens", "base", "parts")
_LISTS = (*_SHARED, "printed")  # what comes on several sheets of paper
BUNDLES = {
    "public": (*_LISTS, "public"),
    "staff": (*_LISTS, "staff", "forms"),
    "analysis": (*_LISTS, "staff", "forms", "charts", "analysis"),
    "report": (*_LISTS, "staff", "forms", "charts", "analysis", "report"),
    "fairness": (*_LISTS, "staff", "forms", "fairness"),
    "record": (*_SHARED, "staff", "record"),
    "rounds": (*_LISTS, "staff", "record", "rounds"),
    "review": (*_SHARED, "staff", "review"),
    "household": ("reset", "tokens", "base", "printed", "household"),
    "objection": ("reset", "tokens", "base", "household", "objection"),
    "square": ("reset", "tokens", "square"),
    "plates": (*_SHARED, "staff", "plates"),
    "notice": (*_LISTS, "notice"),
    "verify": (*_LISTS, "verify"),
    "paper": (*_LISTS, "staff", "forms", "paper"),
    "year": (*_LISTS, "staff", "forms", "year"),
    "certificates": (*_SHARED, "staff", "certificates"),
    "tls": (*_LISTS, "tls"),
    "print": ("reset", "tokens", "base", "print"),
}
_FOR_EVER = "public, max-age=31536000, immutable"
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_BLANK = re.compile(r"\s+")
_AROUND = re.compile(r" ?([{};,]) ?")


def static_folder() -> Path:
    """Inside the package when installed from a wheel, beside `src` in a working copy."""
    package = Path(__file__).parent.parent
    inside = package / "static"
    return inside if inside.is_dir() else package.parent.parent / "static"


@cache
def bundle(name: str) -> str:
    """The joined style sheet of a medium, without comments and spare blanks."""
    parts = [static_folder() / "css" / f"{part}.css" for part in BUNDLES[name]]
    sheets = [path.read_text("utf-8") for path in parts if path.is_file()]
    text = "@layer reset,tokens,base,parts,pages,print;" + "".join(sheets)
    return _AROUND.sub(r"\1", _BLANK.sub(" ", _COMMENT.sub("", text))).strip()


@cache
def style(name: str) -> str:
    """The address of a medium's style sheet, for `<link>`."""
    return f"/style/{name}.css?v={_digest(bundle(name).encode())}"


@cache
def asset(path: str) -> str:
    """The address of a file under static/, for `<script src>` and `<img src>`."""
    return f"/static/{path}?v={_digest((static_folder() / path).read_bytes())}"


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]


@get("/style/{name:str}", opt={"exclude_from_csrf": True}, sync_to_thread=False)
def sheet(name: FromPath[str]) -> Response[str]:
    stem = name.removesuffix(".css")
    if stem not in BUNDLES or stem == name:
        raise NotFoundException
    return Response(bundle(stem), media_type="text/css", headers={"cache-control": _FOR_EVER})


routes = [
    sheet,
    create_static_files_router(
        "/static",
        directories=[static_folder()],
        cache_control=CacheControlHeader(public=True, max_age=31536000, immutable=True),
        opt={"exclude_from_csrf": True},
    ),
]
