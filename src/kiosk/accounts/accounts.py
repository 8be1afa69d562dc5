"""People who may sign in: their roles, their village, the household they live in, and their kin."""

import unicodedata
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, delete, func, insert, select, update

from kiosk.accounts import passwords
from kiosk.accounts.tables import session
from kiosk.scoring.actors import Actor
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import account, household, kin

Role = Literal["recorder", "reviewer", "admin", "township"]
ROLES: tuple[Role, ...] = ("recorder", "reviewer", "admin", "township")
VILLAGE_ROLES: tuple[Role, ...] = ("recorder", "reviewer", "admin")  # what a village's administrator may give
LONGEST_NAME = 40
_NO_ROLE = N_("Choose what this person does here")
_LAST_ADMIN = N_("%(name)s is the only administrator of this village; make somebody else one first")


@dataclass(frozen=True)
class Account:
    """A person who may sign in. `village_id` is null for the township, which sees every village."""

    id: int
    name: str
    role: Role
    village_id: int | None
    household_id: int | None
    active: bool

    @property
    def actor(self) -> Actor:
        """This person as the ledger names them."""
        return Actor(self.id, self.name, self.role, self.village_id, self.household_id)


def add_account(
    connection: Connection,
    name: str,
    role: str,
    password: str,
    village_id: int | None = None,
    household_id: int | None = None,
) -> Account:
    """Add a person who may sign in under their name. Raises Refused with every problem."""
    name = clean_name(name)
    place = _place_problems(connection, role, village_id, household_id)
    problems = [*naming_problems(connection, name, password), *place]
    if problems:
        raise Refused(*problems)
    row = {"name": name, "role": role, "village_id": village_id, "household_id": household_id}
    adding = insert(account).values(**row, password=passwords.hashed(password), active=True)
    return account_by_id(connection, connection.scalars(adding.returning(account.c.id)).one())


def naming_problems(connection: Connection, name: str, password: str) -> list[Problem]:
    """Why nobody can be added under this name with this password."""
    name = clean_name(name)
    return [*_name_problems(connection, name), *passwords.problems(password, name)]


def account_by_id(connection: Connection, account_id: int) -> Account:
    return account_of(connection.execute(select(account).where(account.c.id == account_id)).one())


def account_by_name(connection: Connection, name: str) -> tuple[Account, str] | None:
    """The person and the hash of their password."""
    row = connection.execute(select(account).where(account.c.name == clean_name(name))).one_or_none()
    return (account_of(row), row.password) if row else None


def account_in(connection: Connection, village_id: int | None, account_id: int) -> Account | None:
    """Somebody who works for this village; None if they do not."""
    found = select(account).where(account.c.id == account_id, account.c.village_id == village_id)
    row = connection.execute(found).one_or_none()
    return account_of(row) if row else None


def accounts_of(connection: Connection, village_id: int | None) -> list[Account]:
    """The people of a village, or with none of the township; those who may sign in first."""
    of_village = account.c.village_id == village_id if village_id else account.c.village_id.is_(None)
    rows = connection.execute(
        select(account).where(of_village).order_by(account.c.active.desc(), account.c.role, account.c.name)
    )
    return [account_of(row) for row in rows]


def is_anybody(connection: Connection) -> bool:
    return bool(connection.scalar(select(func.count()).select_from(account)))


def set_password(connection: Connection, person: Account, password: str) -> None:
    """Change a password and sign the person out everywhere. Raises Refused."""
    problems = passwords.problems(password, person.name)
    if problems:
        raise Refused(*problems)
    mine = account.c.id == person.id
    connection.execute(update(account).where(mine).values(password=passwords.hashed(password)))
    connection.execute(delete(session).where(session.c.account_id == person.id))


def set_role(connection: Connection, person: Account, role: str) -> bool:
    """Give somebody of a village another role and sign them out everywhere; says whether that is a change.
    Raises Refused, also where the village would be left without an administrator."""
    if role not in VILLAGE_ROLES:
        raise Refused(Problem("role", _NO_ROLE))
    if role == person.role:
        return False
    _somebody_leads_without(connection, person, "role")
    connection.execute(update(account).where(account.c.id == person.id).values(role=role))
    connection.execute(delete(session).where(session.c.account_id == person.id))
    return True


def set_active(connection: Connection, person: Account, active: bool) -> None:
    """Let a person sign in, or no longer; what they recorded keeps their name. Raises Refused."""
    if not active:
        _somebody_leads_without(connection, person, "")
    connection.execute(update(account).where(account.c.id == person.id).values(active=active))
    if not active:
        connection.execute(delete(session).where(session.c.account_id == person.id))


def set_household(connection: Connection, person: Account, household_id: int | None) -> None:
    """Say where a person lives: they record and decide nothing for that household."""
    connection.execute(update(account).where(account.c.id == person.id).values(household_id=household_id))


def add_kin(connection: Connection, person: Account, household_id: int) -> None:
    """Register a household as a person's kin; registering it twice is registering it once."""
    if household_id not in kin_of(connection, person.id):
        connection.execute(insert(kin).values(account_id=person.id, household_id=household_id))


def remove_kin(connection: Connection, person: Account, household_id: int) -> None:
    mine = (kin.c.account_id == person.id) & (kin.c.household_id == household_id)
    connection.execute(delete(kin).where(mine))


def kin_of(connection: Connection, account_id: int) -> list[int]:
    """The ids of the households registered as somebody's kin, in the order of their codes."""
    theirs = select(kin.c.household_id).join(household, household.c.id == kin.c.household_id)
    wanted = theirs.where(kin.c.account_id == account_id).order_by(household.c.code)
    return list(connection.scalars(wanted))


def clean_name(name: str) -> str:
    """A name as it is stored and compared: no stray spaces, no full-width letters."""
    return " ".join(unicodedata.normalize("NFKC", name).split())


def _somebody_leads_without(connection: Connection, person: Account, field: str) -> None:
    """Whether another administrator of the village can still sign in. Raises Refused."""
    here = (account.c.village_id == person.village_id) & (account.c.role == "admin") & (account.c.active == 1)
    others = select(account.c.id).where(here, account.c.id != person.id).limit(1)
    if person.role == "admin" and connection.scalar(others) is None:
        raise Refused(Problem(field, _LAST_ADMIN, {"name": person.name}))


def _name_problems(connection: Connection, name: str) -> list[Problem]:
    if not name:
        return [Problem("name", N_("Write the person's name; they sign in with it"))]
    if len(name) > LONGEST_NAME or not name.isprintable():
        return [
            Problem("name", N_("Write the name in at most %(limit)s characters"), {"limit": LONGEST_NAME})
        ]
    if connection.scalar(select(account.c.id).where(account.c.name == name)) is not None:
        sentence = N_("Somebody named %(name)s can already sign in; add something to tell the two apart")
        return [Problem("name", sentence, {"name": name})]
    return []


def _place_problems(
    connection: Connection, role: str, village_id: int | None, household_id: int | None
) -> list[Problem]:
    if role not in ROLES:
        return [Problem("role", _NO_ROLE)]
    if role == "township" and village_id is not None:
        return [Problem("village", N_("The township belongs to no single village; leave the village out"))]
    if role != "township" and village_id is None:
        return [Problem("village", N_("Say which village this person works for"))]
    if household_id is not None:
        home = select(household.c.village_id).where(household.c.id == household_id)
        if village_id is None or connection.scalar(home) != village_id:
            return [Problem("household", N_("There is no such household; check the code"))]
    return []


def account_of(row: Any) -> Account:
    """The person in a row that has the account's columns."""
    return Account(row.id, row.name, row.role, row.village_id, row.household_id, row.active)
