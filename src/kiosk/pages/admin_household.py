"""`/admin/household`: the plate at a household's door, and a new one when the old was lost or passed on."""

import hashlib
from collections.abc import Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect
from sqlalchemy import Connection

from kiosk.office import activity
from kiosk.pages.answers import page
from kiosk.pages.fields import FIELDS, Fields
from kiosk.pages.guard import staff
from kiosk.pages.site import Site
from kiosk.pages.words import in_path
from kiosk.roster import households
from kiosk.roster.households import Household
from kiosk.roster.search import search
from kiosk.scoring.problems import N_, Problem, Refused

AnyRequest = Request[Any, Any, Any]
_ADMIN = staff("admin")
_RENEWED = N_("Made a new plate for household %(code)s; the old one stopped")
_UNSURE = Problem("sure", N_("Tick the box first: the plate at the door stops working at once"))


@get("/admin/household", guards=[_ADMIN], sync_to_thread=True)
def find(request: AnyRequest, site: NamedDependency[Site], q: FromQuery[str] = "") -> Response[Any]:
    """Find a household by code or name."""
    today = site.clock().date()
    with site.database.read() as connection:
        found = search(connection, request.user.village_id, q[:40], today)
    return page(request, "admin_households.html", found=found, asked=q.strip()[:40])


@get("/admin/household/{code:str}", guards=[_ADMIN], sync_to_thread=True)
def show(
    request: AnyRequest, site: NamedDependency[Site], code: FromPath[str], renewed: FromQuery[bool] = False
) -> Response[Any]:
    """One household and the address behind its plate."""
    return _household(request, site, code, renewed=renewed)


@post(
    "/admin/household/{code:str}/plate",
    guards=[_ADMIN],
    dependencies=FIELDS,
    status_code=303,
    sync_to_thread=True,
)
def renew(
    request: AnyRequest, site: NamedDependency[Site], code: FromPath[str], fields: NamedDependency[Fields]
) -> Response[Any]:
    """Give the household a new address, when the administrator is sure."""
    village_id, by, now = request.user.village_id, request.user.actor, site.clock()
    if not fields["sure"]:
        return _household(request, site, code, [_UNSURE])

    def work(connection: Connection) -> None:
        household = households.by_code(connection, village_id, code)
        if household is None:
            raise NotFoundException
        # the page that was open names the plate it meant: a second click must not undo the first
        if _mark(household) != fields["plate"]:
            raise Refused(
                Problem("sure", N_("This plate has been renewed already; look at the new one first"))
            )
        households.renew_token(connection, household, now)
        activity.note(connection, village_id, by, now, "plates", _RENEWED, code=household.code)

    try:
        site.database.write(work)
    except Refused as refusal:
        return _household(request, site, code, refusal.problems)
    site.cache.revisions.refresh()  # before the answer: whoever hears of the new plate finds the old one dead
    return Redirect(f"/admin/household/{in_path(code)}?renewed=true", status_code=303)


def _household(
    request: AnyRequest, site: Site, code: str, problems: Sequence[Problem] = (), renewed: bool = False
) -> Response[Any]:
    with site.database.read() as connection:
        household = households.by_code(connection, request.user.village_id, code)
        if household is None:
            raise NotFoundException
        people = households.members_on(connection, household.id, site.clock().date())
    return page(
        request,
        "admin_household.html",
        status=422 if problems else 200,
        household=household,
        people=people,
        plate=_mark(household),
        problems=problems,
        renewed=renewed,
    )


def _mark(household: Household) -> str:
    """Names the present plate without giving its address away."""
    return hashlib.sha256(f"plate {household.token}".encode()).hexdigest()[:16]


routes = [find, show, renew]
