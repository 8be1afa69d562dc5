"""Both languages are complete, and the catalogues hold exactly what the program says."""

import re
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages import Message
from babel.messages.pofile import read_po

import kiosk
from kiosk.locales.update import as_mo, as_po, collect, is_translated, po_path, read
from kiosk.settings import LANGUAGES

TEMPLATES = Path(kiosk.__file__).parent / "templates"
PLACES = re.compile(r"%\((\w+)\)s|\{(\w*)(?:![rs])?\}")


def sentences(lang: str) -> list[Message]:
    return [message for message in read(lang) if message.id]


def words(text: object) -> list[str]:
    return (
        [text] if isinstance(text, str) else [str(form) for form in text] if isinstance(text, tuple) else []
    )


def places(text: str) -> list[tuple[str, str]]:
    return sorted(set(PLACES.findall(text)))


def misplaced(message: Message) -> bool:
    """Whether a translation fills in other values than its sentence (of two forms: the plural)."""
    wanted = places(words(message.id if isinstance(message.id, str) else tuple(message.id))[-1])
    return any(places(form) != wanted for form in words(message.string) if form)


def test_every_sentence_is_said_in_chinese() -> None:
    assert [message.id for message in sentences("zh_Hans") if not is_translated(message.string)] == []


@pytest.mark.parametrize("lang", LANGUAGES)
def test_translations_fill_in_the_same_values(lang: str) -> None:
    assert [message.id for message in sentences(lang) if misplaced(message)] == []


@pytest.mark.teeth
def test_a_lost_value_is_found() -> None:
    assert misplaced(Message("%(name)s has %(points)s", "%(name)s 有积分"))
    assert misplaced(Message("No such option {name!r}.", "没有这个选项 {nam!r}。"))
    assert not misplaced(Message("%(name)s has %(points)s", "%(points)s 分是 %(name)s 的"))


@cache
def said() -> set[str | tuple[str, str]]:
    return collect()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_catalogue_holds_what_the_program_says(lang: str) -> None:
    """If this fails: ./run translations."""
    held = {message.id if isinstance(message.id, str) else tuple(message.id) for message in sentences(lang)}
    assert held == said()


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_is_guessed_or_left_over(lang: str) -> None:
    catalogue = read_po(BytesIO(po_path(lang).read_bytes()), locale=lang)
    assert not [message.id for message in catalogue if message.fuzzy and message.id]
    assert not catalogue.obsolete


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_compiled_is_what_is_written(lang: str) -> None:
    """If this fails: ./run translations."""
    catalogue = read(lang)
    assert po_path(lang).read_bytes() == as_po(catalogue)
    assert po_path(lang).with_suffix(".mo").read_bytes() == as_mo(catalogue)


def test_what_stands_between_two_values_is_translated_too() -> None:
    """A colon or comma of English between Chinese words looks like a mistake, and is one."""
    for path in TEMPLATES.glob("*.html"):
        text = re.sub(r"(?s)\{#.*?#\}|\{% trans.*?\{% endtrans %\}|\{\{.*?\}\}", "¤", path.read_text("utf-8"))
        shown = re.sub(r"(?s)\{%.*?%\}|<[^>]*>", "", text)
        assert re.findall(r"¤[:,;] ", shown) == [], path.name
