"""`kiosk doctor`."""

import sys
from datetime import datetime

import click

from kiosk.commands.voice import Voice, voice
from kiosk.scoring.problems import N_, Problem
from kiosk.selftest import Check, self_test

_LEVELS = {"ok": N_("ok"), "warning": N_("warning"), "problem": N_("problem")}


@click.command("doctor")
def doctor_command() -> None:
    """Check disk, clock, database, backups and network name; say what to do. Exits with 1 on a problem."""
    with voice() as speaking:
        checks = self_test(speaking.settings, datetime.now(speaking.settings.zone), thorough=True)
        for check in checks:
            click.echo(_line(speaking, check))
        sys.exit(any(check.level == "problem" for check in checks))


def _line(speaking: Voice, check: Check) -> str:
    level, name = (speaking.text(Problem("", word)) for word in (_LEVELS[check.level], check.name))
    line = f"{level:<8} {name}: {speaking.text(check.found)}"
    return f"{line}\n         → {speaking.text(check.advice)}" if check.advice else line
