"""`/admin`: where the office begins. Reviewers see the doors that are theirs; the township sees every village."""

from typing import Any

from litestar import Request, Response, get
from litestar.di import NamedDependency

from kiosk import trust
from kiosk.doctor.backed_up import backup
from kiosk.pages.admin_facts import facts
from kiosk.pages.answers import page
from kiosk.pages.downloads import listed
from kiosk.pages.guard import staff
from kiosk.pages.site import Site
from kiosk.roster.villages import village_by_id, villages
from kiosk.scoring import rulebooks
from kiosk.scoring.periods import quarter_of
from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column

AnyRequest = Request[Any, Any, Any]
_COLUMNS = (
    Column(N_("Village"), 18),
    *(Column(title, 12, "number") for title in (N_("Households"), N_("Villagers"), N_("Deeds"))),
    *(Column(title, 12, "number") for title in (N_("Waiting for review"), N_("Recorders"), N_("Reviewers"))),
)


@get("/admin", guards=[staff("reviewer", "admin", "township")], sync_to_thread=True)
def show(request: AnyRequest, site: NamedDependency[Site]) -> Response[Any]:
    """One village's figures and what is still to be done, or the list of all villages."""
    now, village_id = site.clock(), request.user.village_id
    with site.database.read() as connection:
        seen = [village_by_id(connection, village_id)] if village_id else villages(connection)
        found = facts(connection, seen, now)
        book = rulebooks.newest(connection)
        backed_up = backup(site.settings, trust.began(connection), now)
    quarter = quarter_of(now.date())
    more: dict[str, Any] = {"quarter": quarter, "book": book, "backed_up": backed_up}
    if village_id:
        return page(request, "admin.html", facts=found[0], **more)
    return page(request, "admin_villages.html", rows=found, **more)


@get("/admin/villages.xlsx", guards=[staff("township")], sync_to_thread=True)
def export(request: AnyRequest, site: NamedDependency[Site]) -> Response[Any]:
    """The township's list of villages as a workbook."""
    now = site.clock()
    with site.database.read() as connection:
        found = facts(connection, villages(connection), now)
    rows = [
        (one.village.name, one.households, one.people, one.deeds, one.waiting, one.recorders, one.reviewers)
        for one in found
    ]
    return listed(request, None, N_("All villages"), _COLUMNS, rows, about=quarter_of(now.date()))


routes = [show, export]
