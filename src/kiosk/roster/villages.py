"""The villages of this server, and how each wants to appear in public."""

import re
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import Connection, insert, select, update

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.tables import village as table
from kiosk.scoring.villages import changed

PublicNames = Literal["full", "masked", "code"]
PUBLIC_NAMES: tuple[PublicNames, ...] = ("full", "masked", "code")
THEMES = ("auto", "day", "night")
INCHES, METRES = range(10, 201), range(1, 31)
_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)
_CODE = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?")


@dataclass(frozen=True)
class Village:
    """`public_names` is null until somebody chooses: then public pages show household codes only.

    `screen_inches` is the screen's diagonal, `screen_metres` the distance from which it must be readable;
    outside `screen_on` to `screen_off` (like 06:30 and 21:30; empty: always on) it is dark. `open_ledger` says
    whether anybody may download the ledger, or the office hands it out.
    """

    id: int
    code: str
    name: str
    public_names: PublicNames | None
    contact: str
    screen_inches: int
    screen_metres: int
    screen_theme: str
    screen_message: str
    screen_on: str
    screen_off: str
    open_ledger: bool
    revision: int


def villages(connection: Connection) -> list[Village]:
    return [_village(row) for row in connection.execute(select(table).order_by(table.c.code))]


def village(connection: Connection, code: str) -> Village | None:
    row = connection.execute(select(table).where(table.c.code == code)).one_or_none()
    return _village(row) if row else None


def village_by_id(connection: Connection, village_id: int) -> Village:
    return _village(connection.execute(select(table).where(table.c.id == village_id)).one())


def add_village(connection: Connection, code: str, name: str, public_names: str | None = None) -> Village:
    """Add a village. Raises Refused with every problem."""
    problems = village_problems(connection, code, name, public_names)
    code, name = code.strip().lower(), name.strip()
    if problems:
        raise Refused(*problems)
    connection.execute(insert(table).values(code=code, name=name, public_names=public_names))
    found = village(connection, code)
    if found is None:
        raise LookupError(code)
    return found


def village_problems(connection: Connection, code: str, name: str, public_names: str | None) -> list[Problem]:
    """Why no such village can be added."""
    coded = _code_problems(connection, code.strip().lower())
    return [*coded, *_name_problems(name.strip()), *_naming_problems(public_names)]


def set_public_names(connection: Connection, village_id: int, public_names: str) -> None:
    """Choose how heads of household are named in public. Raises Refused."""
    problems = _naming_problems(public_names or "?")
    if problems:
        raise Refused(*problems)
    _set(connection, village_id, public_names=public_names)


def set_screen(
    connection: Connection, village_id: int, inches: int, metres: int, theme: str, message: str, contact: str
) -> None:
    """Fit the public screen and say whom to ask. Raises Refused."""
    problems = []
    if inches not in INCHES:
        problems.append(Problem("screen_inches", N_("Write the screen's diagonal in inches, from 10 to 200")))
    if metres not in METRES:
        problems.append(Problem("screen_metres", N_("Write the distance in whole metres, from 1 to 30")))
    if theme not in THEMES:
        problems.append(Problem("screen_theme", N_("Choose by day and night, always light or always dark")))
    for field, words, longest in (("screen_message", message, 120), ("contact", contact, 120)):
        if len(words) > longest:
            too_long = N_("Too long; write at most %(limit)s characters")
            problems.append(Problem(field, too_long, {"limit": longest}))
    if problems:
        raise Refused(*problems)
    screen = {"screen_inches": inches, "screen_metres": metres, "screen_theme": theme}
    _set(connection, village_id, **screen, screen_message=message.strip(), contact=contact.strip())


def set_screen_hours(connection: Connection, village_id: int, on: str, off: str) -> None:
    """When the screen shows something, like 06:30 to 21:30; both empty for day and night. Raises Refused."""
    problems = [
        Problem(field, N_("Write the time with hours and minutes, like 06:30"))
        for field, time in (("screen_on", on), ("screen_off", off))
        if time and not _TIME.fullmatch(time)
    ]
    if bool(on) != bool(off):
        problems.append(Problem("screen_off", N_("Write both times, or none of them")))
    elif on and on == off:
        problems.append(Problem("screen_off", N_("The screen would never be on; choose two different times")))
    if problems:
        raise Refused(*problems)
    _set(connection, village_id, screen_on=on, screen_off=off)


def set_open_ledger(connection: Connection, village_id: int, choice: str) -> None:
    """Who may have the ledger without names: `everybody`, or whoever asks the `office`. Raises Refused."""
    if choice not in ("everybody", "office"):
        raise Refused(Problem("open_ledger", N_("Choose who may have the open ledger")))
    _set(connection, village_id, open_ledger=choice == "everybody")


def _set(connection: Connection, village_id: int, **values: object) -> None:
    connection.execute(update(table).where(table.c.id == village_id).values(**values))
    changed(connection, village_id)


def _code_problems(connection: Connection, code: str) -> list[Problem]:
    if not _CODE.fullmatch(code):
        sentence = N_("The village's code is part of its address: use letters a to z, digits and hyphens")
        return [Problem("code", sentence)]
    if village(connection, code):
        return [
            Problem("code", N_("There is already a village %(code)s; choose another code"), {"code": code})
        ]
    return []


def _name_problems(name: str) -> list[Problem]:
    if not name or len(name) > 40 or not name.isprintable():
        return [Problem("name", N_("Write the village's name, in at most 40 characters"))]
    return []


def _naming_problems(public_names: str | None) -> list[Problem]:
    if public_names is None or public_names in PUBLIC_NAMES:
        return []
    return [Problem("public_names", N_("Choose how heads of household are named in public"))]


def _village(row: Any) -> Village:
    fields = (name for name in Village.__dataclass_fields__)
    return Village(**{name: getattr(row, name) for name in fields})
