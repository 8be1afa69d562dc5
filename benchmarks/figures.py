"""A figure is a ratio of two things measured in one run, one after the other in turn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Literal

ROUNDS = 5


@dataclass(frozen=True)
class Figure:
    """`ratio` is of `what` to `against`, unless `unit` says that it is something else."""

    goal: str
    what: str
    against: str
    ratio: float
    bound: float
    side: Literal["at least", "at most"]
    detail: str = ""
    unit: str = "×"

    @property
    def reached(self) -> bool:
        return self.ratio >= self.bound if self.side == "at least" else self.ratio <= self.bound


def in_turn(runs: Mapping[str, Callable[[], float]], rounds: int = ROUNDS) -> dict[str, float]:
    """The median of each, all run once in every round, after one round that does not count."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for number in range(rounds + 1):
        for name, run in runs.items():
            value = run()
            if number:
                taken[name].append(value)
    return {name: median(values) for name, values in taken.items()}
