"""What is scored and what is not: the items of the rulebook by the events that name them."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.office.figures import Figures, Share
from kiosk.scoring.rulebook import Item, Rulebook


@dataclass(frozen=True)
class Use:
    """How often an item was noted for the period, and how many of its events that count gave 0 by a cap."""

    item: Item
    noted: int
    capped: Share


def uses(figures: Figures, book: Rulebook | None) -> Sequence[Use]:
    """Every item of the rulebook, most used first; one that is no longer in it does not stand here."""
    if book is None:
        return []
    noted = Counter(one.code for one in figures.happened)
    counting = Counter(one.code for one in figures.counted if one.effective)
    capped = Counter(one.code for one in figures.counted if one.capped)
    found = [
        Use(item, noted[item.code], Share(capped[item.code], counting[item.code])) for item in book.items
    ]
    return sorted(found, key=lambda use: (-use.noted, use.item.code))


def title(item: Item, lang: str) -> str:
    """What the item is called in the reader's language."""
    return item.title_en if lang == "en" and item.title_en else item.title
