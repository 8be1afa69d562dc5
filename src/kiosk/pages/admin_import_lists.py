"""What an import would change, or what keeps it from coming in: workbooks to go through beside the file."""

from collections.abc import Iterator, Sequence
from typing import Any

from litestar import Request, Response

from kiosk.pages.answers import say, translate
from kiosk.pages.downloads import listed
from kiosk.pages.site import Site
from kiosk.roster.comparing import Plan
from kiosk.roster.villages import Village, village_by_id
from kiosk.scoring.problems import N_, Problem
from kiosk.sheets.paper import Column

AnyRequest = Request[Any, Any, Any]
FIELDS_OF_ROSTER = {
    "group": N_("Group"),
    "address": N_("Door"),
    "residency": N_("Registered"),
    "relation": N_("Relation"),
    "head": N_("Head"),
    "born": N_("Born"),
    "joined": N_("Counts here from"),
    "left": N_("Last day here"),
}
_RESIDENCY = {"resident": N_("From elsewhere"), "local": N_("Of this village")}
_MISTAKES = (
    Column(N_("Name of the sheet"), 14, "wrap"),
    Column(N_("Row of the sheet"), 8, "number"),
    Column(N_("Column"), 14, "wrap"),
    Column(N_("What to put right"), 60, "wrap"),
    Column(N_("Done"), 8),
)
_CHANGES = (
    Column(N_("Household code"), 12),
    Column(N_("Name"), 14, "wrap"),
    Column(N_("What changes"), 24, "wrap"),
    Column(N_("Before"), 20, "wrap"),
    Column(N_("Afterwards"), 20, "wrap"),
)


def has_rows(problems: Sequence[Problem]) -> bool:
    """Whether they are rows to be put right one by one, rather than something about the file as a whole."""
    return any("row" in one.values for one in problems)


def mistakes(request: AnyRequest, problems: Sequence[Problem]) -> Response[Any]:
    """Every row that must be put right in the file, to be ticked off."""
    rows = [_mistake(request, one) for one in problems]
    return listed(request, _village(request), N_("To put right before the import"), _MISTAKES, rows)


def changes(request: AnyRequest, plan: Plan) -> Response[Any]:
    """What a roster would change, in the order of the page."""
    rows = _changes(request, plan)
    return listed(request, _village(request), N_("What the roster would change"), _CHANGES, rows)


def _village(request: AnyRequest) -> Village:
    site: Site = request.app.state.site
    with site.database.read() as connection:
        return village_by_id(connection, request.user.village_id)


def _mistake(request: AnyRequest, one: Problem) -> tuple[object, ...]:
    place, what = one.values, one.values.get("what", one)
    words = say(request, what) if isinstance(what, Problem) else str(what)
    return place.get("sheet", ""), place.get("row"), place.get("column", ""), words, ""


def _changes(request: AnyRequest, plan: Plan) -> Iterator[tuple[str, str, str, object, object]]:
    for change in plan.changes:
        who = change.person or translate(request, N_("the household"))
        for name, (old, new) in change.fields.items():
            field = translate(request, FIELDS_OF_ROSTER[name])
            yield change.code, who, field, _cell(request, name, old), _cell(request, name, new)
    for home in plan.new_homes:
        for one in home.people:
            yield home.code, one.name, translate(request, N_("new household")), "", one.relation
    for code, _, one in plan.new_people:
        yield code, one.name, translate(request, N_("new in the household")), "", one.relation
    for code, name, _ in plan.missing:
        yield code, name, translate(request, N_("on the roll here, but not in the file")), "", ""


def _cell(request: AnyRequest, name: str, value: object) -> object:
    if name == "residency":
        return translate(request, _RESIDENCY["resident" if value == "resident" else "local"])
    if name == "head":
        return translate(request, N_("yes") if value else N_("no"))
    return value
