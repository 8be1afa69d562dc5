"""Answers of the reviewers' list: the whole page, the one group that htmx swaps, or JSON for a script."""

from collections.abc import Sequence
from typing import Any

from litestar import Request, Response

from kiosk.pages.answers import page, say
from kiosk.pages.record_answers import as_data as receipt_data
from kiosk.pages.record_offer import BASIS_WORDS
from kiosk.pages.review_groups import Row, Sent, group_of, grouped, rows_of
from kiosk.pages.site import Site
from kiosk.roster import households
from kiosk.scoring import history
from kiosk.scoring.awaiting import awaiting
from kiosk.scoring.batches import Decided
from kiosk.scoring.history import Deed
from kiosk.scoring.problems import Problem

AnyRequest = Request[Any, Any, Any]


def whole(
    request: AnyRequest, site: Site, sent: Sent, status: int = 200, *, approved: int = 0, rejected: int = 0
) -> Response[str]:
    """The page: what waits for a decision, then what waits for an answer."""
    rows, _ = _read(request, site, sent)
    groups = grouped((row for row in rows if not row.asked), sent)
    asked = grouped((row for row in rows if row.asked), sent)
    return page(
        request,
        "review.html",
        status=status,
        groups=groups,
        asked=asked,
        left=sum(not row.asked for row in rows),
        loose=_loose(rows, sent),
        approved=approved,
        rejected=rejected,
        basis_words=BASIS_WORDS,
    )


def part(request: AnyRequest, site: Site, sent: Sent, status: int = 200) -> Response[str]:
    """The group that was sent, with what has become of its deeds, and the number still waiting."""
    rows, gone = _read(request, site, sent)
    mine = [row for row in rows if row.deed.event_id in sent.listed]
    group = group_of(mine, sent, gone) if mine or gone else None
    left = sum(not row.asked for row in rows)
    loose = _loose(mine, sent) if group is None else []
    return page(
        request,
        "_review_group.html",
        status=status,
        group=group,
        left=left,
        loose=loose,
        basis_words=BASIS_WORDS,
    )


def as_data(request: AnyRequest, decided: Decided) -> Response[Any]:
    """For scripts: a receipt for each deed that was decided, the reasons for each that was not."""
    refused = [
        {"event": number, "message": say(request, problem)}
        for number, problems in decided.refused.items()
        for problem in problems
    ]
    data = {"decided": [receipt_data(one) for one in decided.receipts], "refused": refused}
    return Response(data, status_code=200 if decided.receipts else 422, headers={"cache-control": "no-store"})


def _read(request: AnyRequest, site: Site, sent: Sent) -> tuple[list[Row], list[Deed]]:
    """Everything that waits, and what of the group that was sent does so no longer."""
    actor, now = request.user.actor, site.clock()
    with site.database.read() as connection:
        waits = awaiting(connection, actor.village_id, actor, now)
        heads = households.heads(connection, {one.deed.household_id for one in waits})
        listed = history.of_numbers(connection, actor.village_id, sent.listed) if sent.listed else []
    return rows_of(waits, heads, sent), [deed for deed in listed if deed.status != "waiting"]


def _loose(rows: Sequence[Row], sent: Sent) -> list[tuple[int, Problem]]:
    """What is wrong with deeds that are not shown any more, by their numbers (0: with all of them)."""
    shown = {row.deed.event_id for row in rows}
    loose = [(number, one) for number, said in sent.refused.items() if number not in shown for one in said]
    general = [] if shown & set(sent.listed) else [(0, one) for one in sent.problems]
    return general + loose
