"""`/h/{token}/declaration`: a family says itself what it has done, with a photo if it has one.

The token says whose household it is. What is sent waits for a recorder and counts nothing by itself. Minors are
called by their relation: whoever finds the plate must not learn their names.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.accounts import throttle
from kiosk.pages import photos
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.household import SIZES, household_of
from kiosk.pages.household_photos import small_photo
from kiosk.pages.objection_form import key_of
from kiosk.pages.record_form import read_day
from kiosk.pages.site import Site
from kiosk.roster import households, villages
from kiosk.roster.households import Household
from kiosk.roster.names import is_minor
from kiosk.scoring import declarations, declaring, rulebooks
from kiosk.scoring.declarations import Declaration, Declared
from kiosk.scoring.declaring import MOST_WAITING
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.storage import Unsaved

AnyRequest = Request[Any, Any, Any]
_PATH = "/h/{token:str}/declaration"
TRIES = 12  # forms that one household may send in a quarter of an hour: each may bring a photo
_TOO_OFTEN = N_(
    "So many forms were sent from this page that it needs a rest. Try again in a quarter of an hour."
)


@dataclass(frozen=True)
class Sent:
    """A form as it was sent: `photo` has been accepted already, or is empty."""

    fields: Fields
    photo: str = ""
    problems: Sequence[Problem] = ()
    status: int = 422


@get(_PATH, sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site], token: FromPath[str]) -> Response[Any]:
    """The form, or with `?sent=…` what has just been declared."""
    asked = Fields({name: value[:100] for name, value in request.query_params.items()})
    return _thanks(request, site, token, asked) if asked["sent"] else _form(request, site, token, Sent(asked))


@post(_PATH, dependencies=FIELDS, status_code=303, sync_to_thread=True)
def declare(
    request: AnyRequest, site: NamedDependency[Site], token: FromPath[str], fields: NamedDependency[Fields]
) -> Response[Any]:
    """A second tap declares nothing more; whatever is refused keeps all that was typed, and the photo."""
    sent = Sent(fields)
    try:
        home = _may_send(site, token)
        sent = replace(sent, photo=_photo(site, home, fields))
        _declare(site, home, sent)
    except Refused as refusal:
        return _form(request, site, token, replace(sent, problems=refusal.problems))
    except Unsaved as fault:
        return _form(request, site, token, replace(sent, problems=[fault.problem], status=fault.status))
    told = {"sent": fields["submission_key"]} | ({"size": fields["size"]} if fields["size"] in SIZES else {})
    return Redirect(f"/h/{home.token}/declaration", status_code=303, query_params=told)


@get("/h/{token:str}/declarations/{number:int}/photo", sync_to_thread=True)
def photo(site: NamedDependency[Site], token: FromPath[str], number: FromPath[int]) -> Response[bytes]:
    """The photo of one of this household's own declarations."""
    with site.database.read() as connection:
        home = household_of(connection, token)
        found = declarations.by_number(connection, home.village_id, number)
    if found is None or found.said.household_id != home.id:
        raise NotFoundException
    return small_photo(site, found.said.photo)


def _may_send(site: Site, token: str) -> Household:
    """Count the form before its photo is looked at. Raises Refused."""

    def work(connection: Connection) -> tuple[Household, Problem | None]:
        home = household_of(connection, token)
        return home, throttle.take(connection, {f"declaration {home.id}": TRIES}, site.clock())

    home, too_often = site.database.write(work)
    if too_often:
        raise Refused(Problem("", _TOO_OFTEN))
    return home


def _photo(site: Site, home: Household, fields: Fields) -> str:
    """Nothing is kept for a form that will be refused because too many wait."""
    with site.database.read() as connection:
        full = _waiting(connection, home) >= MOST_WAITING
    upload = b"" if full else fields.files.get("photo", b"")
    return photos.enclosed(site, _holder(home), upload, fields["photo_ticket"])


def _declare(site: Site, home: Household, sent: Sent) -> None:
    now, fields = site.clock(), sent.fields
    problems: list[Problem] = []
    day = read_day(fields["occurred_on"], problems)
    if day is None:
        raise Refused(*problems)
    member = fields.number("member")
    said = Declared(
        submission_key=fields["submission_key"],
        household_id=home.id,
        member_id=member if member > 0 else None,
        item=fields["item"],
        occurred_on=day,
        place=fields["place"],
        reason=fields["reason"],
        photo=sent.photo,
    )
    site.database.write(lambda connection: declaring.declare(connection, home.village_id, said, now))


def _form(request: AnyRequest, site: Site, token: str, sent: Sent) -> Response[Any]:
    now, fields, problems = site.clock(), sent.fields, sent.problems
    with site.database.read() as connection:
        home = household_of(connection, token)
        village = villages.village_by_id(connection, home.village_id)
        people = _people(connection, home, site)
        waiting = _waiting(connection, home)
        book = rulebooks.in_force(connection, now.date()).book if rulebooks.newest(connection) else None
    items = declaring.claimable(book) if book else []
    return page(
        request,
        "household_declaration.html",
        status=sent.status if problems else 200,
        village=village,
        home=home,
        people=people,
        groups=[(one, [item for item in items if item.category == one.name]) for one in book.categories]
        if book
        else [],
        full=waiting >= MOST_WAITING and not problems,
        limit=MOST_WAITING,
        done=None,
        typed=fields,
        key=key_of(fields, problems),
        ticket=photos.ticket(site, _holder(home), sent.photo) if sent.photo else "",
        day=fields["occurred_on"] or now.date().isoformat(),
        size=fields["size"] if fields["size"] in SIZES else "1",
        problems=problems,
    )


def _thanks(request: AnyRequest, site: Site, token: str, asked: Fields) -> Response[Any]:
    with site.database.read() as connection:
        home = household_of(connection, token)
        village = villages.village_by_id(connection, home.village_id)
        done = _sent_with(connection, home, asked["sent"])
    size = asked["size"] if asked["size"] in SIZES else "1"
    return page(request, "household_declaration.html", village=village, home=home, done=done, size=size)


def _sent_with(connection: Connection, home: Household, key: str) -> Declaration:
    for one in declarations.of_household(connection, home.village_id, home.id):
        if one.said.submission_key == key:
            return one
    raise NotFoundException


def _people(connection: Connection, home: Household, site: Site) -> list[tuple[str, str]]:
    """Value and words for everybody who lives there; two grandchildren are told apart by a number."""
    today = site.clock().date()
    here = households.members_on(connection, home.id, today)
    seen: Counter[str] = Counter()
    found = []
    for one in here:
        words = f"{one.relation} {one.name}"
        if is_minor(one.born, one.relation, today):
            seen[one.relation] += 1
            words = one.relation + (f" {seen[one.relation]}" if seen[one.relation] > 1 else "")
        found.append((str(one.id), words))
    return found


def _waiting(connection: Connection, home: Household) -> int:
    mine = declarations.of_household(connection, home.village_id, home.id)
    return sum(one.state == "waiting" for one in mine)


def _holder(home: Household) -> str:
    return f"household {home.id}"


routes = [show, declare, photo]
