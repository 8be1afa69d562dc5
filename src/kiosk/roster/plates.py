"""The plates at the doors: a QR code with the address of the household's page, and the same in letters.

In capitals and digits alone a QR code is a third smaller, so the address is put into it in capitals: scheme
and host do not mind, and the household's page answers under `/H/` too.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from sqlalchemy import Connection

from kiosk.roster.households import Household, groups, households
from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.roll import on_roll

QUIET = 4  # modules left white on each side
ON_A_SHEET = 8
_LETTERS = 4  # of the token at a time: that is how people read letters aloud


@dataclass(frozen=True)
class Plate:
    """`site` and the groups of `letters` are the address to type; `modules` is the width of the code, quiet
    zone included, and `path` the `d` of its dark modules."""

    code: str
    group: str
    site: str
    letters: Sequence[str]
    modules: int
    path: str


def homes_to_label(connection: Connection, village_id: int, group: str, today: date) -> list[Household]:
    """The households on the roll today, by code; of one group unless that is empty. Raises Refused if there
    is no such group."""
    known = groups(connection, village_id)
    if group and group not in known:
        sentence = N_("There is no group %(group)s; the groups here are: %(known)s")
        raise Refused(Problem("group", sentence, {"group": group, "known": "、".join(filter(None, known))}))
    here = {one.id for one in on_roll(connection, village_id, today)}
    return [one for one in households(connection, village_id, group or None) if one.id in here]


def plate(home: Household, url: str) -> Plate:
    """One household's plate; `url` is where the pages are, without a slash at the end."""
    modules, path = _code(coded_address(home.token, url))
    letters = [home.token[at : at + _LETTERS] for at in range(0, len(home.token), _LETTERS)]
    return Plate(home.code, home.group, f"{url.removeprefix('http://')}/h/", letters, modules, path)


def coded_address(token: str, url: str) -> str:
    """What the code says: in capitals, unless the pages lie in a folder whose name minds."""
    folder = urlsplit(url).path
    return f"{url}/h/{token}" if folder != folder.upper() else f"{url}/h/{token}".upper()


def on_sheets(plates: Sequence[Plate]) -> list[Sequence[Plate]]:
    """As many as one sheet of A4 holds, sheet by sheet."""
    return [plates[at : at + ON_A_SHEET] for at in range(0, len(plates), ON_A_SHEET)]


def _code(address: str) -> tuple[int, str]:
    from qrcode.constants import ERROR_CORRECT_Q
    from qrcode.main import QRCode  # only when plates are made: the program starts faster without

    code = QRCode(error_correction=ERROR_CORRECT_Q, border=QUIET)
    code.add_data(address)
    matrix = code.get_matrix()
    return len(matrix), "".join(f"M{x} {y}h{wide}v1h-{wide}z" for x, y, wide in _runs(matrix))


def _runs(matrix: Sequence[Sequence[bool]]) -> Iterator[tuple[int, int, int]]:
    """The dark stretches of every line: whole ones print without seams."""
    for y, line in enumerate(matrix):
        x = 0
        while x < len(line):
            wide = 0
            while x + wide < len(line) and line[x + wide]:
                wide += 1
            if wide:
                yield x, y, wide
            x += wide or 1
