"""`/admin/plates`: the plates for the doors, on sheets of A4. Their addresses are the households' keys, so
only the administrator sees them."""

from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from kiosk.pages.answers import page
from kiosk.pages.downloads import listed
from kiosk.pages.guard import staff
from kiosk.pages.site import Site
from kiosk.roster import plates
from kiosk.roster.households import groups, heads
from kiosk.roster.villages import village_by_id
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.sheets.paper import Column

_NAME_OF_GROUP = Annotated[str, QueryParameter(name="group")]
_COLUMNS = (
    Column(N_("Household code"), 12),
    Column(N_("Head of household"), 16, "wrap"),
    Column(N_("Group"), 16, "wrap"),
    Column(N_("House number"), 24, "wrap"),
    Column(N_("Handed over on"), 16),
    Column(N_("Received (signature)"), 22),
)
_CODE = Annotated[str, QueryParameter(name="household")]


@get("/admin/plates", guards=[staff("admin")], sync_to_thread=True)
def show(
    request: Request[Any, Any, Any],
    site: NamedDependency[Site],
    group: _NAME_OF_GROUP = "",
    household: _CODE = "",
) -> Response[str]:
    """All plates, those of a group, or one household's when its address was renewed."""
    problems: tuple[Problem, ...] = ()
    village_id = request.user.village_id
    with site.database.read() as connection:
        village = village_by_id(connection, village_id)
        known = [name for name in groups(connection, village_id) if name]
        try:
            homes = plates.homes_to_label(connection, village_id, group, site.clock().date())
        except Refused as refusal:
            homes, problems = [], tuple(refusal.problems)
    wanted = [home for home in homes if household in ("", home.code)]
    made = [plates.plate(home, site.settings.url) for home in wanted]
    return page(
        request,
        "plates.html",
        status=422 if problems else 200,
        village=village,
        groups=known,
        group=group,
        household=household,
        problems=problems,
        count=len(made),
        sheets=plates.on_sheets(made),
        url=site.settings.url,
        unset=not site.settings.base_url,
    )


@get("/admin/plates.xlsx", guards=[staff("admin")], sync_to_thread=True)
def export(
    request: Request[Any, Any, Any], site: NamedDependency[Site], group: _NAME_OF_GROUP = ""
) -> Response[Any]:
    """A list for handing the plates out, to be signed. The addresses on them are not in it."""
    with site.database.read() as connection:
        village = village_by_id(connection, request.user.village_id)
        homes = plates.homes_to_label(connection, village.id, group, site.clock().date())
        known = heads(connection, {home.id for home in homes})
    rows = [(home.code, known.get(home.id, ""), home.group, home.address, "", "") for home in homes]
    return listed(request, village, N_("Plates handed out"), _COLUMNS, rows, about=group)


routes = [show, export]
