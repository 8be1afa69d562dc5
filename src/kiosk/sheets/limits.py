"""What a file may be before anything reads it: its first bytes and its size are looked at."""

from typing import Literal

from kiosk.scoring.problems import N_, Problem, Refused

MOST_ROWS, MOST_COLUMNS = 20_000, 100
_MOST_BYTES = 20_000_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")

TOO_MANY_ROWS = N_("The file has more than %(most)s rows; remove the empty ones below the list, or split it")
TOO_MANY_COLUMNS = N_(
    "The file has more than %(most)s columns; copy only the list into a new file and try again"
)
NOT_A_SHEET = N_("This is not a spreadsheet that can be read; save it as .xlsx or .csv and try again")
TOO_LARGE = N_("The file is too large to be a list; save only the list in a new file and try again")
_LOCKED = N_("The file is protected by a password; save it without one and try again")

Kind = Literal["xlsx", "xls", "csv"]


def kind_of(content: bytes) -> Kind:
    """What the bytes are, whatever the file is called. Raises Refused for what must not be read."""
    if len(content) > _MOST_BYTES:
        raise Refused(Problem("", TOO_LARGE))
    if content.startswith(b"PK\x03\x04"):
        return "xlsx"
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise Refused(Problem("", _LOCKED))
        return "xls"
    is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # "Unicode text", as Excel calls it
    if not content.strip() or (b"\x00" in content and not is_wide):
        raise Refused(Problem("", NOT_A_SHEET))
    return "csv"
