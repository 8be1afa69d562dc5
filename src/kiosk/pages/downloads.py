"""Handing out files that a page made: workbooks and tables, never kept by anything on the way."""

from typing import Any
from urllib.parse import quote

from litestar import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
JSON = "application/json"


def download(content: bytes, name: str, media_type: str = XLSX) -> Response[Any]:
    """The file under a name that may be Chinese, for browsers old and new."""
    plain = name.encode("ascii", "ignore").decode().strip("-_ ") or "file"
    plain = f"download{plain}" if plain.startswith(".") else plain
    headers = {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "cache-control": "no-store",
    }
    return Response(content, media_type=media_type, headers=headers)
