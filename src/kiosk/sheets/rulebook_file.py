"""A rulebook from the bytes of a file, whatever it is called: TOML, or a sheet of items."""

from kiosk.scoring.problems import N_, Problem, Refused
from kiosk.scoring.rulebook import Rulebook, read_toml

_SHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # .xlsx and .xls
_UNREADABLE = N_("This is neither a spreadsheet nor a TOML file; save the rulebook as .xlsx and try again")


def read_rulebook_file(content: bytes, base: Rulebook) -> Rulebook:
    """A sheet is laid over `base`. Raises Refused with every problem, each with its place in the file."""
    if content.startswith(_SHEETS):
        from kiosk.sheets.rulebook import read_rulebook  # a server's start needs no spreadsheets

        return read_rulebook(content, base)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(Problem("", _UNREADABLE)) from error
    if "=" not in text:  # not even one line of TOML: a .csv, for instance
        raise Refused(Problem("", _UNREADABLE))
    try:
        return read_toml(text)
    except Refused as refusal:
        raise Refused(*map(_placed, refusal.problems)) from refusal


def _placed(problem: Problem) -> Problem:
    """A sentence about TOML leaves the place to the field's name."""
    if not problem.field:
        return problem
    return Problem(problem.field, N_("%(field)s: %(what)s"), {"field": problem.field, "what": problem})
