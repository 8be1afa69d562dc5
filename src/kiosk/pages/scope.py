"""Which village an office page is about: one's own, or for the township the one that `?village=CODE` names."""

from typing import Any

from litestar import Request
from litestar.exceptions import NotFoundException
from sqlalchemy import Connection

from kiosk.roster.villages import Village, village, village_by_id, villages


def village_in_scope(request: Request[Any, Any, Any], connection: Connection, code: str = "") -> Village:
    """Staff of a village see their own, whatever the code; the township needs one, if there are several.

    Raises NotFoundException.
    """
    if request.user.village_id:
        return village_by_id(connection, request.user.village_id)
    known = villages(connection)
    found = village(connection, code) if code else (known[0] if len(known) == 1 else None)
    if found is None:
        raise NotFoundException
    return found
