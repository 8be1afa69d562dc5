"""`/objections/{number}`: one objection with all one must know, and its answer with what sets it right."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
from kiosk.pages.objection_form import key_of
from kiosk.pages.record_form import Filled, draft_of, member_values
from kiosk.pages.record_offer import BASIS_WORDS
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.roster.households import Household
from kiosk.scoring import answering, boards, history, objections, rulebooks
from kiosk.scoring.actors import Actor
from kiosk.scoring.deeds import Deed
from kiosk.scoring.drafts import Draft
from kiosk.scoring.objections import Objection
from kiosk.scoring.periods import quarter_of
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.rulebook import Rulebook

AnyRequest = Request[Any, Any, Any]
_REVIEWERS = staff("reviewer", "admin")
_PATH = "/objections/{number:int}"
_DONE = {
    "upheld": N_("Answered objection no. %(number)s: upheld"),
    "rejected": N_("Answered objection no. %(number)s: rejected"),
}
_SUITS = {"event": "taken_back", "missing": "recorded", "rank": "otherwise"}


@dataclass(frozen=True)
class Known:
    """What the page tells. `home` is whom a new deed would be for; `barred` says who answers instead.

    Whoever is barred does not learn who objected; then `one` comes without it.
    """

    one: Objection
    deed: Deed | None
    effect: Deed | None
    head: str
    deeds: Sequence[Deed]
    home: Household | None
    people: Sequence[str]
    book: Rulebook
    barred: Sequence[Problem]
    raiser: str


@get(_PATH, guards=[_REVIEWERS], sync_to_thread=True)
def show(
    request: AnyRequest,
    site: NamedDependency[Site],
    number: FromPath[int],
    household: FromQuery[str] = "",
) -> Response[Any]:
    """`household` names the one whose people may be chosen for a missing deed, where nobody said."""
    return _page(
        request, site, number, Fields({"household": household, "way": "recorded" if household else ""})
    )


@post(f"{_PATH}/answer", guards=[_REVIEWERS], dependencies=FIELDS, status_code=303, sync_to_thread=True)
def answer(
    request: AnyRequest,
    site: NamedDependency[Site],
    number: FromPath[int],
    fields: NamedDependency[Fields],
) -> Response[Any]:
    """Uphold or reject it; the same click twice changes nothing."""
    actor, now = request.user.actor, site.clock()

    def work(connection: Connection) -> None:
        before = objections.numbered(connection, actor.village_id, number)
        if before is None:
            raise NotFoundException
        remedy = _remedy(connection, actor, fields, now) if before.is_open else _said(fields)
        done = answering.answer(connection, actor.village_id, number, remedy, fields["reason"], actor, now)
        if before.is_open:
            told = {"number": number}
            activity.note(connection, actor.village_id, actor, now, "objections", _DONE[done.state], **told)

    try:
        site.database.write(work)
    except Refused as refusal:
        return _page(request, site, number, fields, refusal.problems)
    return Redirect(f"/objections/{number}", status_code=303)


def _remedy(connection: Connection, actor: Actor, fields: Fields, now: datetime) -> answering.Remedy:
    """What is to be done, as it was typed. Raises Refused."""
    if fields["way"] == "taken_back":
        if fields.number("event") < 0:
            raise Refused(Problem("event", N_("Write the number of the receipt that is taken back")))
        return answering.TakeBack(fields.number("event"))
    if fields["way"] == "recorded":
        return answering.Record(_draft(connection, actor, fields, now))
    return _said(fields)


def _said(fields: Fields) -> answering.Remedy:
    if fields["way"] == "rejected":
        return answering.Reject()
    if fields["way"] in _SUITS.values():
        return answering.SetRight()
    raise Refused(Problem("", N_("Choose how it is answered")))


def _draft(connection: Connection, actor: Actor, fields: Fields, now: datetime) -> Draft:
    """The missing deed; one of a settled quarter is a late entry."""
    filled = Filled(
        submission_key=fields["submission_key"],
        household=fields["household"],
        member=fields["member"],
        item=fields["item"],
        points=fields["points"],
        occurred_on=fields["occurred_on"],
        place=fields["place"],
        reason=fields["reason"],
        basis=fields["basis"],
    )
    draft = draft_of(connection, actor.village_id or 0, filled, now)
    settled = boards.is_settled(connection, actor.village_id or 0, quarter_of(draft.occurred_on))
    return replace(draft, late=settled)


def _page(
    request: AnyRequest, site: Site, number: int, fields: Fields, problems: Sequence[Problem] = ()
) -> Response[Any]:
    now = site.clock()
    with site.database.read() as connection:
        known = _known(connection, request.user.actor, number, fields["household"], now)
    if known is None:
        raise NotFoundException
    return page(
        request,
        "objection.html",
        status=422 if problems else 200,
        known=known,
        one=known.one,
        way=fields["way"] or _SUITS[known.one.kind],
        typed=fields,
        key=key_of(fields, problems),
        problems=problems,
        basis_words=BASIS_WORDS,
        today=now.date(),
    )


def _known(connection: Connection, actor: Actor, number: int, code: str, now: datetime) -> Known | None:
    village_id = actor.village_id or 0
    one = objections.numbered(connection, village_id, number)
    if one is None:
        return None
    barred = answering.may_not_answer(connection, village_id, one, actor)
    if barred:
        one = objections.without_raiser(one)
    raiser = households.by_id(connection, village_id, one.raiser_id) if one.raiser_id else None
    home = households.by_code(connection, village_id, code or one.household_code)
    people = households.members(connection, home.id) if home else []
    of_it = (
        history.of_household(connection, village_id, one.household_id, one.about) if one.household_id else []
    )
    return Known(
        one=one,
        deed=history.deed(connection, village_id, one.event_id) if one.event_id else None,
        effect=history.deed(connection, village_id, one.effect_event_id) if one.effect_event_id else None,
        head=_head(connection, one.household_id),
        deeds=of_it,
        home=home,
        people=list(member_values(people).values()),
        book=rulebooks.in_force(connection, now.date()).book,
        barred=barred,
        raiser=raiser.code if raiser else "",
    )


def _head(connection: Connection, household_id: int | None) -> str:
    people = households.members(connection, household_id) if household_id else []
    return next((person.name for person in people if person.head and person.left is None), "")


routes = [show, answer]
