"""What is wrong with a file is told with the file's name."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.scoring.problems import N_, Problem, Refused

_PLACED = N_("%(place)s: %(what)s")


@contextmanager
def reading(file: Path) -> Iterator[None]:
    """Name the file in front of every problem found inside."""
    try:
        yield
    except Refused as refused:
        placed = (Problem("", _PLACED, {"place": file.name, "what": one}) for one in refused.problems)
        raise Refused(*placed) from refused
