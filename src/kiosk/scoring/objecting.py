"""Raising an objection, and every reason why it cannot be raised like this."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, func, insert, select

from kiosk.scoring import boards, household_objections, objections, rulebooks
from kiosk.scoring.deeds import deed
from kiosk.scoring.drafts import text_problems
from kiosk.scoring.objections import Objection
from kiosk.scoring.periods import Period, quarter_of
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import household
from kiosk.scoring.villages import changed
from kiosk.scoring.voices import objection, objection_note

KINDS = ("event", "missing", "rank")
LENGTHS = {"submission_key": 100, "words": 500, "name": 50, "contact": 100}
MOST_OPEN, MOST_A_DAY = 3, 5
"""How many of a household's own may wait for an answer at the same time, and how many it raises in a day."""
MOST_FROM_NOTICE = 40
"""How many from the public form may wait in a village: more than an honest quarter has, and a page to answer."""


@dataclass(frozen=True)
class Complaint:
    """An objection as it was filled in: `about` is the quarter it speaks of, unless its event says another.

    `household_id` and `event_id` are what it is about, as far as somebody said; `name`, `contact` and
    `raiser_id` (the household) are those of who objects, and may be empty.
    """

    submission_key: str
    kind: str
    source: objections.Source
    about: Period
    words: str
    household_id: int | None = None
    event_id: int | None = None
    name: str = ""
    contact: str = ""
    raiser_id: int | None = None


def raise_objection(
    connection: Connection, village_id: int, complaint: Complaint, now: datetime
) -> tuple[Objection, bool]:
    """Write an objection down, and say whether it is new: the same form twice is one. Raises Refused.

    Inside the caller's transaction the quarter is either settled or held up: no objection slips into a
    quarter while it is being settled.
    """
    first = objections.sent_with(connection, village_id, complaint.submission_key)
    if first:
        return _same(first, complaint), False
    household_id, about = _check(connection, village_id, complaint, now)
    days = rulebooks.in_force(connection, now.date()).book.answer_days
    number = _next_number(connection, village_id)
    row = {
        "village_id": village_id,
        "submission_key": complaint.submission_key,
        "number": number,
        "start": _held_up(connection, village_id, about, now).start,
        "about": about.start,
        "kind": complaint.kind,
        "household_id": household_id,
        "event_id": complaint.event_id,
        "source": complaint.source,
        "raised_at": now,
        "due_on": now.date() + timedelta(days=days),
    }
    new = connection.scalars(insert(objection).values(row).returning(objection.c.id)).one()
    who = {"name": complaint.name, "contact": complaint.contact, "raiser_id": complaint.raiser_id}
    connection.execute(insert(objection_note).values(objection_id=new, words=complaint.words, **who))
    changed(connection, village_id)
    return objections.numbered_in(connection, village_id, number), True


def _same(first: Objection, complaint: Complaint) -> Objection:
    """The objection that the form has raised already. Raises Refused if it said something else then."""
    said = (complaint.kind, complaint.source, complaint.words)
    # erased words cannot be compared: then the key alone says that it is the same
    if first.words and said != (first.kind, first.source, first.words):
        sentence = N_(
            "This form has raised no. %(number)s already, which stays as it is. "
            "If this is another matter, send it once more."
        )
        raise Refused(Problem("submission_key", sentence, {"number": first.number}))
    return first


def _check(
    connection: Connection, village_id: int, complaint: Complaint, now: datetime
) -> tuple[int | None, Period]:
    """The household it concerns and the quarter it speaks of."""
    household_id, about = complaint.household_id, complaint.about
    problems = _form_problems(complaint)
    if complaint.event_id is not None:
        found = deed(connection, village_id, complaint.event_id)
        if found is None or household_id not in (None, found.household_id):
            problems.append(Problem("event", _WHICH))
        else:
            household_id, about = found.household_id, quarter_of(found.counted_on or found.occurred_on)
            problems += _other_quarter(complaint, about)
    elif complaint.kind == "event" and complaint.source == "household":
        problems.append(Problem("event", N_("Choose the deed that is not right")))
    for field, home in (("household", household_id), ("raiser", complaint.raiser_id)):
        if home is not None and not _lives_here(connection, village_id, home):
            problems.append(Problem(field, N_("There is no such household in this village")))
    if about.kind != "quarter" or about > quarter_of(now.date()):
        problems.append(Problem("quarter", N_("Choose a quarter that has begun")))
    if not problems:
        problems += _too_many(connection, village_id, complaint, now)
    if problems:
        raise Refused(*problems)
    return household_id, about


def _other_quarter(complaint: Complaint, of_event: Period) -> list[Problem]:
    """A number that was typed wrong mostly belongs to another quarter; a household's own was chosen."""
    if complaint.source == "household" or complaint.about == of_event:
        return []
    sentence = N_("That receipt belongs to %(quarter)s; look at its number again, or choose that quarter")
    return [Problem("event", sentence, {"quarter": of_event})]


_WHICH = N_("There is no such receipt here; look at its number again, or leave it out")


def _form_problems(complaint: Complaint) -> list[Problem]:
    problems = text_problems({name: getattr(complaint, name) for name in LENGTHS}, LENGTHS)
    if complaint.kind not in KINDS:
        problems.append(Problem("kind", N_("Choose what it is about")))
    if not complaint.words.strip():
        problems.append(Problem("words", N_("Write in a few words what is not right")))
    return problems


def _lives_here(connection: Connection, village_id: int, household_id: int) -> bool:
    here = select(household.c.id).where(household.c.id == household_id, household.c.village_id == village_id)
    return connection.scalar(here) is not None


def _too_many(connection: Connection, village_id: int, complaint: Complaint, now: datetime) -> list[Problem]:
    """What the office enters is never too much."""
    if complaint.source == "notice" and is_full(connection, village_id):
        return [Problem("", FULL)]
    home = complaint.household_id
    if complaint.source != "household" or home is None:
        return []
    if household_objections.open_of(connection, village_id, home) >= MOST_OPEN:
        sentence = N_(
            "%(count)s objections of your household wait for their answers already. "
            "Wait for one of them, or tell the village office on paper or by word of mouth."
        )
        return [Problem("", sentence, {"count": MOST_OPEN})]
    if household_objections.raised_since(connection, home, now - timedelta(days=1)) >= MOST_A_DAY:
        return [
            Problem("", N_("That is enough for one day. Come back tomorrow, or tell the village office."))
        ]
    return []


FULL = N_(
    "So many objections from this form wait for their answers that no more are taken for now. "
    "Use the code at your own door, or come to the village office: both are taken at any time."
)


def is_full(connection: Connection, village_id: int) -> bool:
    """Whether the public form takes no more until some are answered."""
    return objections.open_from_notice(connection, village_id) >= MOST_FROM_NOTICE


def _held_up(connection: Connection, village_id: int, about: Period, now: datetime) -> Period:
    """The quarter it speaks of; if that is settled the running one, in which a correction lands."""
    if not boards.is_settled(connection, village_id, about):
        return about
    running = quarter_of(now.date())
    if not boards.is_settled(connection, village_id, running):
        return running
    return boards.last_settled(connection, village_id).after()  # the clock was set back


def _next_number(connection: Connection, village_id: int) -> int:
    newest = select(func.max(objection.c.number)).where(objection.c.village_id == village_id)
    return (connection.scalar(newest) or 0) + 1
