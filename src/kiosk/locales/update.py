"""Collect the sentences of the program and compile the catalogues: `./run translations`. For developers.

Message ids are English; the English catalogue holds them without translation, the Chinese one must be
complete. The output has no dates and no line numbers, so that it changes only when a sentence does.
"""

import argparse
import ast
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click
from babel.messages import Catalog
from babel.messages.extract import extract_from_file
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from kiosk.commands.lazy import paragraphs
from kiosk.settings import LANGUAGES

PACKAGE = Path(__file__).parent.parent
KEYWORDS = {"_": None, "N_": None, "gettext": None, "ngettext": (1, 2), "translate": None}
_COMPLETE = "zh_Hans"
_CLICK = ("core", "decorators", "exceptions", "formatting", "parser", "termui", "types")
_NO_DATE = datetime(2000, 1, 1, tzinfo=UTC)
_HEADER = """\
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: {plural_forms}\\n"

"""

MessageId = str | tuple[str, str]


def main() -> None:
    """Update both catalogues; list what is not translated yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--merge", nargs="*", type=Path, default=[], help="catalogues whose translations to take"
    )
    parser.add_argument("--overwrite", action="store_true", help="also where there is a translation already")
    wishes = parser.parse_args()
    found = collect()
    for lang in LANGUAGES:
        catalogue = updated(found, read(lang))
        for path in wishes.merge if lang == _COMPLETE else []:
            merge(catalogue, read_po(BytesIO(path.read_bytes())), wishes.overwrite)
        po_path(lang).parent.mkdir(parents=True, exist_ok=True)
        po_path(lang).write_bytes(as_po(catalogue))
        po_path(lang).with_suffix(".mo").write_bytes(as_mo(catalogue))
    missing = untranslated(read(_COMPLETE))
    for sentence in missing:
        sys.stdout.write(f"{sentence!r}\n")
    sys.stdout.write(f"{len(found)} sentences, {len(missing)} without a translation\n")


def collect() -> set[MessageId]:
    """Every sentence in modules, templates and the help of commands, and those that click says itself."""
    found: set[str | tuple[str, ...]] = set()
    own_words = [Path(click.__file__).with_name(f"{name}.py") for name in _CLICK]
    for path in [*sorted(PACKAGE.rglob("*.py")), *own_words]:
        found |= {message for _, message, _, _ in extract_from_file("python", path, KEYWORDS) if message}
    for path in sorted((PACKAGE / "templates").glob("*.html")):
        options = {"trimmed": "true", "newstyle_gettext": "true", "silent": "false"}
        rows = extract_from_file("jinja2.ext:babel_extract", path, KEYWORDS, options=options)
        found |= {message for _, message, _, _ in rows if message}
    for path in sorted((PACKAGE / "commands").glob("*.py")):
        found |= set(_command_help(ast.parse(path.read_text("utf-8"))))
    return {message if isinstance(message, str) else (message[0], message[1]) for message in found}


def _command_help(module: ast.Module) -> Iterator[str]:
    """What `--help` of each command says: its docstring's paragraphs, and its options' help."""
    for node in module.body:
        if not isinstance(node, ast.FunctionDef) or "click.command" not in map(_called, node.decorator_list):
            continue
        yield from paragraphs(ast.get_docstring(node) or "")
        for call in (part for decorator in node.decorator_list for part in ast.walk(decorator)):
            if isinstance(call, ast.keyword) and call.arg == "help" and isinstance(call.value, ast.Constant):
                yield str(call.value.value)


def _called(decorator: ast.expr) -> str:
    return ast.unparse(decorator.func if isinstance(decorator, ast.Call) else decorator)


def updated(found: set[MessageId], old: Catalog) -> Catalog:
    """A catalogue of exactly these sentences, with the translations that were there."""
    fresh = Catalog(locale=old.locale, project="kiosk", charset="utf-8")
    for message in sorted(found, key=str):
        known = old.get(message)
        fresh.add(message, known.string if known and not known.fuzzy else _nothing(fresh, message))
    return fresh


def merge(catalogue: Catalog, more: Catalog, overwrite: bool) -> None:
    for message in catalogue:
        known = more.get(message.id) if message.id else None
        fits = known and known.string and isinstance(known.string, type(message.string))
        if known and fits and (overwrite or not is_translated(message.string)):
            message.string = known.string


def untranslated(catalogue: Catalog) -> list[object]:
    return [message.id for message in catalogue if message.id and not is_translated(message.string)]


def is_translated(string: object) -> bool:
    return all(string) if isinstance(string, tuple) else bool(string)


def read(lang: str) -> Catalog:
    path = po_path(lang)
    return read_po(BytesIO(path.read_bytes()), locale=lang) if path.exists() else Catalog(locale=lang)


def po_path(lang: str) -> Path:
    return PACKAGE / "locales" / lang / "LC_MESSAGES" / "messages.po"


def as_po(catalogue: Catalog) -> bytes:
    file = BytesIO()
    write_po(file, catalogue, width=0, omit_header=True, sort_output=True, no_location=True)
    return _HEADER.format(plural_forms=catalogue.plural_forms).encode() + file.getvalue()


def as_mo(catalogue: Catalog) -> bytes:
    """Compiled from the text, so that both say the same; its header's dates stand still."""
    file, written = BytesIO(), read_po(BytesIO(as_po(catalogue)), locale=catalogue.locale)
    written.creation_date = written.revision_date = _NO_DATE
    write_mo(file, written)
    return file.getvalue()


def _nothing(catalogue: Catalog, message: MessageId) -> str | tuple[str, ...]:
    return "" if isinstance(message, str) else ("",) * catalogue.num_plurals


if __name__ == "__main__":
    main()
