"""The red list (红榜): the granted honours of a year with the households' public names. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from kiosk.office.honours import Honoured
from kiosk.roster.names import public_name
from kiosk.scoring.standings import Household


@dataclass(frozen=True)
class RedList:
    """Each honour, by its name in the reader's language, with the names of those who have it."""

    year: int
    honours: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class RedRow:
    """A row of the screen: an honour's name, or some names side by side; empty ones fill the last row."""

    title: str = ""
    names: Sequence[str] = ()


def red_list(found: Sequence[Honoured], public_names: str | None, lang: str) -> RedList | None:
    """Nothing where nobody was honoured."""
    if not found:
        return None
    named = by_honour(found, lambda household: public_name(household, public_names), lang)
    return RedList(found[0].decision.year, named)


def by_honour(
    found: Sequence[Honoured], name: Callable[[Household], str], lang: str
) -> list[tuple[str, list[str]]]:
    names: dict[str, list[str]] = {}
    for one in found:
        title = one.name_en if lang == "en" and one.name_en else one.decision.honour
        names.setdefault(title, []).append(name(one.household))
    return list(names.items())


def red_rows(
    found: Sequence[Honoured], name: Callable[[Household], str], lang: str, columns: int
) -> Iterator[RedRow]:
    for title, names in by_honour(found, name, lang):
        yield RedRow(title)
        for start in range(0, len(names), columns):
            row = names[start : start + columns]
            yield RedRow(names=[*row, *[""] * (columns - len(row))])


def pages(rows: Iterator[RedRow], most: int) -> list[list[RedRow]]:
    """So many rows on a page; none ends with an honour's name, and one that goes on says it again."""
    made: list[list[RedRow]] = [[]]
    title = RedRow()
    for row in rows:
        title = row if row.title else title
        needed = 2 if row.title else 1
        if made[-1] and len(made[-1]) + needed > max(most, 2):
            made.append([] if row.title else [title])
        made[-1].append(row)
    return made
