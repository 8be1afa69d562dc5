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
from kiosk.roster.villages import Village
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem
from kiosk.sheets.paper import Column, Sheet, signing, workbook

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
JSON = "application/json"
_TAKEN, _TAKEN_ABOUT = N_("Saved as Excel file: %(list)s"), N_("Saved as Excel file: %(list)s, %(about)s")


def download(content: bytes, name: str, media_type: str = XLSX) -> Response[Any]:
    """The file under a name that may be Chinese, for browsers old and new."""
    plain = name.encode("ascii", "ignore").decode().strip("-_ ") or "file"
    plain = f"download{plain}" if plain.startswith(".") else plain
    headers = {
        "content-disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}",
        "cache-control": "no-store",
    }
    return Response(content, status_code=200, media_type=media_type, headers=headers)


def listed(
    request: Request[Any, Any, Any],
    village: Village | None,
    title: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[object]],
    *,
    about: str | Period = "",
    empty: str = N_("Nothing."),
) -> Response[Any]:
    """Any list of an office page as a workbook to print and file, noted in the log of its village (none: of all).

    `title`, the columns' titles and `empty` (said where there are no rows) are `N_` sentences, `about` is a
    period or another word of what it is about. Moments must be in the village's zone.
    """
    site: Site = request.app.state.site
    say, now, place = partial(translate, request), site.clock(), village.name if village else ""
    told = words.period(about, reader_language(request)) if isinstance(about, Period) else about
    heading = " ".join(filter(None, (place, say(title), told)))
    sheet = Sheet(
        name=say(title),
        title=heading,
        columns=[replace(column, title=say(column.title)) for column in columns],
        rows=rows,
        lines=(drawn_up(request),),
        foot=heading,
        empty=say(empty),
        **signing(say),
    )
    content = workbook([sheet], place, now)
    return taken(request, village, title, content, f"{place}{say(title)}{about}-{now.date()}.xlsx", about)


def taken(
    request: Request[Any, Any, Any],
    village: Village | None,
    title: str,
    content: bytes,
    name: str,
    about: object = "",
) -> Response[Any]:
    """Hand out a workbook of the office, and note who took it.

    `title` is an `N_` sentence that names the list, `about` the period or whatever else it was about.
    """
    sentence = _TAKEN_ABOUT if about else _TAKEN
    said = {"list": Problem("", title), "about": about}
    note_export(request, village.id if village else None, sentence, **said)
    return download(content, name)


def note_export(
    request: Request[Any, Any, Any], village_id: int | None, sentence: str, **values: object
) -> None:
    """Note that somebody took something home; on a full disk reading goes on all the same."""
    site: Site = request.app.state.site
    by, now = Actor(request.user.id, request.user.name, request.user.role), site.clock()

    def said(connection: Connection) -> None:
        activity.note(connection, village_id, by, now, "exports", sentence, **values)

    with suppress(Unsaved):
        site.database.write(said)


def drawn_up(request: Request[Any, Any, Any]) -> str:
    """The line that says when a list was made."""
    site: Site = request.app.state.site
    day = words.day(site.clock().date(), reader_language(request))
    return translate(request, N_("drawn up on %(day)s")) % {"day": day}
