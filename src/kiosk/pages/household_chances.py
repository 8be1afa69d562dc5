"""What a household can do next: a few good deeds of the rulebook that would still count today."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Connection

from kiosk.roster.households import Household, members_on
from kiosk.scoring import rulebooks
from kiosk.scoring.awards import Claim
from kiosk.scoring.posting import Subject, forecast, item_cap
from kiosk.scoring.rulebook import Item, Rulebook

_MANY = 4
_LAST = 2**62  # after everything that was approved on the same day


def chances(connection: Connection, village_id: int, home: Household, today: date) -> list[Item]:
    """Up to four rewards of different categories, other ones every week."""
    if rulebooks.newest(connection) is None:
        return []
    people = [one.id for one in members_on(connection, home.id, today)]
    found: list[Item] = []
    for item in _in_turn(rulebooks.in_force(connection, today).book, today):
        fresh = item.category not in {one.category for one in found}
        subjects = people if item.subject == "member" else [None]
        if fresh and any(
            _counts(connection, Subject(village_id, home.id, one, item.code), item, today) for one in subjects
        ):
            found.append(item)
        if len(found) == _MANY:
            break
    return found


def _in_turn(book: Rulebook, today: date) -> Iterator[Item]:
    """Rewards that anybody can earn without papers, beginning with another category every week."""
    names = [category.name for category in book.categories]
    week = today.toordinal() // 7
    turned = names[week % len(names) :] + names[: week % len(names)]
    for name in turned:
        easy = [
            item
            for item in book.items
            if item.category == name
            and item.minimum > 0
            and item.evidence == "optional"
            and item.review != "always"
        ]
        yield from easy[week % len(easy) :] if easy else ()
        yield from easy[: week % len(easy)] if easy else ()


def _counts(connection: Connection, subject: Subject, item: Item, today: date) -> bool:
    """Whether the deed would be awarded anything if it were approved now."""
    claim = Claim(0, today, _LAST, item.minimum, item_cap(item))
    return forecast(connection, subject, claim).points > 0
