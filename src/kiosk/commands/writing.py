"""Where an export goes: to a file, or to standard output."""

import sys
from pathlib import Path

from kiosk.commands.voice import Voice
from kiosk.scoring.problems import N_


def output(speaking: Voice, content: bytes, target: Path | None, rows: int) -> None:
    """Write an export; how many rows it has is told on standard error."""
    if target:
        target.write_bytes(content)
        speaking.say(N_("Wrote %(rows)s rows to %(file)s."), rows=rows, file=target)
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()
