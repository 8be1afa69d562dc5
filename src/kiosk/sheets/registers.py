"""The village's registers (台账) of a period: which there are, and one as a sheet to print and file.

Names stand here in full, a child's too: registers are made for the office, not for the notice board.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import Connection

from kiosk.scoring.problems import N_
from kiosk.sheets.paper import Column, Sheet, signing
from kiosk.sheets.registers_decisions import DECISIONS
from kiosk.sheets.registers_events import EVENTS
from kiosk.sheets.registers_honours import HONOURS
from kiosk.sheets.registers_objections import OBJECTIONS
from kiosk.sheets.registers_rewards import REWARDS
from kiosk.sheets.registers_scope import Register, Scope

REGISTERS = {one.name: one for one in (EVENTS, DECISIONS, OBJECTIONS, HONOURS, REWARDS)}
FOR_THE_OFFICE = N_(
    "For the office: names stand in full, those of children too. Do not post this list in public."
)


def columns_of(register: Register, translate: Callable[[str], str]) -> list[Column]:
    """The register's columns with their titles in the reader's language; the first is the row's number."""
    numbered = (Column(N_("Row"), 7, "number"), *register.columns)
    return [replace(column, title=translate(column.title)) for column in numbered]


def rows_of(register: Register, connection: Connection, scope: Scope) -> Iterator[Sequence[object]]:
    """The rows one after the other, numbered from 1: never all of them in memory at once."""
    for number, row in enumerate(register.rows(connection, scope), start=1):
        yield number, *row


def sheet_of(register: Register, connection: Connection, scope: Scope, village: str, drawn: str) -> Sheet:
    """The register as a sheet; its rows are read while it is written. `drawn` says when that was."""
    title, period = scope.translate(register.title), scope.named(scope.period)
    return Sheet(
        name=title,
        title=f"{village} {title}",
        columns=columns_of(register, scope.translate),
        rows=rows_of(register, connection, scope),
        lines=(f"{period} · {scope.translate(register.by)}    {drawn}", scope.translate(FOR_THE_OFFICE)),
        foot=f"{village} {title} {period}",
        empty=scope.translate(register.empty),
        lowest=register.lowest,
        **signing(scope.translate),
    )
