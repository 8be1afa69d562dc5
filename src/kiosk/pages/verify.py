"""`/v/{village}/verify`: what the digest on a notice is for, and how anybody can check the ledger against it."""

from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

from litestar import Request, get
from litestar.concurrency import sync_to_thread
from litestar.exceptions import NotFoundException
from litestar.types import ASGIApp
from sqlalchemy import Connection

from kiosk.fairness import draws
from kiosk.pages.downloads import note_export
from kiosk.pages.fields import whole_number
from kiosk.pages.guard import staff
from kiosk.pages.open_ledgers import SendingFile
from kiosk.pages.public import View, public
from kiosk.pages.ready import Drawn
from kiosk.pages.site import Site
from kiosk.roster.villages import Village, village_by_id
from kiosk.roster.villages import village as find_village
from kiosk.scoring import proof
from kiosk.scoring.problems import N_
from kiosk.scoring.proof import Proof

_ROOT = "/v/{village:str}/verify"
_TAKEN = N_("Took the open ledger to hand it out")


@dataclass(frozen=True)
class Answer:
    """What comparing a paper gave. `quarter` is that of the notice, if it was one that this ledger knows."""

    kind: Literal["yes", "settled", "no", "gone", "short", "unknown"]
    number: int | None = None
    notice: Proof | None = None


@public(_ROOT, query=("first", "number", "digest"))
def verify(view: View) -> Drawn:
    """The page; with `number` and `digest` it compares what stands on somebody's paper."""
    number, digest = view.query.get("number", ""), view.query.get("digest", "")
    with view.site.database.read() as connection:
        found = find_village(connection, view.village_code)
        if found is None:
            raise NotFoundException
        notices = proof.proofs(connection, found.id)
        end = proof.newest(connection, found.id)
        drawn = draws.all_of(connection, found.id)
        promises = {
            one.quarter: draws.promised(one.draw_source, one.published_at.astimezone(view.now.tzinfo))
            for one in notices
        }
        answer = _compare(connection, found.id, notices, number.strip(), digest) if digest else None
    return view.page(
        "verify.html",
        keep=answer is None,
        village=found,
        notices=notices[::-1],
        end=end,
        draws=drawn,
        promises=promises,
        answer=answer,
        number=number,
        digest=digest,
        grouped=proof.grouped,
        shortest=proof.SHORTEST,
        zone=view.now.tzinfo,
    )


@public(f"{_ROOT}/recompute.py")
def script(view: View) -> Drawn:  # noqa: ARG001
    """The program that recomputes the open ledger, for whoever has a Python."""
    text = (files("kiosk") / "recompute.py").read_text("utf-8")
    name = {"content-disposition": 'attachment; filename="recompute.py"'}
    return Drawn(text, "text/x-python; charset=utf-8", name)


@get(f"{_ROOT}/ledger.json", opt={"exclude_from_csrf": True, "exclude_from_compression": True})
async def ledger(request: Request[Any, Any, Any]) -> ASGIApp:
    """The whole ledger without names; see scoring/disclosure.py. Not where the office hands it out."""
    found = await sync_to_thread(_village, request, request.path_params["village"])
    if not found.open_ledger:
        raise NotFoundException
    return await _handed_out(request, found)


@get("/admin/village/ledger.json", guards=[staff("admin")], opt={"exclude_from_compression": True})
async def handed_out(request: Request[Any, Any, Any]) -> ASGIApp:
    """The same for the administrator, to be handed out."""
    found = await sync_to_thread(_village, request)
    answer = await _handed_out(request, found)
    await sync_to_thread(note_export, request, found.id, _TAKEN)
    return answer


def _village(request: Request[Any, Any, Any], code: str = "") -> Village:
    """The village of this code, or that of who asks. Raises NotFoundException."""
    site: Site = request.app.state.site
    with site.database.read() as connection:
        found = find_village(connection, code) if code else village_by_id(connection, request.user.village_id)
    if found is None:
        raise NotFoundException
    return found


async def _handed_out(request: Request[Any, Any, Any], found: Village) -> ASGIApp:
    site: Site = request.app.state.site
    kept = await site.ledgers.of(found.id)
    zipped = "gzip" in request.headers.get("accept-encoding", "")
    return SendingFile(kept, zipped, f"{found.code}-ledger.json")


def _compare(
    connection: Connection, village_id: int, notices: list[Proof], number: str, digest: str
) -> Answer:
    """Whether the ledger has this digest, at this number or, without one, on any of its notices."""
    if len(proof.typed(digest)) < proof.SHORTEST:
        return Answer("short")
    for notice in notices:
        if notice.snapshot and proof.matches(notice.snapshot, digest):
            return Answer("settled", None, notice)
    wanted = whole_number(number)
    if wanted < 0:
        known = next((one for one in notices if proof.matches(one.digest, digest)), None)
        return Answer("yes", known.last, known) if known else Answer("unknown")
    stored = proof.digest_at(connection, village_id, wanted)
    if stored is None:
        return Answer("gone", wanted)
    hung = next((one for one in notices if one.last == wanted), None)
    return Answer("yes" if proof.matches(stored, digest) else "no", wanted, hung)


routes = [verify, script, ledger, handed_out]
