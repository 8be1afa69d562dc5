"""`/admin/activity`: who did what in the office. A village's administrators see theirs; the township sees its
own, and each village's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromQuery
from sqlalchemy import Connection

from kiosk.office.activity import TOPICS, Activity, activities, names
from kiosk.pages.answers import page, say, translate
from kiosk.pages.downloads import taken
from kiosk.pages.guard import staff
from kiosk.pages.site import Site
from kiosk.roster.villages import Village, village, village_by_id, villages
from kiosk.scoring.problems import N_, Problem
from kiosk.sheets.paper import Column, Sheet, workbook

AnyRequest = Request[Any, Any, Any]
_READERS = staff("admin", "township")
_MOST_SHOWN, _MOST_FILED = 300, 20_000
_DAY = timedelta(days=1)
_NO_DAY = N_("Write the day like 2026-09-01")
_TURNED = N_("The last day lies before the first one")


@dataclass(frozen=True)
class Filter:
    """What was asked for, as it was typed."""

    person: str = ""
    topic: str = ""
    first: str = ""
    last: str = ""

    def problems(self) -> list[Problem]:
        wrong = [
            name for name in ("first", "last") if getattr(self, name) and _day(getattr(self, name)) is None
        ]
        first, last = _day(self.first), _day(self.last)
        turned = [Problem("last", _TURNED)] if first and last and last < first else []
        return [Problem(name, _NO_DAY) for name in wrong] + turned


@get("/admin/activity", guards=[_READERS], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    person: FromQuery[str] = "",
    topic: FromQuery[str] = "",
    first: FromQuery[str] = "",
    last: FromQuery[str] = "",
    village: FromQuery[str] = "",
) -> Response[Any]:
    """The newest first, of one person, topic or stretch of days."""
    asked = Filter(person, topic, first, last)
    problems = asked.problems()
    with site.database.read() as connection:
        here = _village(request, connection, village)
        place = here.id if here else None
        found = [] if problems else _found(connection, place, asked, site.clock(), _MOST_SHOWN + 1)
        people = names(connection, place)
        known = [] if request.user.village_id else villages(connection)
    return page(
        request,
        "admin_activity.html",
        status=422 if problems else 200,
        rows=found[:_MOST_SHOWN],
        more=len(found) > _MOST_SHOWN,
        asked=asked,
        people=people,
        topics=TOPICS,
        village=here,
        villages=known,
        problems=problems,
    )


@get("/admin/activity.xlsx", guards=[_READERS], sync_to_thread=True)
def export(
    request: AnyRequest,
    site: NamedDependency[Site],
    person: FromQuery[str] = "",
    topic: FromQuery[str] = "",
    first: FromQuery[str] = "",
    last: FromQuery[str] = "",
    village: FromQuery[str] = "",
) -> Response[Any]:
    """The same as a workbook."""
    asked, now = Filter(person, topic, first, last), site.clock()
    with site.database.long_read() as connection:
        here = _village(request, connection, village)
        found = _found(connection, here.id if here else None, asked, now, _MOST_FILED)
    title = f"{here.name if here else ''}{translate(request, N_('Activity log'))}"
    content = workbook([_sheet(request, title, found)])
    return taken(request, here, N_("Activity log"), content, f"{title}-{now.date()}.xlsx")


def _village(request: AnyRequest, connection: Connection, code: str) -> Village | None:
    """None for what concerns all villages, which only the township sees. Raises NotFoundException."""
    if request.user.village_id:
        return village_by_id(connection, request.user.village_id)
    found = village(connection, code) if code else None
    if code and found is None:
        raise NotFoundException
    return found


def _found(
    connection: Connection, village_id: int | None, asked: Filter, now: datetime, limit: int
) -> list[Activity]:
    """With moments in the village's zone."""
    first, last = _day(asked.first), _day(asked.last)
    return [
        one.at_home(now.tzinfo)
        for one in activities(
            connection,
            village_id,
            name=asked.person,
            topic=asked.topic,
            since=_midnight(first, now) if first else None,
            until=_midnight(last + _DAY, now) if last else None,
            limit=limit,
        )
    ]


def _midnight(day: date, now: datetime) -> datetime:
    return datetime.combine(day, time(), now.tzinfo)


def _day(text: str) -> date | None:
    """A day that a clock can be asked about; none for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if date(1970, 1, 2) <= day < date(9999, 1, 1) else None


def _sheet(request: AnyRequest, title: str, found: Sequence[Activity]) -> Sheet:
    def said(sentence: str) -> str:
        return translate(request, sentence)

    columns = [
        Column(said(N_("When")), 18, "moment"),
        Column(said(N_("Who")), 14),
        Column(said(N_("Topic")), 16),
        Column(said(N_("What was done")), 80, "wrap"),
    ]
    rows = [(one.done_at, one.name, said(TOPICS[one.topic]), say(request, one.said)) for one in found]
    return Sheet(said(N_("Activity log")), title, columns, rows, empty=said(N_("Nothing.")))


routes = [show, export]
