"""`/record/rounds`: from house to house (入户检查), wholly on the tablet; here the rounds are kept for all tablets.

The page is drawn by a script from what the tablet carries. Its outbox tells of everything, late and perhaps
twice: what was told before is answered in the same way.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import PermissionDeniedException
from litestar.params import FromPath
from sqlalchemy import Connection

from kiosk.office import round_lists, rounds
from kiosk.office.round_lists import Round
from kiosk.office.rounds import Visit
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.record_answers import as_problems
from kiosk.pages.record_form import read_moment
from kiosk.pages.shells import is_shell, shell
from kiosk.pages.site import Site
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import Refused
from kiosk.scoring.rulebook_fields import written

AnyRequest = Request[Any, Any, Any]
_RECORDERS = staff("recorder", "reviewer", "admin")
_UNKEPT = {"cache-control": "no-store"}
ON_A_ROUND = "巡查"
"""The basis of what was seen on a round."""


@get("/record/rounds", guards=[_RECORDERS], sync_to_thread=True)
def show(request: AnyRequest) -> Response[str]:
    """The page: there is nothing of anybody in it."""
    said: dict[str, Any] = {"basis": ON_A_ROUND, "most_items": rounds.MOST_ITEMS}
    if is_shell(request):
        return shell(request, "rounds.html", **said)
    return page(request, "rounds.html", **said)


@get("/record/rounds/state", guards=[_RECORDERS], sync_to_thread=True)
def state(request: AnyRequest, site: NamedDependency[Site]) -> Response[dict[str, Any]]:
    """Who has been where, on the open rounds of the village and those that were finished lately."""
    with site.database.read() as connection:
        found = round_lists.rounds(connection, request.user.village_id, site.clock())
    return Response({"rounds": [_round(one) for one in found]}, headers=_UNKEPT)


@post("/record/rounds", guards=[_RECORDERS], dependencies=FIELDS, sync_to_thread=True)
def start(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields]
) -> Response[dict[str, Any]]:
    """Begin a round."""
    key, group, items = (
        fields["round"],
        fields["group"],
        [line for line in fields["items"].split("\n") if line.strip()],
    )

    def work(connection: Connection, village_id: int, by: Actor, now: datetime) -> dict[str, Any]:
        rounds.start(connection, village_id, key, group, items, by, now)
        return {"round": key}

    return _told(request, site, fields, work)


@post("/record/rounds/{key:str}/visits", guards=[_RECORDERS], dependencies=FIELDS, sync_to_thread=True)
def visit(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields], key: FromPath[str]
) -> Response[dict[str, Any]]:
    """Nothing was to be noted at a household, or nobody was at home."""
    code, outcome, device_at = fields["household"], fields["outcome"], read_moment(fields["device_at"])

    def work(connection: Connection, village_id: int, by: Actor, now: datetime) -> dict[str, Any]:
        return _visit(rounds.note_visit(connection, village_id, key, code, outcome, by, now, device_at))

    return _told(request, site, fields, work)


@post("/record/rounds/{key:str}/end", guards=[_RECORDERS], dependencies=FIELDS, sync_to_thread=True)
def end(
    request: AnyRequest, site: NamedDependency[Site], fields: NamedDependency[Fields], key: FromPath[str]
) -> Response[dict[str, Any]]:
    """Finish a round; what is on its way still arrives."""

    def work(connection: Connection, village_id: int, by: Actor, now: datetime) -> dict[str, Any]:
        rounds.finish(connection, village_id, key, by, now)
        return {"round": key}

    return _told(request, site, fields, work)


def _told(
    request: AnyRequest,
    site: Site,
    fields: Fields,
    work: Callable[[Connection, int, Actor, datetime], dict[str, Any]],
) -> Response[dict[str, Any]]:
    """200 with what `work` says, 422 with what is wrong; whoever wrote it down must be the one who sends it."""
    if fields["account"] and fields["account"] != str(request.user.id):
        raise PermissionDeniedException
    actor, now = request.user.actor, site.clock()
    try:
        said = site.database.write(lambda connection: work(connection, actor.village_id or 0, actor, now))
    except Refused as refusal:
        return Response(as_problems(request, refusal.problems), status_code=422, headers=_UNKEPT)
    return Response(said, status_code=200, headers=_UNKEPT)


def _visit(one: Visit) -> dict[str, Any]:
    return {"outcome": one.outcome, "by": one.name, "at": one.made_at.isoformat(), "mine": one.mine}


def _round(one: Round) -> dict[str, Any]:
    visits = {
        visited.code: {
            "outcome": visited.outcome,
            "account": visited.account_id,
            "by": visited.name,
            "at": visited.made_at.isoformat(),
            "deeds": [
                {
                    "event": deed.event_id,
                    "item": deed.item,
                    "points": written(deed.claimed),
                    "counted": None if deed.counted is None else written(deed.counted),
                }
                for deed in visited.deeds
            ],
        }
        for visited in one.visits
    }
    return {
        "key": one.key,
        "group": one.group,
        "items": list(one.items),
        "started_by": one.started_by,
        "started_at": one.started_at.isoformat(),
        "finished_by": one.finished_by,
        "finished_at": one.finished_at.isoformat() if one.finished_at else None,
        "visits": visits,
    }


routes = [show, state, start, visit, end]
