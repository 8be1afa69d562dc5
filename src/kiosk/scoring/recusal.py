"""Recusal (回避): nobody records, decides or takes back what concerns their own household or kin."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.tables import account, kin

_KIN = select(kin.c.account_id).where(
    kin.c.account_id == bindparam("account"), kin.c.household_id == bindparam("household")
)


def problems(
    connection: Connection,
    village_id: int,
    by: Actor,
    household_id: int,
    deciding: bool = False,
    without: Collection[int | None] = (),
) -> list[Problem]:
    """Why this person must leave it to others, with the names of those who can; nothing if they need not.

    Recorders cannot decide, so `deciding` leaves them out; `without` are those whom the deed is of.
    """
    if by.account_id is None:
        return []
    own = by.household_id == household_id
    if not own and not is_kin(connection, by.account_id, household_id):
        return []
    names = read_ties(connection, village_id).names((household_id,), deciding, without)
    return [_left_to(_OWN if own else _RELATED, names)]


def is_kin(connection: Connection, account_id: int, household_id: int) -> bool:
    return connection.scalar(_KIN, {"account": account_id, "household": household_id}) is not None


def kin_relations(connection: Connection, village_id: int) -> int:
    """How many kin relations the village's staff have registered; the notice prints it."""
    counted = select(func.count()).select_from(kin).join(account, account.c.id == kin.c.account_id)
    return connection.scalar(counted.where(account.c.village_id == village_id)) or 0


def who_can(connection: Connection, village_id: int, household_id: int, deciding: bool = False) -> list[str]:
    """Names of the village's people who may record for this household or, if `deciding`, decide about it."""
    return read_ties(connection, village_id).who_can(household_id, deciding)


@dataclass(frozen=True)
class Ties:
    """Who of a village's people lives where and is whose kin: read once to judge many households.

    `people` are those who can sign in, reviewers first.
    """

    people: Sequence[Any]
    kin: frozenset[tuple[int, int]]

    def problems(
        self, by: Actor, household_id: int, deciding: bool = False, without: Collection[int | None] = ()
    ) -> list[Problem]:
        own = by.household_id == household_id
        if by.account_id is None or not (own or self.near(by.account_id, None, household_id)):
            return []
        return [_left_to(_OWN if own else _RELATED, self.names((household_id,), deciding, without))]

    def who_can(self, household_id: int, deciding: bool = False) -> list[str]:
        return self.names((household_id,), deciding)

    def names(
        self, homes: Collection[int], deciding: bool = False, without: Collection[int | None] = ()
    ) -> list[str]:
        """Who is near none of these households, and none of the people of whom this is about."""
        able = (
            one.name
            for one in self.people
            if (one.role != "recorder" or not deciding)
            and one.id not in without
            and not any(self.near(one.id, one.household_id, home) for home in homes)
        )
        return list(islice(able, _ENOUGH))

    def near(self, account_id: int | None, own: int | None, household_id: int) -> bool:
        """Whether a household is somebody's `own`, or their kin's."""
        return own == household_id or (account_id, household_id) in self.kin


def read_ties(connection: Connection, village_id: int) -> Ties:
    """Two questions, however many households they answer for."""
    here = (account.c.village_id == village_id) & account.c.role.in_(("recorder", "reviewer", "admin"))
    columns = select(account.c.id, account.c.name, account.c.role, account.c.household_id)
    able = columns.where(here, account.c.active == 1).order_by(account.c.role.desc(), account.c.name)
    related = select(kin).join(account, account.c.id == kin.c.account_id).where(here)
    pairs = frozenset((row.account_id, row.household_id) for row in connection.execute(related))
    return Ties(connection.execute(able).all(), pairs)


_ENOUGH = 5
_OWN = N_("This is your own household. Ask somebody else to do it: %(names)s")
_RELATED = N_("This household is registered as your kin. Ask somebody else to do it: %(names)s")


def _left_to(sentence: str, names: Sequence[str]) -> Problem:
    return Problem("household", sentence, {"names": "、".join(names) or "—"})
