"""Groups of commands that are imported when they are called, with helps in the user's language."""

import copy
import gc
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from gettext import gettext
from importlib import import_module
from inspect import cleandoc

import click


@dataclass(frozen=True)
class Lazy:
    """Where a command lives, and what a list of commands says of it (a message id)."""

    module: str
    attribute: str
    summary: str


class LazyGroup(click.Group):
    """Knows its commands by name and summary; imports one to run it or to show its help."""

    def __init__(self, name: str, summary: str, entries: Mapping[str, "Lazy | LazyGroup"]) -> None:
        super().__init__(name, help=summary)
        self.summary = summary
        self.entries = entries

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        return list(self.entries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        entry = self.entries.get(cmd_name)
        return _load(entry) if isinstance(entry, Lazy) else entry

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        formatter.write_paragraph()
        with formatter.indentation():
            formatter.write_text(gettext(self.summary))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section(gettext("Commands")):
            formatter.write_dl([(name, gettext(entry.summary)) for name, entry in self.entries.items()])


def paragraphs(text: str) -> list[str]:
    """A help text as its message ids: one a paragraph, whatever its line breaks."""
    return [" ".join(part.split()) for part in cleandoc(text).split("\n\n")]


def _load(entry: Lazy) -> click.Command:
    with no_sweeping():
        command: click.Command = getattr(import_module(entry.module), entry.attribute)
    return _translated(command)


@contextmanager
def no_sweeping() -> Iterator[None]:
    """What a start makes is there to stay: looking through it for rubbish costs a tenth of the start."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


def _translated(command: click.Command) -> click.Command:
    spoken = copy.copy(command)
    spoken.help = _in_words(command.help)
    spoken.params = [_translated_param(param) for param in command.params]
    return spoken


def _translated_param(param: click.Parameter) -> click.Parameter:
    spoken = copy.copy(param)
    if isinstance(spoken, click.Option):
        spoken.help = _in_words(spoken.help)
    return spoken


def _in_words(text: str | None) -> str | None:
    return "\n\n".join(gettext(part) for part in paragraphs(text)) if text else text
