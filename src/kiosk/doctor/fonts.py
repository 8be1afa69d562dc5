"""Whether this machine can draw every name: on its screen, and on paper that it prints."""

import shutil
import subprocess
import unicodedata
from collections.abc import Iterable

from kiosk.scoring.problems import N_, Problem
from kiosk.selftest import Check, ok, warning

NAME = N_("fonts")
_SHOWN = 20
_INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")
_PRIVATE = "Co"  # some old registers keep rare characters there, each in its own way


def fonts(characters: Iterable[str], patience: float) -> Check:
    """Compare the characters of all names with what fontconfig says of the fonts; `patience` is in seconds."""
    program = shutil.which("fc-list")
    if program is None:
        return ok(NAME, N_("Not checked: fontconfig is not installed here."))
    command = [program, "--format", "%{charset}\n"]
    try:
        told = subprocess.run(command, capture_output=True, timeout=patience, check=True, text=True).stdout  # noqa: S603
    except (OSError, subprocess.SubprocessError):
        return late()
    known = covered(told)
    visible = (one for one in set(characters) if unicodedata.category(one) not in _INVISIBLE)
    missing = sorted(one for one in visible if ord(one) not in known)
    if not missing:
        return ok(NAME, N_("There is one for every character of the names."))
    values = {"count": len(missing), "characters": " ".join(map(_shown, missing[:_SHOWN]))}
    found = Problem("", N_("%(count)s characters of the names are in none: %(characters)s"), values)
    if any(unicodedata.category(one) == _PRIVATE for one in missing):
        return warning(
            NAME, found, N_("Type those with a U+ anew in the roster: they are of one old system only.")
        )
    return warning(NAME, found, N_("Install the package fonts-noto-cjk, then restart the screen."))


def _shown(character: str) -> str:
    """Itself, or its number where nothing would be seen."""
    return character if character.isprintable() else f"U+{ord(character):04X}"


def late() -> Check:
    """When fontconfig did not answer in time."""
    return ok(NAME, N_("Not checked: fontconfig did not answer in time."))


def covered(charsets: str) -> set[int]:
    """The code points in lines like `20-7e a0 4e00-9fff`."""
    known: set[int] = set()
    for part in set(charsets.split()):
        first, _, last = part.partition("-")
        known.update(range(int(first, 16), int(last or first, 16) + 1))
    return known
