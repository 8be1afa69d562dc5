"""What differs between two rulebooks, as the pages show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.scoring.problems import N_
from kiosk.scoring.rulebook import SETTINGS, Item, Rulebook

RULE_WORDS = {
    "member": N_("a person"),
    "household": N_("the household"),
    "day": N_("Day"),
    "month": N_("Month"),
    "quarter": N_("Quarter"),
    "year": N_("Year"),
    "required": N_("must be there"),
    "optional": N_("may be there"),
    "always": N_("always needed"),
    "never": N_("never needed"),
}
_FIELDS = ("title", "title_en", "category", "subject", "max_times", "max_points", "per", "evidence", "review")


@dataclass(frozen=True)
class Difference:
    """An item before and after; one of them is none for a new or a dropped item."""

    before: Item | None
    after: Item | None

    @property
    def item(self) -> Item:
        item = self.after or self.before
        if item is None:
            raise ValueError(self)
        return item

    @property
    def fields(self) -> Sequence[tuple[str, Any, Any]]:
        """What else than the points differs: (key, old, new)."""
        both = [(name, getattr(self.before, name), getattr(self.after, name)) for name in _FIELDS]
        return [(name, old, new) for name, old, new in both if old != new]


def differences(before: Rulebook, after: Rulebook) -> list[Difference]:
    """The items that are new, changed or dropped, in the order of the new rulebook; the dropped ones last."""
    found = [Difference(before.item(item.code), item) for item in after.items]
    dropped = [Difference(item, None) for item in before.items if after.item(item.code) is None]
    return [one for one in found if one.before != one.after] + dropped


def compared(before: Rulebook, book: Rulebook) -> dict[str, Any]:
    """What _rulebook_difference.html is drawn from."""
    return {
        "before": before,
        "book": book,
        "differences": differences(before, book),
        "settings": [name for name in SETTINGS if getattr(before, name) != getattr(book, name)],
        "rule_words": RULE_WORDS,
    }
