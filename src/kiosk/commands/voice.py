"""How commands speak: in the language of the settings, on standard error, with an exit code that tells."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from errno import ENOSPC
from gettext import NullTranslations

import click

from kiosk.database import StorageFault
from kiosk.languages import translations
from kiosk.scoring.problems import Problem, Refused
from kiosk.settings import BadSetting, Settings, read_settings
from kiosk.storage import FULL


@dataclass(frozen=True)
class Voice:
    """The settings of this run, and their language."""

    settings: Settings
    catalogue: NullTranslations

    def text(self, problem: Problem) -> str:
        return problem.text(self.catalogue.gettext)

    def say(self, sentence: str, **values: object) -> None:
        """Tell how it went. `sentence` is a message id."""
        click.echo(self.text(Problem("", sentence, values)), err=True)


@contextmanager
def voice() -> Iterator[Voice]:
    """Read the settings; what is refused is listed, and the command exits with 1."""
    try:
        settings = read_settings()
    except BadSetting as error:
        raise click.ClickException(str(error)) from error
    speaking = Voice(settings, translations(settings.lang))
    try:
        yield speaking
    except Refused as refusal:
        raise click.ClickException("\n".join(map(speaking.text, refusal.problems))) from refusal
    except OSError as error:
        full = error.errno == ENOSPC
        reason = speaking.text(Problem("", FULL.reading)) if full else f"{error.strerror}: {error.filename}"
        raise click.ClickException(reason) from error
    except StorageFault as fault:
        raise click.ClickException(speaking.text(fault.problem)) from fault
