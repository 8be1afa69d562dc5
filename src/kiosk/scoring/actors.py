"""Who acts. Every event, decision and entry names its actor; the program itself acts as nobody else."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Actor:
    """`account_id` is null for paper registers and the rulebook; `household_id` is where the person lives."""

    account_id: int | None
    name: str
    role: str
    village_id: int | None = None
    household_id: int | None = None

    @property
    def may_decide(self) -> bool:
        return self.role in ("reviewer", "admin")
