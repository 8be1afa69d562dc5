"""What moved between a period and the one before: the households that rose and fell most."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from kiosk.office.figures import Figures
from kiosk.office.places import Place

_MOST = 5


@dataclass(frozen=True)
class Move:
    """A household's place now, its figure and rank before."""

    place: Place
    before: Place

    @property
    def difference(self) -> Decimal:
        return self.place.figure - self.before.figure


@dataclass(frozen=True)
class Moves:
    """Those that rose and fell most, most first; at most five each."""

    rose: Sequence[Move]
    fell: Sequence[Move]


def moves(now: Figures, before: Figures | None) -> Moves | None:
    """None while the period runs, when every household would seem to have fallen, or with none before."""
    if now.running or before is None:
        return None
    old = {place.household.id: place for place in before.places}
    both = [Move(place, old[place.household.id]) for place in now.places if place.household.id in old]
    ordered = sorted(both, key=lambda move: (-move.difference, move.place.household.code))
    rose = [move for move in ordered if move.difference > 0][:_MOST]
    fell = [move for move in reversed(ordered) if move.difference < 0][:_MOST]
    return Moves(rose, fell)
