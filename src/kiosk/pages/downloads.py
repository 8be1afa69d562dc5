"""Handing out files that a page made: workbooks and tables, never kept by anything on the way."""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from sqlalchemy import Connection

from kiosk.database import Unsaved
from kiosk.office import activity
from kiosk.pages import words
from kiosk.pages.answers import reader_language, translate
from kiosk.pages.site import Site
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column, Sheet, signing, workbook

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


def listed(
    request: Request[Any, Any, Any],
    village: str,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    empty: str = "",
) -> Response[Any]:
    """Any list of an office page as a workbook to print and file; `title`, the columns' titles and `empty`
    (said where there are no rows) are `N_` sentences. Moments must be in the village's zone."""
    site: Site = request.app.state.site
    say, now = partial(translate, request), site.clock()
    sheet = Sheet(
        name=say(title),
        title=f"{village} {say(title)}",
        columns=[replace(column, title=say(column.title)) for column in columns],
        rows=rows,
        lines=(drawn_up(request),),
        foot=f"{village} {say(title)}",
        empty=say(empty) if empty else "",
        **signing(say),
    )
    return download(workbook([sheet], village, now), f"{village}{say(title)}{now.date()}.xlsx")


def drawn_up(request: Request[Any, Any, Any]) -> str:
    """The line that says when a list was made."""
    site: Site = request.app.state.site
    day = words.day(site.clock().date(), reader_language(request))
    return translate(request, N_("drawn up on %(day)s")) % {"day": day}


def note_export(request: Request[Any, Any, Any], village_id: int, sentence: str, **values: object) -> None:
    """Note that somebody took something home; on a full disk reading goes on all the same."""
    site: Site = request.app.state.site
    by, now = Actor(request.user.id, request.user.name, request.user.role), site.clock()

    def said(connection: Connection) -> None:
        activity.note(connection, village_id, by, now, "exports", sentence, **values)

    with suppress(Unsaved):
        site.database.write(said)
