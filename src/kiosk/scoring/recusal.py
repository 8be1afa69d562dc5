"""Recusal (回避): nobody records, decides or takes back what concerns their own household or kin."""

from sqlalchemy import Connection, bindparam, exists, select

from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_, Problem
from kiosk.scoring.tables import account, kin

_KIN = select(kin.c.account_id).where(
    kin.c.account_id == bindparam("account"), kin.c.household_id == bindparam("household")
)


def problems(connection: Connection, village_id: int, by: Actor, household_id: int) -> list[Problem]:
    """Why this person must leave it to others, with the names of those who can; nothing if they need not."""
    if by.account_id is None:
        return []
    if by.household_id == household_id:
        sentence = N_("This is your own household. Ask somebody else to do it: %(names)s")
    elif is_kin(connection, by.account_id, household_id):
        sentence = N_("This household is registered as your kin. Ask somebody else to do it: %(names)s")
    else:
        return []
    names = "、".join(who_can(connection, village_id, household_id)) or "—"
    return [Problem("household", sentence, {"names": names})]


def is_kin(connection: Connection, account_id: int, household_id: int) -> bool:
    return connection.scalar(_KIN, {"account": account_id, "household": household_id}) is not None


def who_can(connection: Connection, village_id: int, household_id: int, deciding: bool = False) -> list[str]:
    """Names of the village's people who may record for this household or, if `deciding`, decide about it."""
    roles = ("reviewer", "admin") if deciding else ("recorder", "reviewer", "admin")
    related = exists().where(kin.c.account_id == account.c.id, kin.c.household_id == household_id)
    lives_elsewhere = account.c.household_id.is_(None) | (account.c.household_id != household_id)
    names = (
        select(account.c.name)
        .where(account.c.village_id == village_id, account.c.role.in_(roles), account.c.active == 1, ~related)
        .where(lives_elsewhere)
        .order_by(account.c.role.desc(), account.c.name)
        .limit(5)
    )
    return list(connection.scalars(names))
