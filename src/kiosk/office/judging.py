"""The committee's word on honours: recommended, granted, declined, withdrawn; and barring a household for a year.

Recommending is possible at any time; granting once the year's quarters are settled, so that no figure moves any
more under an honour.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert

from kiosk.office import activity
from kiosk.office.honours import ALL, in_force
from kiosk.office.proposals import Candidate, Proposal, YearSheet, year_sheet
from kiosk.office.refusals import recused, reviewers_only
from kiosk.office.tables import honour_decision
from kiosk.roster import households
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.villages import changed

LONGEST_REASON = 300
_FIRST_WORDS = ("recommended", "granted", "declined")
_FOLLOWS = {
    "recommended": ("granted", "declined", "withdrawn"),
    "granted": ("withdrawn",),
    "declined": ("recommended", "granted", "withdrawn"),
}
_NOTES = {
    "recommended": N_("%(honour)s of %(year)s: household %(household)s recommended"),
    "granted": N_("%(honour)s of %(year)s: granted to household %(household)s"),
    "declined": N_("%(honour)s of %(year)s: declined for household %(household)s"),
    "withdrawn": N_("%(honour)s of %(year)s: the decision about household %(household)s withdrawn"),
    "barred": N_("Honours of %(year)s: household %(household)s barred"),
}
_BAR_LIFTED = N_("Honours of %(year)s: household %(household)s no longer barred")


@dataclass(frozen=True)
class Wish:
    """What somebody wants to decide about a household; `honour` is ALL for barring and for lifting that."""

    year: Period
    honour: str
    household_id: int
    decision: str
    reason: str = ""


@dataclass(frozen=True)
class Round:
    """What became of deciding about many at once; `left` are those that somebody else must decide about."""

    decided: int
    left: int


def words_for(candidate: Candidate, sheet: YearSheet) -> list[str]:
    """What may be decided about a candidate now."""
    words: Sequence[str] = _FOLLOWS[candidate.state] if candidate.state else _FIRST_WORDS
    barred = ("recommended", "granted") if candidate.bar else ()
    early = ("granted",) if sheet.unsettled else ()
    return [word for word in words if word not in (*barred, *early)]


def decide(connection: Connection, village_id: int, wish: Wish, by: Actor, now: datetime) -> None:
    """Decide about one household; the same word again by a second click changes nothing. Raises Refused."""
    if not wish.decision:
        raise Refused(Problem("decision", N_("Choose what was decided")))
    sheet = year_sheet(connection, village_id, wish.year, now)
    if _is_said(sheet, wish):
        return
    problems = [
        *reviewers_only(by),
        *_text_problems(wish),
        *_case_problems(connection, village_id, sheet, wish),
    ]
    problems += recused(connection, village_id, by, wish.household_id)
    if problems:
        raise Refused(*problems)
    _write(connection, village_id, wish, by, now)


def decide_all(
    connection: Connection,
    village_id: int,
    year: Period,
    honour: str,
    decision: str,
    by: Actor,
    now: datetime,
) -> Round:
    """Recommend all leading households that await a word, or grant all that are recommended. Raises Refused."""
    sheet = year_sheet(connection, village_id, year, now)
    found = sheet.proposal(honour)
    problems = reviewers_only(by)
    if found is None:
        problems.append(_no_honour(honour))
    if decision == "granted":
        problems += _grant_problems(sheet)
    if problems or found is None:
        raise Refused(*problems)
    wanted = _wanted(found, decision)
    mine = [one for one in wanted if not recused(connection, village_id, by, one.household_id)]
    for one in mine:
        _write(connection, village_id, Wish(year, honour, one.household_id, decision), by, now)
    return Round(len(mine), len(wanted) - len(mine))


def _wanted(found: Proposal, decision: str) -> Sequence[Candidate]:
    if decision == "recommended":
        return found.undecided
    return found.recommended if decision == "granted" else ()


def _is_said(sheet: YearSheet, wish: Wish) -> bool:
    """Whether this stands already: the last word about this household and honour, with the same reason."""
    same = [
        one for one in sheet.history if (one.honour, one.household_id) == (wish.honour, wish.household_id)
    ]
    return bool(same) and (same[-1].decision, same[-1].reason) == (wish.decision, wish.reason)


def _text_problems(wish: Wish) -> list[Problem]:
    if wish.decision in ("declined", "withdrawn", "barred") and not wish.reason:
        return [Problem("reason", N_("Write why; the household sees it"))]
    if len(wish.reason) > LONGEST_REASON:
        too_long = N_("Please write at most %(longest)s characters")
        return [Problem("reason", too_long, {"longest": LONGEST_REASON})]
    return []


def _case_problems(connection: Connection, village_id: int, sheet: YearSheet, wish: Wish) -> list[Problem]:
    if households.by_id(connection, village_id, wish.household_id) is None:
        return [Problem("household", N_("Choose a household of this village"))]
    if wish.honour == ALL:
        return _bar_problems(sheet, wish)
    proposal = sheet.proposal(wish.honour)
    if proposal is None:
        return [_no_honour(wish.honour)]
    return _honour_problems(sheet, proposal, wish)


def _bar_problems(sheet: YearSheet, wish: Wish) -> list[Problem]:
    barred = wish.household_id in {one.household_id for one in sheet.barred}
    if wish.decision == "barred" and not barred:
        return []
    if wish.decision == "withdrawn" and barred:
        return []
    if wish.decision == "barred":
        return [Problem("household", N_("This household is barred already for this year"))]
    return [_MEANWHILE]


def _honour_problems(sheet: YearSheet, proposal: Proposal, wish: Wish) -> list[Problem]:
    this = (wish.honour, wish.household_id)
    said = [one.decision for one in in_force(sheet.history) if (one.honour, one.household_id) == this]
    if wish.decision not in (_FOLLOWS[said[0]] if said else _FIRST_WORDS):
        return [_MEANWHILE]
    if wish.decision == "withdrawn":
        return []
    problems = _grant_problems(sheet) if wish.decision == "granted" else []
    if wish.household_id not in {place.household.id for place in proposal.ranked}:
        problems.append(Problem("household", N_("This household was not on the roll at the end of the year")))
    if wish.decision == "declined":
        return problems
    if wish.household_id in {bar.household_id for bar in sheet.barred}:
        problems.append(Problem("household", N_("This household is barred from the honours of this year")))
    one = proposal.of(wish.household_id)
    if not (one and one.leading) and not wish.reason and "recommended" not in said:
        problems.append(Problem("reason", N_("It is not among the leading ones: write why it is chosen")))
    return problems


def _grant_problems(sheet: YearSheet) -> list[Problem]:
    if not sheet.unsettled:
        return []
    sentence = N_("Honours are granted once the year's quarters are settled; not yet: %(quarters)s")
    return [Problem("decision", sentence, {"quarters": tuple(sheet.unsettled)})]


def _no_honour(honour: str) -> Problem:
    return Problem("honour", N_("The rulebook has no honour %(honour)s"), {"honour": honour})


_MEANWHILE = Problem(
    "decision", N_("This is not possible now; somebody may have decided meanwhile. Look again")
)


def _write(connection: Connection, village_id: int, wish: Wish, by: Actor, now: datetime) -> None:
    row = {"village_id": village_id, "year": wish.year.year, "honour": wish.honour}
    what = {"household_id": wish.household_id, "decision": wish.decision, "reason": wish.reason}
    who = {"account_id": by.account_id, "decided_by": by.name, "decided_at": now}
    connection.execute(insert(honour_decision).values(row | what | who))
    changed(connection, village_id)
    home = households.by_id(connection, village_id, wish.household_id)
    lifted = wish.honour == ALL and wish.decision == "withdrawn"
    sentence = _BAR_LIFTED if lifted else _NOTES[wish.decision]
    said = {"honour": wish.honour, "year": wish.year.year, "household": home.code if home else "—"}
    activity.note(connection, village_id, by, now, "honours", sentence, **said)
