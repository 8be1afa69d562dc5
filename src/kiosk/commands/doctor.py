"""`kiosk doctor`."""

import sys
from datetime import datetime

import click

from kiosk.commands.voice import Voice, voice
from kiosk.doctor.examining import LEVELS, examine
from kiosk.scoring.problems import Problem
from kiosk.selftest import Check


@click.command("doctor")
def doctor_command() -> None:
    """Check disk, database, clock, backups, memory, heat, fonts, address, screen and tablets; say what to do. Exits
    with 1 on a problem."""
    with voice() as speaking:
        checks = examine(speaking.settings, datetime.now(speaking.settings.zone))
        for check in checks:
            click.echo(_line(speaking, check))
        sys.exit(any(check.level == "problem" for check in checks))


def _line(speaking: Voice, check: Check) -> str:
    level, name = (speaking.text(Problem("", word)) for word in (LEVELS[check.level], check.name))
    line = f"{level:<8} {name}: {speaking.text(check.found)}"
    return f"{line}\n         → {speaking.text(check.advice)}" if check.advice else line
