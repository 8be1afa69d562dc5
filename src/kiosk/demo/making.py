"""Making the demo village: founded by the doors of roster and accounts, then lived through by the ledger's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from random import Random

from sqlalchemy import Connection

from kiosk.accounts.accounts import add_account, add_kin
from kiosk.database import Database
from kiosk.demo.deeds import deeds
from kiosk.demo.families import Family, families
from kiosk.demo.living import Helper, Life, Village
from kiosk.demo.names import VILLAGE
from kiosk.demo.settling import Settled, settle
from kiosk.demo.staff import PASSWORD, POSTS, Post, at_home
from kiosk.demo.unfinished import leave_open
from kiosk.scoring import rulebooks
from kiosk.scoring.periods import Period, quarter_of


@dataclass(frozen=True)
class Recipe:
    """The same recipe on the same day makes the same village, but for its secrets."""

    households: int = 320
    events: int = 4000
    seed: int = 1


def make(database: Database, recipe: Recipe, now: datetime, done: Callable[[], None]) -> None:
    """Make the village in an empty database: two years of quarters and the running one, up to `now`.

    `done` is called after each of the recipe's events.
    """
    random = Random(recipe.seed)  # noqa: S311  a village, not a secret
    start = first_day(now.date())
    people = at_home(families(random, recipe.households, now.date()))
    planned = deeds(random, people, recipe.events, start, now)
    village = database.write(lambda connection: _found(connection, people, start, now))
    life = Life(village, random, now, done)
    life.plan(planned, start)
    for moment in _ends(start, now):
        database.write(partial(life.until, moment=moment))
    database.write(lambda connection: leave_open(connection, village, random, now))


def first_day(today: date) -> date:
    """Two years before the running quarter began."""
    running = quarter_of(today).first
    return running.replace(year=running.year - 2)


def _ends(start: date, now: datetime) -> Sequence[datetime]:
    """One transaction a quarter."""
    quarter: Period = quarter_of(start)
    ends = []
    while quarter.end <= now.date():
        ends.append(datetime.combine(quarter.end, time(), now.tzinfo))
        quarter = quarter.after()
    return [*ends, now]


def _found(connection: Connection, people: Sequence[Family], start: date, now: datetime) -> Village:
    book = rulebooks.default_rulebook()
    settled = settle(connection, *VILLAGE, people)
    rulebooks.add(connection, book, start, "云溪镇", now)
    helpers = [_helper(connection, post, settled) for post in POSTS]
    return Village(settled.village_id, settled.households, settled.members, helpers, book.notice_days)


def _helper(connection: Connection, post: Post, settled: Settled) -> Helper:
    home, kin = post.home_in(len(settled.households)), post.kin_in(len(settled.households))
    village_id = None if post.role == "township" else settled.village_id
    household_id = None if home is None else settled.households[home]
    person = add_account(connection, post.name, post.role, PASSWORD, village_id, household_id)
    for family in kin:
        add_kin(connection, person, settled.households[family])
    return Helper(person.actor, frozenset(kin if home is None else [home, *kin]))
