"""Problems are values: what is wrong with something somebody gave us, in a sentence for people.

A sentence is an English message id with `%(name)s` places; the room that shows it translates it.
`N_` marks such a sentence for translation where it is written.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime


def N_(sentence: str) -> str:  # noqa: N802  the name that extraction tools know
    """Mark a sentence for translation and return it as it is."""
    return sentence


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return ", ".join(map(str, value)) if isinstance(value, tuple) else value


@dataclasses.dataclass(frozen=True)
class Problem:
    """`field` names the input (a form field, a column) or is empty when the whole is meant."""

    field: str
    sentence: str
    values: Mapping[str, object] = dataclasses.field(default_factory=dict)

    def text(self, translate: Callable[[str], str] = str, write: Callable[[object], object] = _plain) -> str:
        """The sentence in the reader's language, with its values filled in; a value may be a problem itself.

        `write` says how days and periods are written there: without it as machines read them.
        """
        if not self.values:
            return translate(self.sentence)
        said = {
            name: value.text(translate, write) if isinstance(value, Problem) else write(value)
            for name, value in self.values.items()
        }
        return translate(self.sentence) % said


class Refused(Exception):  # noqa: N818  it is an answer, not an error in the program
    """Something asked for that the rules do not allow. Carries every problem found."""

    def __init__(self, *problems: Problem) -> None:
        self.problems: Sequence[Problem] = problems
        super().__init__("; ".join(problem.text() for problem in problems))
