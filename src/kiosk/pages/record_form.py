"""The recorder's form as it was typed, and the draft of a deed that it makes.

What was typed is kept as text, so that a refused form can be shown again exactly as it was.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Protocol

from litestar import Request
from litestar.datastructures import UploadFile
from sqlalchemy import Connection

from kiosk import trust
from kiosk.pages.fields import cleaned
from kiosk.photos import LARGEST_UPLOAD
from kiosk.roster import households
from kiosk.scoring import rulebooks
from kiosk.scoring.drafts import DOCUMENTS, Draft
from kiosk.scoring.problems import N_, Problem, Refused

_YEARS = range(2000, 2200)  # a tablet that shows another has never been set
_TYPED = (
    "submission_key",
    "household",
    "member",
    "item",
    "points",
    "occurred_on",
    "place",
    "reason",
    "basis",
    "declaration",
    "account",
    "device_at",
    "round",
)
_POINTS = re.compile(r"[+-]?\d{1,4}(\.\d{1,3})?")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Named(Protocol):
    """Somebody of a household."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def relation(self) -> str: ...


@dataclass(frozen=True)
class Filled:
    """The fields of the form. `photo` is the SHA-256 of a photo that was accepted already, or empty;
    `declaration` the number of what a family has declared, if this is it; `account` who filled it in, if a
    tablet says so; `device_at` the tablet's own time; `round` the key of the round on which it was noted."""

    submission_key: str = ""
    household: str = ""
    member: str = ""
    item: str = ""
    points: str = ""
    occurred_on: str = ""
    place: str = ""
    reason: str = ""
    basis: str = ""
    photo: str = ""
    late: bool = False
    declaration: str = ""
    account: str = ""
    device_at: str = ""
    round: str = ""


@dataclass(frozen=True)
class Submission:
    """A posted form. `upload` is the picture as it came, or empty; `ticket` stands for one accepted earlier.

    `photo_ready` says that the tablet holds a picture which it will send with the form.
    """

    filled: Filled
    upload: bytes = b""
    ticket: str = ""
    photo_ready: bool = False


async def read_submission(request: Request[Any, Any, Any]) -> Submission:
    """Read the posted fields, whatever is in them; nothing is refused here."""
    form = await request.form()
    typed = {name: _text(form.get(name)) for name in _TYPED}
    picture = form.get("photo")
    return Submission(
        Filled(**typed, late=bool(form.get("late"))),
        upload=await picture.read(LARGEST_UPLOAD + 1) if isinstance(picture, UploadFile) else b"",
        ticket=_text(form.get("photo_ticket")),
        photo_ready=bool(form.get("photo_ready")),
    )


def draft_of(connection: Connection, village_id: int, filled: Filled, now: datetime) -> Draft:
    """The deed that was typed. Raises Refused with every field that cannot be read."""
    problems: list[Problem] = []
    points = _points(filled.points, problems)
    day = read_day(filled.occurred_on, problems)
    household_id, member_id = _subject(connection, village_id, filled, problems)
    problems += _item_problems(connection, filled, now.date())
    if problems or household_id is None or day is None:
        raise Refused(*problems)
    device_at = read_moment(filled.device_at)
    return Draft(
        submission_key=filled.submission_key,
        household_id=household_id,
        member_id=member_id,
        item=filled.item,
        points=points,
        occurred_on=day,
        place=filled.place,
        reason=filled.reason,
        basis=filled.basis,
        photo=filled.photo,
        device_at=device_at,
        late=filled.late,
        last_day=trust.last_day(connection, now, device_at),
    )


def member_values(members: Sequence[Named], ever: Sequence[str] = ()) -> dict[int, str]:
    """What the form calls each member: the name, with the relation where two of the household share a name.

    `ever` are the names of everybody who ever was of it, if `members` are not all of them.
    """
    names = list(ever) or [member.name for member in members]
    return {
        member.id: member.name if names.count(member.name) == 1 else f"{member.name}（{member.relation}）"
        for member in members
    }


def read_day(typed: str, problems: list[Problem]) -> date | None:
    """The day that was chosen; what cannot be read becomes a problem."""
    try:
        if _DAY.fullmatch(typed):
            return date.fromisoformat(typed)
    except ValueError:
        pass
    problems.append(Problem("occurred_on", N_("Choose the day on which it happened, like 2026-08-01")))
    return None


def read_moment(typed: str) -> datetime | None:
    """The tablet's time as it told it; what it did not tell properly is not known."""
    try:
        told = datetime.fromisoformat(typed)
        return told.astimezone(UTC) if told.tzinfo and told.year in _YEARS else None
    except (ValueError, OverflowError):
        return None


def _text(value: object) -> str:
    return cleaned(value) if isinstance(value, str) else ""


def _points(typed: str, problems: list[Problem]) -> Decimal | None:
    text = unicodedata.normalize("NFKC", typed).replace("−", "-").replace(" ", "")
    if text and not _POINTS.fullmatch(text):
        problems.append(Problem("points", N_("Write points as a number, like 2 or 0.5")))
        return None
    return Decimal(text) if text else None


def _subject(
    connection: Connection, village_id: int, filled: Filled, problems: list[Problem]
) -> tuple[int | None, int | None]:
    if not filled.household:
        problems.append(Problem("household", N_("Find the household first")))
        return None, None
    household = households.by_code(connection, village_id, filled.household)
    if household is None:
        sentence = N_("There is no such household in this village; search for it again")
        problems.append(Problem("household", sentence))
        return None, None
    if not filled.member:
        return household.id, None
    values = member_values(households.members(connection, household.id))
    found = [key for key, value in values.items() if value == filled.member]
    if not found:
        problems.append(Problem("member", N_("This person does not belong to this household; choose again")))
    return household.id, found[0] if found else None


def _item_problems(connection: Connection, filled: Filled, today: date) -> list[Problem]:
    if not filled.item:
        return [Problem("item", N_("Choose what was done"))]
    item = rulebooks.in_force(connection, today).book.item(filled.item)
    on_document = filled.basis in DOCUMENTS and not filled.photo
    if item and item.evidence == "required" and on_document and not filled.reason:
        return [Problem("reason", N_("Write here which document it is, so that a reviewer can look it up"))]
    return []
