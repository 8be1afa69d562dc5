"""The register of rewards: what the village's committees (村“两委”) decided for whom. It only grows.

A reward that was noted by mistake or taken back is cancelled, with a reason; both stay in the register.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Select, insert, select

from kiosk.office import activity
from kiosk.office.refusals import recused, reviewers_only
from kiosk.office.tables import reward, reward_cancellation
from kiosk.roster import households
from kiosk.scoring.actors import Actor
from kiosk.scoring.periods import Period
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import household
from kiosk.scoring.villages import changed

KINDS = {
    "honour": N_("Recognition"),
    "policy": N_("Policy support"),
    "goods": N_("Goods"),
}
LONGEST_WHAT, LONGEST_REASON = 100, 300
_FIRST_DAY = date(2000, 1, 1)


@dataclass(frozen=True)
class Draft:
    """A reward as somebody wants to note it; `submission_key` came with the empty form."""

    submission_key: str
    year: int
    household: str  # its code
    kind: str
    what: str
    reason: str
    decided_on: date | None


@dataclass(frozen=True)
class Reward:
    """`household_code` and `household_group` say who; `cancelled_at` is none while it holds."""

    id: int
    year: int
    household_id: int
    household_code: str
    household_group: str
    kind: str
    what: str
    reason: str
    decided_on: date
    noted_by: str
    noted_at: datetime
    cancelled_by: str
    cancelled_at: datetime | None
    cancellation: str

    @property
    def holds(self) -> bool:
        return self.cancelled_at is None


def rewards_of(connection: Connection, village_id: int, period: Period, kind: str = "") -> list[Reward]:
    """The register of a period: what was decided in its meetings, for whatever year; cancelled ones too, in the
    order of the meetings and of noting down."""
    met = reward.c.decided_on.between(period.first, period.last)
    found = _all().where(reward.c.village_id == village_id, met)
    if kind:
        found = found.where(reward.c.kind == kind)
    return _rewards(connection, found.order_by(reward.c.decided_on, reward.c.id))


def rewards_for(connection: Connection, village_id: int, household_id: int) -> list[Reward]:
    """A household's own that hold, newest first."""
    found = _all().where(reward.c.village_id == village_id, reward.c.household_id == household_id)
    ordered = found.order_by(reward.c.decided_on.desc(), reward.c.id.desc())
    return [one for one in _rewards(connection, ordered) if one.holds]


def years_of(connection: Connection, village_id: int) -> list[int]:
    """The years with a meeting that decided about rewards, newest first."""
    days = select(reward.c.decided_on).where(reward.c.village_id == village_id).distinct()
    return sorted({day.year for day in connection.scalars(days)}, reverse=True)


def give(connection: Connection, village_id: int, draft: Draft, by: Actor, now: datetime) -> int:
    """Note a reward and return its id; the same key with the same content is the same reward. Raises Refused."""
    home = households.by_code(connection, village_id, draft.household)
    problems = [*reviewers_only(by), *_problems(draft, home, now.date())]
    if home and not problems:
        problems += recused(connection, village_id, by, home.id)
    if problems or home is None or draft.decided_on is None:
        raise Refused(*problems)
    row = {
        "village_id": village_id,
        "submission_key": draft.submission_key,
        "year": draft.year,
        "household_id": home.id,
        "kind": draft.kind,
        "what": draft.what,
        "reason": draft.reason,
        "decided_on": draft.decided_on,
    }
    known = _noted_before(connection, row)
    if known is not None:
        return known
    who = {"account_id": by.account_id, "noted_by": by.name, "noted_at": now}
    added = connection.scalars(insert(reward).values(row | who).returning(reward.c.id)).one()
    changed(connection, village_id)
    sentence = N_("Reward of %(year)s for household %(household)s: %(what)s")
    said = {"year": draft.year, "household": home.code, "what": draft.what}
    activity.note(connection, village_id, by, now, "honours", sentence, **said)
    return int(added)


def cancel(
    connection: Connection, village_id: int, reward_id: int, reason: str, by: Actor, now: datetime
) -> None:
    """Cancel a reward; the same click twice changes nothing. Raises Refused."""
    found = _rewards(connection, _all().where(reward.c.village_id == village_id, reward.c.id == reward_id))
    if not found:
        raise Refused(Problem("", N_("There is no reward no. %(number)s here"), {"number": reward_id}))
    (one,) = found
    if not one.holds:
        return
    problems = [*reviewers_only(by), *recused(connection, village_id, by, one.household_id)]
    problems += _text_problems("reason", reason, LONGEST_REASON)
    if problems:
        raise Refused(*problems)
    who = {"account_id": by.account_id, "cancelled_by": by.name, "cancelled_at": now}
    connection.execute(insert(reward_cancellation).values(reward_id=reward_id, reason=reason, **who))
    changed(connection, village_id)
    sentence = N_("Reward of %(year)s for household %(household)s cancelled: %(what)s")
    said = {"year": one.year, "household": one.household_code, "what": one.what}
    activity.note(connection, village_id, by, now, "honours", sentence, **said)


def _problems(draft: Draft, home: households.Household | None, today: date) -> list[Problem]:
    problems = []
    if not draft.household:
        problems.append(Problem("household", N_("Write the code of the household")))
    elif home is None:
        sentence = N_("There is no household %(code)s in this village; look the code up in the roster")
        problems.append(Problem("household", sentence, {"code": draft.household}))
    if draft.kind not in KINDS:
        problems.append(Problem("kind", N_("Choose what kind of reward it is")))
    problems += _text_problems("what", draft.what, LONGEST_WHAT)
    problems += _text_problems("reason", draft.reason, LONGEST_REASON)
    if not _FIRST_DAY.year <= draft.year <= today.year:
        problems.append(
            Problem("year", N_("Choose the year it is for, at most %(last)s"), {"last": today.year})
        )
    if draft.decided_on is None or not _FIRST_DAY <= draft.decided_on <= today:
        problems.append(
            Problem("decided_on", N_("Choose the day of the committees' meeting, today at the latest"))
        )
    if not draft.submission_key or len(draft.submission_key) > 100:
        problems.append(Problem("", N_("The form was changed on the way; load the page again")))
    return problems


def _text_problems(field: str, text: str, longest: int) -> list[Problem]:
    if not text:
        return [Problem(field, N_("Please fill this in"))]
    if len(text) > longest:
        return [Problem(field, N_("Please write at most %(longest)s characters"), {"longest": longest})]
    return []


def _noted_before(connection: Connection, row: dict[str, Any]) -> int | None:
    found = connection.execute(
        select(reward).where(reward.c.submission_key == row["submission_key"])
    ).one_or_none()
    if found is None:
        return None
    if any(getattr(found, name) != value for name, value in row.items()):
        raise Refused(Problem("", N_("This form was sent before with other words; load the page again")))
    return int(found.id)


def _all() -> Select[Any]:
    who = household.c.code.label("household_code"), household.c.group_name.label("household_group")
    undone = reward_cancellation.c
    cancelled = undone.cancelled_by, undone.cancelled_at, undone.reason.label("cancellation")
    return (
        select(reward, *who, *cancelled)
        .join(household, household.c.id == reward.c.household_id)
        .join(reward_cancellation, undone.reward_id == reward.c.id, isouter=True)
    )


def _rewards(connection: Connection, query: Select[Any]) -> list[Reward]:
    return [_reward(row) for row in connection.execute(query)]


def _reward(row: Any) -> Reward:
    values = {name: getattr(row, name) for name in Reward.__dataclass_fields__}
    return Reward(**values | {name: values[name] or "" for name in ("cancelled_by", "cancellation")})
