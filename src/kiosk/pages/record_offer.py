"""What the recorder's form offers: people to choose from, items in groups, days, places, bases."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import Connection

from kiosk.pages.record_form import Filled, member_values
from kiosk.roster import households
from kiosk.roster.search import Found
from kiosk.scoring import history, recusal, rulebooks
from kiosk.scoring.actors import Actor
from kiosk.scoring.drafts import BASES, DOCUMENTS
from kiosk.scoring.history import Deed
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.rulebook import Item, Rulebook

BASIS_WORDS = {
    "巡查": N_("Seen on a round"),
    "群众反映": N_("Told by villagers"),
    "自主申报": N_("Declared by the household"),
    "表彰文件": N_("Commendation"),
    "法律文书": N_("Legal document"),
    "新闻报道": N_("News report"),
    "单位反馈": N_("Report from an office"),
}
_OFTEN, _PLACES = 8, 6


@dataclass(frozen=True)
class ItemGroup:
    """Items under one tile. `name` and `name_en` are empty for the recorder's own and for deductions."""

    key: str
    name: str
    name_en: str
    items: Sequence[Item]


@dataclass(frozen=True)
class Person:
    """`value` is what the form sends."""

    value: str
    name: str
    relation: str
    head: bool


@dataclass(frozen=True)
class Chosen:
    """A household that was found. `barred` says why this recorder must leave it to somebody else."""

    code: str
    head: str
    group: str
    people: Sequence[Person]
    barred: Problem | None


@dataclass(frozen=True)
class Offer:
    """All that the form needs besides what was typed. `today_deeds` are newest first."""

    today: date
    days: Sequence[date]
    groups: Sequence[ItemGroup]
    places: Sequence[str]
    today_deeds: Sequence[Deed]
    may_be_late: bool


def offer(connection: Connection, actor: Actor, now: datetime) -> Offer:
    """What this recorder's form offers now. Raises Refused if there is no rulebook yet."""
    village_id, account_id, today = actor.village_id or 0, actor.account_id or 0, now.date()
    book = rulebooks.in_force(connection, today).book
    often = history.favourites(connection, village_id, account_id, _OFTEN)
    return Offer(
        today=today,
        days=[today - timedelta(days=n) for n in range(3)],
        groups=_groups(book, often),
        places=history.recent_places(connection, village_id, account_id, _PLACES),
        today_deeds=history.of_recorder(connection, village_id, account_id, midnight(now)),
        may_be_late=actor.may_decide,
    )


def nobodys_offer(connection: Connection, now: datetime) -> Offer:
    """What a form offers to whoever opens it without a network: the rulebook. Raises Refused as `offer` does."""
    book = rulebooks.in_force(connection, now.date()).book
    days = [now.date() - timedelta(days=n) for n in range(3)]
    return Offer(now.date(), days, _groups(book, ()), (), (), may_be_late=False)


def chosen(connection: Connection, actor: Actor, code: str, today: date) -> Chosen | None:
    """The household of this code with whom to choose from, or None if there is none."""
    village_id = actor.village_id or 0
    household = households.by_code(connection, village_id, code)
    if household is None:
        return None
    values = member_values(households.members(connection, household.id))
    here = households.members_on(connection, household.id, today)
    people = [Person(values[member.id], member.name, member.relation, member.head) for member in here]
    barred = recusal.problems(connection, village_id, actor, household.id)
    head = next((person.name for person in people if person.head), "")
    return Chosen(household.code, head, household.group, people, barred[0] if barred else None)


def blank(now: datetime, household: str = "", member: str = "") -> Filled:
    """A fresh form for today with a key of its own."""
    return Filled(
        submission_key=secrets.token_hex(16),
        occurred_on=now.date().isoformat(),
        household=household,
        member=member,
    )


@dataclass(frozen=True)
class Sample:
    """Made-up values of the parts that a script copies and fills in."""

    who: Chosen
    rows: Sequence[Found]
    filled: Filled


SAMPLE = Sample(
    who=Chosen("-", "-", "-", [Person("-", "-", "-", head=True)], Problem("household", "-")),
    rows=[Found("-", "-", "-", "-")],
    filled=Filled(),
)


def midnight(now: datetime) -> datetime:
    """When the village's day began."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)


def bases() -> list[tuple[str, str, bool]]:
    """Value, words, and whether it is evidence by itself."""
    return [(basis, BASIS_WORDS[basis], basis in DOCUMENTS) for basis in BASES]


def _groups(book: Rulebook, often: Sequence[str]) -> list[ItemGroup]:
    """The recorder's own first, then the categories with their rewards, and all deductions apart."""
    own = [item for code in often if (item := book.item(code)) and not item.deduction]
    groups = [ItemGroup("often", "", "", own)]
    for number, category in enumerate(book.categories, 1):
        rewards = [item for item in book.items if item.category == category.name and not item.deduction]
        groups.append(ItemGroup(f"category-{number}", category.name, category.name_en, rewards))
    groups.append(ItemGroup("deductions", "", "", [item for item in book.items if item.deduction]))
    return [group for group in groups if group.items]
