"""What somebody wants to write down, and every reason why it cannot be (problems as values)."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import Connection, bindparam, select

from kiosk.scoring import boards, recusal, rulebooks
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import quarter_of
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.roll import was_on_roll
from kiosk.scoring.rulebook import Item
from kiosk.scoring.rulebook_fields import points_text
from kiosk.scoring.rulebooks import Version
from kiosk.scoring.tables import household, member

BASES = ("巡查", "群众反映", "自主申报", "表彰文件", "法律文书", "新闻报道", "单位反馈")
DOCUMENTS = BASES[3:]
"""Bases that are evidence by themselves: somebody else has put it in writing."""

LENGTHS = {"submission_key": 100, "place": 100, "reason": 500, "basis": 100}
_PLACE = select(
    household.c.village_id,
    select(member.c.household_id).where(member.c.id == bindparam("member")).scalar_subquery().label("home"),
).where(household.c.id == bindparam("household"))
_EARLIEST = date(2000, 1, 1)
_YEARS_BACK = 2
# they turn the direction of writing, so that a notice would read other than what was approved
_TURNING = frozenset(map(chr, (0x061C, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A))))


@dataclass(frozen=True)
class Draft:
    """A deed as it was filled in. `points` of None means the item's fixed points.

    `photo` is the SHA-256 of the stored picture, or empty.
    """

    submission_key: str
    household_id: int
    member_id: int | None
    item: str
    points: Decimal | None
    occurred_on: date
    place: str = ""
    reason: str = ""
    basis: str = ""
    photo: str = ""
    device_at: datetime | None = None
    late: bool = False
    last_day: date | None = None  # that may be today, where the clock is in doubt


@dataclass(frozen=True)
class Checked:
    """A draft that may be written down."""

    draft: Draft
    version: Version
    item: Item
    points: Decimal


def check(
    connection: Connection, village_id: int, draft: Draft, by: Actor, now: datetime, on_paper: bool = False
) -> Checked:
    """Return the draft with its item and points, or raise Refused with everything that is wrong with it.

    A deed from a paper register brings its evidence on paper.
    """
    version = rulebooks.in_force(connection, now.date())
    item = version.book.item(draft.item)
    problems = [
        *_text_problems(draft),
        *_subject_problems(connection, village_id, draft, item),
        *_date_problems(connection, village_id, draft, by, now.date(), on_paper),
        *recusal.problems(connection, village_id, by, draft.household_id),
    ]
    if item is None:
        problems.append(Problem("item", N_("Choose an item of the rulebook")))
    else:
        problems += _points_problems(draft, item)
        problems += [] if on_paper else _evidence_problems(draft, item)
    if problems or item is None:
        raise Refused(*problems)
    return Checked(draft, version, item, item.minimum if draft.points is None else draft.points)


def _text_problems(draft: Draft) -> list[Problem]:
    return text_problems({name: getattr(draft, name) for name in LENGTHS}, LENGTHS)


def text_problems(texts: Mapping[str, str], longest_of: Mapping[str, int]) -> list[Problem]:
    """What keeps texts that came with a form from being stored; each is named like its field."""
    problems = []
    for name, words in texts.items():
        longest = longest_of[name]
        if len(words) > longest:
            problems.append(
                Problem(name, N_("Too long; write at most %(limit)s characters"), {"limit": longest})
            )
        if any(map(_is_unreadable, words)):
            problems.append(
                Problem(name, N_("There are characters in it that cannot be read; type it again"))
            )
    if len(texts.get("submission_key", "not asked")) < 8:
        problems.append(Problem("submission_key", N_("This form has no key of its own; open it again")))
    return problems


def _is_unreadable(letter: str) -> bool:
    return letter in _TURNING or (unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t")


def _subject_problems(
    connection: Connection, village_id: int, draft: Draft, item: Item | None
) -> list[Problem]:
    of_draft = {"household": draft.household_id, "member": draft.member_id}
    place = connection.execute(_PLACE, of_draft).one_or_none()
    if place is None or place.village_id != village_id:
        return [Problem("household", N_("There is no such household in this village; search for it again"))]
    if draft.member_id is not None and place.home != draft.household_id:
        return [Problem("member", N_("This person does not belong to this household; choose again"))]
    if not was_on_roll(connection, draft.household_id, draft.member_id, draft.occurred_on):
        return [Problem("member", N_("Was not on the roll of the village on that day; check who and when"))]
    if item and item.subject == "member" and draft.member_id is None:
        return [Problem("member", N_("This item is for one person; choose who of the household"))]
    if item and item.subject == "household" and draft.member_id is not None:
        return [Problem("member", N_("This item is for the whole household; choose the household"))]
    return []


def _date_problems(
    connection: Connection, village_id: int, draft: Draft, by: Actor, today: date, on_paper: bool
) -> list[Problem]:
    if draft.occurred_on > max(today, draft.last_day or today):
        return [Problem("occurred_on", N_("This day is still to come; choose today or earlier"))]
    # a mistyped year would add all the quarters since then; paper registers do begin long ago
    if draft.occurred_on < (_EARLIEST if on_paper else date(today.year - _YEARS_BACK, 1, 1)):
        return [Problem("occurred_on", N_("This day is too long ago; check the year"))]
    quarter = quarter_of(draft.occurred_on)
    settled = boards.is_settled(connection, village_id, quarter)
    if settled and not draft.late:
        sentence = N_("%(quarter)s is settled and does not change; a reviewer can enter this as a late entry")
        return [Problem("occurred_on", sentence, {"quarter": quarter})]
    if draft.late and not settled:
        return [Problem("late", N_("The quarter of this day is still open; enter it as usual"))]
    if draft.late and not by.may_decide:
        return [Problem("late", N_("Only a reviewer can make a late entry"))]
    return []


def _points_problems(draft: Draft, item: Item) -> list[Problem]:
    points = draft.points
    if points is None:
        return [] if item.fixed else [_choose_points(item)]
    if points != points.quantize(Decimal("0.1")):
        return [Problem("points", N_("Points have at most one digit after the point, like 0.5"))]
    return [] if item.minimum <= points <= item.maximum else [_choose_points(item)]


def _choose_points(item: Item) -> Problem:
    if item.fixed:
        sentence = N_("This item gives %(points)s points; leave the field empty or write that")
    else:
        sentence = N_("Choose points from %(points)s")
    return Problem("points", sentence, {"points": points_text(item.minimum, item.maximum)})


def _evidence_problems(draft: Draft, item: Item) -> list[Problem]:
    if item.evidence == "optional" or draft.photo or draft.basis in DOCUMENTS:
        return []
    return [Problem("photo", N_("This item needs evidence: take a photo, or choose a document as its basis"))]
