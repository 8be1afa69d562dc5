"""Numbers of new households and people: drawn at random, never handed out in the order of the roster.

The chain holds these numbers and anybody may download it: one that followed the roster would give the
household's code away.
"""

import secrets
from collections.abc import Callable

from sqlalchemy import Connection, Table, select

_END = 2**31  # every database has room for that in a whole number
_TOGETHER = 500  # are looked up at a time


def new_numbers(
    connection: Connection, table: Table, count: int, below: Callable[[int], int] = secrets.randbelow
) -> list[int]:
    """So many numbers in no order that no row of the table has; `below(n)` draws one of 0 … n − 1."""
    found: dict[int, None] = {}
    while len(found) < count:
        drawn = [below(_END - 1) + 1 for _ in range(min(count - len(found), _TOGETHER))]
        taken = set(connection.scalars(select(table.c.id).where(table.c.id.in_(drawn))))
        found |= dict.fromkeys(number for number in drawn if number not in taken)
    return list(found)
