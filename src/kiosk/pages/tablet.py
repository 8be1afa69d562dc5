"""`/record/tablet`: what a recorder's tablet carries when it goes out of reach: who holds it, the roster, the
rulebook. Never stored by the browser itself; the script keeps it, and forgets it at sign-out."""

from contextlib import suppress
from hashlib import sha256
from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.di import NamedDependency
from litestar.serialization import encode_json
from sqlalchemy import Connection

from kiosk import trust, uptime, witnesses
from kiosk.database import StorageFault
from kiosk.pages.answers import page, say, translate
from kiosk.pages.fields import cleaned
from kiosk.pages.guard import staff
from kiosk.pages.record_form import member_values, read_moment
from kiosk.pages.record_offer import offer
from kiosk.pages.site import Site
from kiosk.roster import carried, villages
from kiosk.scoring import recusal, rulebooks
from kiosk.scoring.actors import Actor
from kiosk.scoring.rulebook import Item, Rulebook
from kiosk.scoring.rulebook_fields import written

AnyRequest = Request[Any, Any, Any]
RECORDERS = staff("recorder", "reviewer", "admin")
_UNKEPT = {"cache-control": "no-store"}
_NAME_OF_TABLET = 64  # characters


@get("/record/tablet", guards=[RECORDERS], sync_to_thread=True)
def greet(request: AnyRequest, site: NamedDependency[Site]) -> Response[dict[str, Any]]:
    """Who is signed in, the server's time and whether it can be right, and which rulebook is in force."""
    person, now = request.user, site.clock()
    _bear_witness(request, site)
    with site.database.read() as connection:
        village = villages.village_by_id(connection, person.village_id)
        version = rulebooks.in_force(connection, now.date())
        doubt = trust.clock(connection, now)
    said = {
        "account": {"id": person.id, "name": person.name, "role": person.role},
        "village": {"code": village.code, "name": village.name},
        "now": now.isoformat(timespec="milliseconds"),
        "today": now.date().isoformat(),
        "doubt": say(request, doubt) if doubt else "",
        "rulebook": version.digest,
    }
    return Response(said, headers=_UNKEPT)


@get("/record/tablet/roster", guards=[RECORDERS], sync_to_thread=True)
def roster(request: AnyRequest, site: NamedDependency[Site]) -> Response[bytes]:
    """The households with those on the roll, and which of them this person must leave to others; 304 for
    whoever has this very list."""
    actor, today = request.user.actor, site.clock().date()
    with site.database.read() as connection:
        found = carried.carried(connection, actor.village_id, today)
        barred = _barred(connection, request, actor, [home.id for home in found])
    body = encode_json({"households": [_home(home, barred.get(home.id, "")) for home in found]})
    tag = f'"{sha256(body).hexdigest()[:32]}"'
    had = request.headers.get("if-none-match", "").replace("W/", "") == tag
    return Response(
        b"" if had else body,
        status_code=304 if had else 200,
        media_type=MediaType.JSON,
        headers={**_UNKEPT, "etag": tag},
    )


@get("/record/tablet/rulebook", guards=[RECORDERS], sync_to_thread=True)
def rulebook(request: AnyRequest, site: NamedDependency[Site]) -> Response[dict[str, Any]]:  # noqa: ARG001
    """The items in force today, in the rulebook's order."""
    with site.database.read() as connection:
        version = rulebooks.in_force(connection, site.clock().date())
    said = {"digest": version.digest, "categories": _categories(version.book), "items": _items(version.book)}
    return Response(said, headers=_UNKEPT)


@get("/record/today", guards=[RECORDERS], sync_to_thread=True)
def today(request: AnyRequest, site: NamedDependency[Site]) -> Response[str]:
    """The list of what this recorder has recorded today: it is fetched anew when the outbox has sent some."""
    now = site.clock()
    with site.database.read() as connection:
        offered = offer(connection, request.user.actor, now)
    return page(request, "_record_today.html", offer=offered, now=now)


def _bear_witness(request: AnyRequest, site: Site) -> None:
    """Keep what the tablet's own clock shows, for the box's may be wrong. A disk that cannot is no reason to tell the
    tablet nothing."""
    shown, up = read_moment(request.headers.get("x-tablet-time", "")), uptime.uptime()
    account_id = request.user.id
    if shown is None:
        return
    device = cleaned(request.headers.get("x-tablet", ""))[:_NAME_OF_TABLET]
    with suppress(StorageFault):
        with site.database.read() as connection:
            news = witnesses.is_news(connection, account_id, shown, up)
        if news:
            site.database.write(lambda connection: witnesses.tell(connection, account_id, shown, up, device))


def _barred(
    connection: Connection, request: AnyRequest, actor: Actor, household_ids: list[int]
) -> dict[int, str]:
    """The sentence for each household that this person must leave to others."""
    ties = recusal.read_ties(connection, actor.village_id or 0)
    found = {household_id: ties.problems(actor, household_id) for household_id in household_ids}
    return {
        household_id: problems[0].text(lambda sentence: translate(request, sentence))
        for household_id, problems in found.items()
        if problems
    }


def _home(home: carried.Carried, barred: str) -> dict[str, Any]:
    values = member_values(home.people, home.names)
    people = [[values[one.id], one.name, one.relation, int(one.head), one.keys] for one in home.people]
    said = {"code": home.code, "head": home.head, "group": home.group, "plate": home.plate, "people": people}
    return said | ({"barred": barred} if barred else {})


def _categories(book: Rulebook) -> list[dict[str, str]]:
    return [{"name": category.name, "name_en": category.name_en} for category in book.categories]


def _items(book: Rulebook) -> list[dict[str, str]]:
    """`number` is what can be typed on keys that have figures only: 301 is the first item of category 3."""
    said = []
    for place, category in enumerate(book.categories, 1):
        here = [item for item in book.items if item.category == category.name]
        said += [_item(item, f"{place}{order:02}") for order, item in enumerate(here, 1)]
    return said


def _item(item: Item, number: str) -> dict[str, str]:
    return {
        "code": item.code,
        "number": number,
        "category": item.category,
        "title": item.title,
        "title_en": item.title_en,
        "subject": item.subject,
        "minimum": written(item.minimum),
        "maximum": written(item.maximum),
        "evidence": item.evidence,
    }


routes = [greet, roster, rulebook, today]
